use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};

/// [`Path`] whose refusal is a problem document: what cannot be read as an address is at no address.
pub(crate) struct PathParam<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathParam<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<PathParam<T>, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(PathParam(value)),
            Err(error) => Err(Problem::new(Kind::NotFound, format!("{error}."))),
        }
    }
}

/// [`Query`] whose refusal is a problem document.
pub(crate) struct QueryParam<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryParam<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<QueryParam<T>, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(QueryParam(value)),
            Err(error) => Err(Problem::new(Kind::BadQuery, format!("{error}."))),
        }
    }
}
