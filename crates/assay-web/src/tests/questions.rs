//! Written questions through the doors that browsers take: the plain form, and the API of the page's script.

use std::sync::Arc;

use assay_content::Library;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::problems::check;
use super::submissions::volatile;
use super::{Answer, Site};
use crate::routes::router;
use crate::service::MOST_ANSWER_BYTES;
use crate::state::AppState;

/// A browser that keeps its cookie.
pub(super) struct Browser<'a> {
    site: &'a Site,
    pub(super) cookie: String,
}

impl<'a> Browser<'a> {
    pub(super) fn new(site: &'a Site) -> Browser<'a> {
        Browser { site, cookie: String::new() }
    }

    async fn send(&mut self, method: Method, path: &str, kind: &str, body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("content-type", kind);
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        let answer = self.site.send(request.body(Body::from(body)).unwrap()).await;
        if let Some((pair, _)) = answer.header("set-cookie").split_once(';') {
            pair.clone_into(&mut self.cookie);
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, "text/html", String::new()).await
    }

    /// The text of a page that is there.
    async fn page(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert_eq!(answer.header("cache-control"), "private, no-cache", "{path}");
        answer.text
    }

    async fn api(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, "application/json", body.to_string()).await
    }

    /// Posts the plain form of a page with its hidden fields, as a browser without scripts does.
    pub(super) async fn post(&mut self, text: &str, button: &str) -> Answer {
        let page = self.page("/questions/sums").await;
        self.post_from(&page, text, button).await
    }

    async fn post_from(&mut self, page: &str, text: &str, button: &str) -> Answer {
        let fields = [
            ("answer", hidden(page, "answer")),
            ("from", hidden(page, "from")),
            ("text", text.replace('\n', "\r\n")),
            ("do", button.to_owned()),
        ];
        self.form("/questions/sums/answers", &fields).await
    }

    async fn form(&mut self, path: &str, fields: &[(&str, String)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body.join("&")).await
    }

