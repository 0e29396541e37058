//! Visitors through the doors they take: cookie, bearer, codes, hints, progress, and being forgotten.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::{Answer, JSON, Site, form};
use crate::owner::Peer;

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

impl Site {
    async fn as_visitor(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Hands in by the page's form, and gives the cookie and the run's page.
    async fn hand_in(&self, cookie_header: &str) -> (Answer, String) {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie_header)];
        let body = "scope=all&path=adder.go&content=package+adder";
        let answer = self.as_visitor("POST", "/exercises/adder/runs", &headers, body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let run = answer.header("location").to_owned();
        self.until(run.rsplit('/').next().unwrap(), "finished").await;
        (answer, run)
    }

    async fn page(&self, path: &str, cookie_header: &str) -> String {
        let answer = self.as_visitor("GET", path, &[("cookie", cookie_header)], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    async fn code(&self, header: (&str, &str)) -> String {
        let answer = self.as_visitor("POST", "/api/visitor/codes", &[header], "").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["code"].as_str().unwrap().to_owned()
    }

    async fn enter(&self, headers: &[(&str, &str)], code: &str) -> Answer {
        let headers = [headers, &[JSON]].concat();
        self.as_visitor("POST", "/api/visitor", &headers, &json!({ "code": code }).to_string()).await
    }
}

/// How often the catalogue says a state of `adder`.
fn says(page: &str, stage: &str) -> bool {
    page.contains(&format!("class=\"v v-{stage}\""))
}

#[tokio::test]
async fn what_a_browser_solves_is_its_own_and_a_forged_cookie_is_nobody() {
    let site = Site::accepting().await;
    assert!(says(&site.page("/exercises", "").await, "new"));
    let (answer, run) = site.hand_in("").await;
    let ours = cookie(&answer);
    let (second, _) = site.hand_in(&ours).await;
    assert_eq!(second.header("set-cookie"), "", "it is known already");

    assert!(says(&site.page("/exercises", &ours).await, "solved"));
    let progress = site.page("/progress", &ours).await;
    assert!(progress.contains("1 of 1") && progress.contains(&run), "{progress}");
    assert!(site.page("/exercises/adder", &ours).await.contains("SECRET debrief"), "solved");

    let (name, token) = ours.split_once('=').unwrap();
    let (id, signature) = token.split_once('.').unwrap();
    let flipped = if signature.starts_with('0') { "1" } else { "0" };
    for forged in [
        String::new(),
        format!("{name}={id}"),
        format!("{name}={id}.{flipped}{}", &signature[1..]),
        format!("{name}={}.{signature}", uuid::Uuid::nil()),
    ] {
        assert!(says(&site.page("/exercises", &forged).await, "new"), "{forged}");
        assert!(!site.page("/exercises/adder", &forged).await.contains("SECRET"), "{forged}");
    }
}

#[tokio::test]
async fn a_program_has_the_token_as_a_bearer() {
    let site = Site::accepting().await;
    let answer = site.as_visitor("POST", "/api/visitor", &[JSON], "{}").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let bearer = format!("Bearer {}", answer.json()["token"].as_str().unwrap());
    let ours = cookie(&answer);
    let submitted = site.post(&[JSON, ("authorization", &bearer)], form("package adder").to_string()).await;
    assert_eq!((submitted.status, submitted.header("set-cookie")), (StatusCode::ACCEPTED, ""));
    site.until(submitted.json()["id"].as_str().unwrap(), "finished").await;
    assert!(says(&site.page("/exercises", &ours).await, "solved"), "cookie and bearer are one visitor");

    let first = site.post(&[JSON], form("package adder").to_string()).await;
    let other = cookie(&first);
    site.until(first.json()["id"].as_str().unwrap(), "finished").await;
    assert_ne!(other, ours, "somebody new");
    assert!(says(&site.page("/exercises", &other).await, "solved"));

    let refused = site.as_visitor("GET", "/api/drafts/adder", &[("authorization", "Bearer no.no")], "").await;
    assert_eq!((refused.status, refused.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
    assert_eq!(refused.json()["type"], "urn:assay:problem:bad-token");
}

#[tokio::test]
async fn a_code_takes_a_visitor_elsewhere_once() {
    let site = Site::accepting().await;
    let nobody = site.as_visitor("POST", "/api/visitor/codes", &[], "").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.json()["type"], "urn:assay:problem:nobody-yet");

    let (answer, _) = site.hand_in("").await;
    let ours = cookie(&answer);
    let code = site.code(("cookie", &ours)).await;
    assert!(code.len() == 9 && code.as_bytes()[4] == b'-', "{code}");
    let entered = site.enter(&[], &code.to_lowercase().replace('-', " ")).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
    assert!(says(&site.page("/exercises", &cookie(&entered)).await, "solved"));

    let again = site.enter(&[], &code).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.header("content-type"), "application/problem+json");
    assert_eq!(
        (&again.json()["type"], &again.json()["tries_left"]),
        (&json!("urn:assay:problem:bad-code"), &json!(9))
    );
    for _ in 0..9 {
        assert_eq!(site.enter(&[], "nonsense that is long").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let code = site.code(("cookie", &ours)).await;
    let refused = site.enter(&[], &code).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert_eq!(refused.header("set-cookie"), "");
}

#[tokio::test]
async fn what_a_browser_has_of_its_own_joins_and_its_old_cookie_goes_on() {
    let site = Site::accepting().await;
    let (answer, run) = site.hand_in("").await;
    let ours = cookie(&answer);
    let theirs = site.as_visitor("POST", "/api/visitor", &[JSON], "{}").await;
    let theirs = cookie(&theirs);
    site.as_visitor("GET", "/api/exercises/adder/hints/1", &[("cookie", &theirs)], "").await;
    let code = site.code(("cookie", &theirs)).await;

    assert!(site.page("/progress", &ours).await.contains("This browser has work of its own (1 run,"));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", &*ours)];
    let entered = site.as_visitor("POST", "/progress/enter", &headers, &format!("code={code}")).await;
    assert_eq!(entered.header("location"), "/progress?said=joined");
    assert_eq!(cookie(&entered), theirs);
    for name in [&theirs, &ours] {
        let progress = site.page("/progress", name).await;
        assert!(progress.contains(&run) && progress.contains("1 of 2 opened"), "{progress}");
    }
}

#[tokio::test]
async fn a_hint_that_was_not_opened_is_on_no_page_and_opening_is_noted() {
    let site = Site::accepting().await;
    let bench = site.page("/exercises/adder", "").await;
    assert!(bench.contains("Show hint 1") && !bench.contains("Show hint 2") && !bench.contains("SECRET"));

    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = "path=adder.go&content=package+adder+%2F%2F+mine";
    let opened = site.as_visitor("POST", "/exercises/adder/hints/1", &headers, body).await;
    assert_eq!(opened.status, StatusCode::OK);
    let ours = cookie(&opened);
    assert!(opened.text.contains("SECRET first hint") && opened.text.contains("Show hint 2"));
    assert!(!opened.text.contains("second hint"), "{}", opened.text);
    assert!(opened.text.contains("package adder // mine"), "the code that was in the form is still there");
    assert!(site.page("/exercises/adder", &ours).await.contains("SECRET first hint"));

    let (_, before) = site.hand_in(&ours).await;
    let path = "/exercises/adder/hints/2/fragment";
    let fragment = site.as_visitor("POST", path, &[("cookie", &ours)], "").await.text;
    assert!(fragment.contains("second hint") && !fragment.contains("<html"), "{fragment}");
    let (_, after) = site.hand_in(&ours).await;
    assert!(site.page(&before, "").await.contains("1 hint opened before this"));
    assert!(site.page(&after, "").await.contains("2 hints opened before this"));
    let (_, without) = site.hand_in("").await;
    assert!(site.page(&without, "").await.contains("no hint opened before this"));
    let progress = site.page("/progress", &ours).await;
    assert!(
        progress.contains("2 of 2 opened") && progress.contains("2 hints opened before this"),
        "{progress}"
    );

    for n in ["0", "3", "x"] {
        let none = site.as_visitor("POST", &format!("/exercises/adder/hints/{n}"), &headers, "").await;
        assert_eq!((none.status, none.header("set-cookie")), (StatusCode::NOT_FOUND, ""), "{n}");
    }
}

#[tokio::test]
async fn whoever_is_forgotten_leaves_nothing_behind() {
    let site = Site::accepting().await;
    let (answer, run) = site.hand_in("").await;
    let ours = cookie(&answer);
    let asks = site.page("/progress/forget", &ours).await;
    assert!(
        asks.contains("1 run, 0 saves of drafts, 0 opened hints")
            && asks.contains("Delete everything of mine")
    );
    assert!(site.page("/exercises", &ours).await.contains("v-solved"), "asking deletes nothing");
    let gone = site.as_visitor("POST", "/progress/forget", &[("cookie", &ours)], "").await;
    assert!(gone.header("set-cookie").contains("Max-Age=0"), "{}", gone.header("set-cookie"));
    assert_eq!(site.get(&run).await.status, StatusCode::NOT_FOUND);
    assert!(says(&site.page("/exercises", &ours).await, "new"));
    assert!(site.page(gone.header("location"), "").await.contains("Everything of yours is deleted"));
}

#[tokio::test]
async fn the_catalogue_is_narrowed_down_by_everything_together() {
    let site = Site::accepting().await;
    let (answer, _) = site.hand_in("").await;
    let ours = cookie(&answer);
    for (query, found) in [
        ("", true),
        ("?q=ADD", true),
        ("?q=adder+sums+basics+test", true),
        ("?q=adder+nowhere", false),
        ("?topic=sums&kind=implement&state=solved&part=Basics&q=q1", true),
        ("?state=new", false),
        ("?state=tried", false),
        ("?kind=repair", false),
        ("?kind=%3Cscript%3E", false),
        ("?topic=no%26such", false),
        ("?q=%ff%00&q=", true),
    ] {
        let page = site.page(&format!("/exercises{query}"), &ours).await;
        assert_eq!(page.contains("href=\"/exercises/adder\""), found, "{query}");
        assert_eq!(page.contains("No exercise fits"), !found, "{query}");
        assert!(!page.contains("<script>"), "{query}");
    }
    let page = site.page("/exercises?q=a+b%22%26&topic=sums", &ours).await;
    assert!(page.contains("href=\"/exercises?topic=sums\""), "without the words: {page}");
    assert!(page.contains("href=\"/exercises?q=a%20b%22%26\""), "without the topic: {page}");
    let page = site.page("/exercises?topic=a%e2%80%aeb", &ours).await;
    assert!(page.contains("a⟨U+202E⟩b") && !page.contains('\u{202e}'), "nothing turns the line: {page}");
}

#[tokio::test]
async fn a_submission_is_called_back_by_whose_it_is_from_anywhere() {
    let (grade, _open) = super::gated();
    let site = Site::new(grade, 1, 64).await;
    let from = |address: &str, method: &str, path: &str, cookie: &str, body: String| {
        let request =
            Request::builder().method(method).uri(path).header(JSON.0, JSON.1).header("cookie", cookie);
        request.extension(Peer(address.parse().unwrap())).body(Body::from(body)).unwrap()
    };
    let body = form("package adder").to_string();
    let answer = site.send(from("192.0.2.7", "POST", "/api/submissions", "", body)).await;
    let path = answer.json()["url"].as_str().unwrap().to_owned();
    for (cookie, status) in
        [(String::new(), StatusCode::FORBIDDEN), (cookie(&answer), StatusCode::NO_CONTENT)]
    {
        let called = site.send(from("192.0.2.8", "DELETE", &path, &cookie, String::new())).await;
        assert_eq!(called.status, status, "{}", called.text);
    }
}
