//! Who somebody is without an account: a random id in a signed token, which a browser has as a cookie that no script can read, and a
//! program sends as `Authorization: Bearer`. Whoever signs in one day becomes a [`Visitor`] as well: the store only sees
//! [`Visitor::owner`].

mod code;
mod token;

use assay_store::{Redeemed, StoreError};
use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

pub(crate) use code::Code;
pub(crate) use token::Signer;

use crate::pages::PageError;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

const NAME: &str = "assay_visitor";
/// A year, in seconds.
const MAX_AGE: u32 = 365 * 24 * 3600;
/// What comes before the id in the word that the store knows.
const WORD: &str = "visitor ";

/// Somebody who was here before, if the token says so; else nobody yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visitor(Option<Uuid>);

impl Visitor {
    /// Nobody yet.
    pub(crate) fn nobody() -> Visitor {
        Visitor(None)
    }

    /// Whom the store knows by that word.
    pub(crate) fn of_owner(owner: &str) -> Visitor {
        Visitor(owner.strip_prefix(WORD).and_then(|id| id.parse().ok()))
    }

    /// The word for this one in the store; none for nobody.
    pub(crate) fn owner(self) -> Option<String> {
        self.0.map(|id| format!("{WORD}{id}"))
    }

    /// What proves that somebody is this one; none for nobody.
    pub(crate) fn token(self, app: &AppState) -> Option<String> {
        self.0.map(|id| app.signer.token(id))
    }

    /// This one, or a new one with the header that makes it known.
    pub(crate) fn or_new(self, app: &AppState) -> (Visitor, Option<(HeaderName, HeaderValue)>) {
        match self.0 {
            Some(_) => (self, None),
            None => {
                let new = Visitor(Some(Uuid::new_v4()));
                (new, new.cookie(app))
            }
        }
    }

    /// The header that makes a browser this one from now on; none for nobody.
    pub(crate) fn cookie(self, app: &AppState) -> Option<(HeaderName, HeaderValue)> {
        set_cookie(app, &self.token(app)?, MAX_AGE)
    }
}

/// The header that makes a browser nobody.
pub(crate) fn no_cookie(app: &AppState) -> Option<(HeaderName, HeaderValue)> {
    set_cookie(app, "", 0)
}

fn set_cookie(app: &AppState, value: &str, max_age: u32) -> Option<(HeaderName, HeaderValue)> {
    // Behind a proxy that speaks TLS the cookie must not go anywhere else.
    let secure = if app.behind_proxy { "; Secure" } else { "" };
    let text = format!("{NAME}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).ok().map(|value| (SET_COOKIE, value))
}

impl AppState {
    /// Uses the code that `visitor` typed at `address`. What cannot be a code counts as a wrong one.
    pub(crate) async fn redeem(
        &self,
        visitor: Visitor,
        address: &str,
        typed: &str,
    ) -> Result<Redeemed, StoreError> {
        // Nothing hashes to the empty text.
        let hash = Code::read(typed).map(|code| self.signer.hash(&code)).unwrap_or_default();
        self.service.store().redeem_code(&hash, address, visitor.owner().as_deref()).await
    }
}

/// Marks requests to the API: bearers count, and what goes wrong is a problem document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfApi;

/// Why it cannot be said who somebody is, for a program or for people.
pub(crate) enum Refused {
    Program(Problem),
    Page(PageError),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::Program(problem) => problem.into_response(),
            Refused::Page(error) => error.into_response(),
        }
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Visitor, Refused> {
        let is_api = parts.extensions.get::<OfApi>().is_some();
        let id = match bearer(&parts.headers).filter(|_| is_api) {
            Some(token) => Some(app.signer.read(token).ok_or_else(|| {
                let detail = "The token after `Bearer` is none of this server's. Get a new one with `POST /api/visitor`.";
                Refused::Program(Problem::new(Kind::BadToken, detail))
            })?),
            None => cookie(&parts.headers).and_then(|token| app.signer.read(token)),
        };
        let Some(owner) = Visitor(id).owner() else { return Ok(Visitor::nobody()) };
        match app.service.store().visitor_now(&owner).await {
            Ok(owner) => Ok(Visitor::of_owner(&owner)),
            Err(error) if is_api => Err(Refused::Program(error.into())),
            Err(error) => Err(Refused::Page(error.into())),
        }
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == NAME).map(|(_, value)| value)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        for (line, expected) in [
            ("assay_visitor=x.y", Some("x.y")),
            ("theme=dark; assay_visitor=x.y; z", Some("x.y")),
            ("xassay_visitor=x.y", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, line.parse().unwrap());
            assert_eq!(cookie(&headers), expected, "{line}");
        }
    }

    #[test]
    fn only_a_bearer_has_a_token() {
        for (line, expected) in
            [("Bearer x.y", Some("x.y")), ("bearer  x.y", Some("x.y")), ("Basic eDp5", None), ("x.y", None)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, line.parse().unwrap());
            assert_eq!(bearer(&headers), expected, "{line}");
        }
    }
}