    /// An answer that is done, by its address.
    pub(super) async fn done(&mut self, text: &str) -> String {
        let answer = self.post(text, "done").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer.header("location").to_owned()
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the field is there");
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// What stands in the field for the answer.
fn field(page: &str) -> &str {
    let (_, rest) = page.split_once("aria-describedby=\"saved\">\n").expect("the field is there");
    rest.split("</textarea>").next().unwrap_or_default()
}

/// What of a page is its own, as a snapshot; ids, times and keys of assets are left out.
fn snapshot(name: &str, page: &str) {
    let (_, main) = page.split_once("<main").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    let mut filters = volatile();
    filters.push((r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC)?", "[time]"));
    filters.push((r#"data-elapsed="\d""#, r#"data-elapsed="0""#));
    filters.push((r"5:5\d left", "6:00 left"));
    filters.push((r"0:0\d of", "0:00 of"));
    insta::with_settings!({filters => filters}, { insta::assert_snapshot!(name, main) });
}

#[track_caller]
fn keeps_its_secrets(text: &str) {
    assert!(!text.contains("SECRET"), "{text}");
}

#[tokio::test]
async fn without_scripts_from_the_clock_to_the_comparison() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    snapshot("list_new", &ann.page("/questions").await);
    snapshot("question_new", &ann.page("/questions/sums").await);
    assert_eq!(ann.cookie, "", "looking leaves nothing behind");

    let started = ann.post("", "start").await;
    assert_eq!((started.status, started.header("location")), (StatusCode::SEE_OTHER, "/questions/sums#text"));
    ann.post("Two numbers\nbecome one.", "save").await;
    let page = ann.page("/questions/sums").await;
    assert_eq!(field(&page), "Two numbers\nbecome one.");
    snapshot("question_open", &page);
    keeps_its_secrets(&page);
    let list = ann.page("/questions").await;
    assert!(list.contains("begun"), "{list}");
    keeps_its_secrets(&list);
    keeps_its_secrets(&ann.page("/questions/sums/answers").await);

    let first = ann.done("Two numbers\nbecome one.").await;
    let page = ann.page(&first).await;
    assert!(
        page.contains("the order does not matter") && page.contains("href=\"/exercises/adder\""),
        "{page}"
    );
    let ticks = [("point", "overflow".to_owned()), ("point", "overflow".to_owned())];
    let ticked = ann.form(&format!("{first}/points"), &ticks).await;
    assert_eq!((ticked.status, ticked.header("location")), (StatusCode::SEE_OTHER, first.as_str()));
    snapshot("answer", &ann.page(&first).await);

    let again = ann.page("/questions/sums").await;
    assert_eq!(field(&again), "", "a new one");
    keeps_its_secrets(&again);
    let second = ann.done("Two or more numbers\nbecome one.").await;
    ann.form(
        &format!("{second}/points"),
        &[("point", "commutes".to_owned()), ("point", "overflow".to_owned())],
    )
    .await;
    let [then, now] = [&first, &second].map(|at| at.rsplit('/').next().unwrap());
    snapshot("comparison", &ann.page(&format!("/questions/sums/answers?then={then}&now={now}")).await);
    snapshot("list_answered", &ann.page("/questions").await);
    let same = ann.page(&format!("/questions/sums/answers?then={then}&now={then}")).await;
    assert!(same.contains("Choose two different answers"), "{same}");
}

#[tokio::test]
async fn the_list_is_searched_by_words_and_state() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    ann.done("x").await;
    for (query, there) in [
        ("q=SUM+addition", true),
        ("q=sum+matrix", false),
        ("state=answered", true),
        ("state=new", false),
        ("state=anything", true),
        ("q=q1&state=answered", true),
    ] {
        let page = ann.page(&format!("/questions?{query}")).await;
        assert_eq!(page.contains("href=\"/questions/sums\""), there, "{query}");
        assert_eq!(page.contains("Nothing fits"), !there, "{query}");
    }
    let page = ann.page("/questions?q=%22%3E%3Cscript%3E").await;
    assert!(!page.contains("\"><script>"), "{page}");
}

#[tokio::test]
async fn what_is_expected_is_in_no_answer_of_the_api() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let begun = ann.api(Method::POST, "/api/questions/sums/answers", &json!({ "clock": true })).await.json();
    let at = format!("/api/answers/{}", begun["id"].as_str().unwrap());
    assert!(begun["started_ms"].is_i64() && begun["now_ms"].is_i64(), "{begun}");
    let again = ann.api(Method::POST, "/api/questions/sums/answers", &json!({})).await.json();
    assert_eq!((&again["id"], &again["started_ms"]), (&begun["id"], &begun["started_ms"]), "the same one");
    let saved = ann.api(Method::PUT, &at, &json!({ "from": 0, "text": "a" })).await;
    assert_eq!((saved.status, &saved.json()["revision"]), (StatusCode::OK, &json!(1)));
    let there = ann.get(&at).await;
    assert_eq!((&there.json()["text"], &there.json()["done_ms"]), (&json!("a"), &Value::Null));
    ann.done("a").await;
    let tally = ann.api(Method::PUT, &format!("{at}/points"), &json!({ "points": ["overflow"] })).await;
    assert_eq!(tally.json(), json!({ "ticked": 1, "of": 2 }));
    for text in [begun.to_string(), there.text, ann.get(&at).await.text, saved.text, tally.text] {
        keeps_its_secrets(&text);
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_answer_is_said() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let put = Method::PUT;
    check("unknown_question", &ann.api(Method::POST, "/api/questions/no-such/answers", &json!({})).await);
    check(
        "question_that_is_no_name",
        &ann.api(Method::POST, "/api/questions/A%20B/answers", &json!({})).await,
    );
    let begun = ann.api(Method::POST, "/api/questions/sums/answers", &json!({})).await.json();
    let at = format!("/api/answers/{}", begun["id"].as_str().unwrap());
    let points = format!("{at}/points");
    check("answer_open", &ann.api(put.clone(), &points, &json!({ "points": ["overflow"] })).await);
    check("unknown_point", &ann.api(put.clone(), &points, &json!({ "points": ["no\u{202e}such"] })).await);
    let long = "ü".repeat(MOST_ANSWER_BYTES / 2 + 1);
    check("answer_too_large", &ann.api(put.clone(), &at, &json!({ "from": 0, "text": long })).await);
    ann.api(put.clone(), &at, &json!({ "from": 0, "text": "a" })).await;
    check("answer_behind", &ann.api(put.clone(), &at, &json!({ "from": 0, "text": "b" })).await);
    ann.done("a").await;
    check("answer_done", &ann.api(put.clone(), &at, &json!({ "from": 1, "text": "b" })).await);
    check("unknown_answer", &ann.get("/api/answers/00000000-0000-7000-8000-000000000000").await);
    check("answer_that_is_no_id", &ann.get("/api/answers/..%2f1").await);
}

#[tokio::test]
async fn nobody_sees_or_changes_the_answer_of_another() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let done = ann.done("mine").await;
    let open = ann.api(Method::POST, "/api/questions/sums/answers", &json!({})).await.json()["id"].clone();
    let mut bob = Browser::new(&site);
    let mut nobody = Browser::new(&site);
    bob.done("his").await;
    for other in [&mut bob, &mut nobody] {
        for id in [open.as_str().unwrap(), done.rsplit('/').next().unwrap()] {
            let at = format!("/api/answers/{id}");
            assert_eq!(other.get(&at).await.status, StatusCode::NOT_FOUND);
            let save = other.api(Method::PUT, &at, &json!({ "from": 0, "text": "theirs" })).await;
            assert_eq!(save.status, StatusCode::NOT_FOUND);
            let tick = other.api(Method::PUT, &format!("{at}/points"), &json!({ "points": [] })).await;
            assert_eq!(tick.status, StatusCode::NOT_FOUND);
            let page = format!("/questions/sums/answers/{id}");
            assert_eq!(other.get(&page).await.status, StatusCode::NOT_FOUND);
            let tick = other.form(&format!("{page}/points"), &[("point", "overflow".into())]).await;
            assert_eq!(tick.status, StatusCode::NOT_FOUND);
        }
    }
    // An id that is another's begins an answer of one's own.
    let fields =
        [("answer", open.as_str().unwrap().to_owned()), ("from", "0".into()), ("text", "theirs".into())];
    nobody.form("/questions/sums/answers", &fields).await;
    assert_eq!(field(&nobody.page("/questions/sums").await), "theirs");
    assert_eq!(field(&ann.page("/questions/sums").await), "");
}

#[tokio::test]
async fn a_text_that_was_saved_elsewhere_in_between_is_shown_beside() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let old = ann.page("/questions/sums").await;
    ann.post("theirs <b>", "save").await;
    for button in ["save", "done"] {
        let answer = ann.post_from(&old, "mine </textarea><i>", button).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(field(&answer.text), "mine &#60;/textarea&#62;&#60;i&#62;");
        assert!(
            answer.text.contains("aria-label=\"The other text\">theirs &#60;b&#62;</pre>"),
            "{}",
            answer.text
        );
        assert_eq!(field(&ann.page("/questions/sums").await), "theirs &#60;b&#62;", "nothing is overwritten");
        keeps_its_secrets(&answer.text);
    }
    let shown = ann.post_from(&old, "mine", "save").await.text;
    let kept = ann.post_from(&shown, "mine and theirs", "save").await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    assert_eq!(field(&ann.page("/questions/sums").await), "mine and theirs");
}

#[tokio::test]
async fn a_text_for_an_answer_that_is_done_begins_another() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    ann.post("first", "save").await;
    let old = ann.page("/questions/sums").await;
    let done = ann.done("first").await;
    let late = ann.post_from(&old, "late", "save").await;
    assert_eq!((late.status, field(&late.text)), (StatusCode::CONFLICT, "late"));
    assert_eq!(hidden(&late.text, "answer"), "");
    let begun = ann.post_from(&late.text, "late", "done").await;
    assert_ne!(begun.header("location"), done);
    assert!(ann.page(&done).await.contains(">first</div>"), "it stays as it was");
    let twice = ann.post_from(&old, "first", "done").await;
    assert_eq!(twice.header("location"), done, "the same once more is the same answer");
}

