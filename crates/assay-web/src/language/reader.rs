//! Who reads: the language that a browser asked for, or that its reader chose here.

use axum::Form;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, COOKIE, REFERER, SET_COOKIE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Language;

const COOKIE_NAME: &str = "assay_language";
/// A year, in seconds.
const MAX_AGE: u32 = 365 * 24 * 3600;

tokio::task_local! {
    static READER: Language;
}

pub(super) fn language() -> Language {
    READER.try_with(|language| *language).unwrap_or(Language::English)
}

/// Does work whose words are in that language, on whatever thread it runs.
pub(super) fn during<T>(language: Language, work: impl FnOnce() -> T) -> T {
    READER.sync_scope(language, work)
}

/// Answers the request in the language of its reader.
pub(crate) async fn follow(request: Request, next: Next) -> Response {
    let language = of(request.headers());
    let mut answer = READER.scope(language, next.run(request)).await;
    let headers = answer.headers_mut();
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.append(VARY, HeaderValue::from_static("accept-language, cookie"));
    }
    answer
}

#[derive(Deserialize)]
pub(crate) struct Choice {
    language: String,
}

/// `POST /language`: from now on this browser's pages are in that language; back to where it was chosen.
pub(crate) async fn choose(headers: HeaderMap, Form(choice): Form<Choice>) -> Response {
    let back = headers.get(REFERER).and_then(|from| from.to_str().ok()?.parse::<Uri>().ok());
    // The path only: no word of a browser leads to another site.
    let back = back.and_then(|uri| uri.path_and_query().map(ToString::to_string));
    let back = back.filter(|path| path.starts_with('/') && !path.starts_with("//"));
    let mut answer = Redirect::to(back.as_deref().unwrap_or("/")).into_response();
    if let Some(language) = named(&choice.language) {
        let cookie =
            format!("{COOKIE_NAME}={}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax", language.tag());
        answer.headers_mut().extend(HeaderValue::try_from(cookie).ok().map(|value| (SET_COOKIE, value)));
    }
    answer
}

fn of(headers: &HeaderMap) -> Language {
    let lines = |name| headers.get_all(name).iter().filter_map(|line: &HeaderValue| line.to_str().ok());
    let mut cookies =
        lines(COOKIE).flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let chosen = cookies.find(|(name, _)| *name == COOKIE_NAME).and_then(|(_, tag)| named(tag));
    chosen.or_else(|| lines(ACCEPT_LANGUAGE).find_map(wanted)).unwrap_or(Language::English)
}

fn named(tag: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.tag() == tag)
}

/// The first in the order of their weights that there is (RFC 9110, 12.5.4); a region is not told apart.
fn wanted(line: &str) -> Option<Language> {
    let mut ranges: Vec<(f32, &str)> = line.split(',').take(20).filter_map(weighed).collect();
    ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranges.into_iter().find_map(|(_, tag)| named(&tag.split('-').next()?.to_ascii_lowercase()))
}

fn weighed(range: &str) -> Option<(f32, &str)> {
    let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
    let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
    (weight > 0.0).then_some((weight, tag.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_goes_before_what_the_browser_asks_for() {
        for (cookie, accept, expected) in [
            ("", "", Language::English),
            ("", "de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("", "fr, en;q=0.3, de;q=0.4", Language::German),
            ("", "de;q=0, en", Language::English),
            ("", "fr;q=x,,;", Language::English),
            ("theme=dark; assay_language=en", "de", Language::English),
            ("assay_language=xx", "de", Language::German),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, cookie.parse().unwrap());
            headers.insert(ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(of(&headers), expected, "{cookie} {accept}");
        }
    }

    #[tokio::test]
    async fn a_choice_leads_back_and_never_to_another_site() {
        for (referer, expected) in [
            ("http://assay.test/runs/7?x=1", "/runs/7?x=1"),
            ("http://assay.test//elsewhere.test/", "/"),
            ("", "/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, referer.parse().unwrap());
            let answer = choose(headers, Form(Choice { language: "de".into() })).await;
            assert_eq!(answer.headers()["location"], expected);
            assert!(answer.headers()[SET_COOKIE].to_str().unwrap().starts_with("assay_language=de;"));
        }
        let answer = choose(HeaderMap::new(), Form(Choice { language: "x; Domain=evil".into() })).await;
        assert!(!answer.headers().contains_key(SET_COOKIE));
    }
}
