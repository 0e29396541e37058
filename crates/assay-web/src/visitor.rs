//! Whose drafts these are: a random word in a cookie, which nobody can guess and no script can read.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::state::AppState;

const NAME: &str = "assay_visitor";
/// A year, in seconds.
const MAX_AGE: u32 = 365 * 24 * 3600;

/// Somebody who was here before, if the cookie says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visitor(Option<Uuid>);

impl Visitor {
    /// The owner of drafts that this is; none for somebody new.
    pub(crate) fn owner(self) -> Option<String> {
        self.0.map(|id| format!("visitor {id}"))
    }

    /// This one, or a new one with the header that makes it known.
    pub(crate) fn or_new(self, behind_proxy: bool) -> (Visitor, Option<(HeaderName, HeaderValue)>) {
        if self.0.is_some() {
            return (self, None);
        }
        let id = Uuid::new_v4();
        // Behind a proxy that speaks TLS the cookie must not go anywhere else.
        let secure = if behind_proxy { "; Secure" } else { "" };
        let text = format!("{NAME}={id}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax{secure}");
        let header = HeaderValue::try_from(text).ok().map(|value| (SET_COOKIE, value));
        (Visitor(Some(id)), header)
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Visitor, Infallible> {
        Ok(Visitor(read(&parts.headers)))
    }
}

fn read(headers: &HeaderMap) -> Option<Uuid> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == NAME)?;
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_nothing_else_counts() {
        let id = Uuid::new_v4();
        for (line, expected) in [
            (format!("{NAME}={id}"), Some(id)),
            (format!("theme=dark; {NAME}={id}; x"), Some(id)),
            (format!("{NAME}=guess"), None),
            (format!("x{NAME}={id}"), None),
            (String::new(), None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, line.parse().unwrap());
            assert_eq!(read(&headers), expected, "{line}");
        }
    }
}