#[tokio::test]
async fn what_is_too_long_stays_in_the_field() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let long = "x".repeat(MOST_ANSWER_BYTES + 1);
    let answer = ann.post(&long, "done").await;
    assert_eq!((answer.status, field(&answer.text)), (StatusCode::PAYLOAD_TOO_LARGE, long.as_str()));
    assert_eq!(ann.post(&long[1..], "done").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn hostile_text_is_text() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let hostile = "<script>alert(1)</script>\" onclick=\"x\" \u{1b}[31m \u{202e}\0 javascript:x";
    let first = ann.done(hostile).await;
    let second = ann.done(&format!("{hostile} again")).await;
    let [then, now] = [&first, &second].map(|at| at.rsplit('/').next().unwrap());
    let mut pages = vec![ann.page(&first).await];
    pages.push(ann.page(&format!("/questions/sums/answers?then={then}&now={now}")).await);
    for page in &pages {
        for bad in ["<script>alert", "\" onclick=", "\u{1b}", "\u{202e}"] {
            assert!(!page.contains(bad), "{bad:?} in the page");
        }
        assert!(page.contains("⟨U+202E⟩"), "it is seen");
    }
    ann.post(hostile, "save").await;
    assert!(field(&ann.page("/questions/sums").await).starts_with("&#60;script&#62;alert(1)"));
}

#[tokio::test]
async fn a_question_that_was_taken_out_is_gone_and_its_answers_are_not() {
    let mut site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let done = ann.done("mine").await;
    let cookie = ann.cookie;
    site.router = router(AppState {
        catalogue: Arc::default(),
        library: Arc::new(Library::default()),
        service: site.service.clone(),
        signer: site.signer.clone(),
        behind_proxy: false,
        needs: assay_store::Capabilities::default(),
    });
    let mut ann = Browser { site: &site, cookie };
    let gone = ann.get("/questions/sums").await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.text.contains("href=\"/questions/sums/answers\""), "{}", gone.text);
    let all = ann.page("/questions/sums/answers").await;
    assert!(all.contains(&done) && all.contains("taken out"), "{all}");
    assert!(ann.page(&done).await.contains(">mine</div>"));
    assert!(ann.page("/questions").await.contains("no written question here"));
    let mut bob = Browser::new(&site);
    for path in ["/questions/sums", "/questions/sums/answers"] {
        assert_eq!(bob.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
