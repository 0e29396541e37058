//! What a browser gets when there is no page to give.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use super::{Answer, Site};

/// The page that says it: with its title, and with somewhere to go on.
#[track_caller]
fn check(answer: &Answer, status: StatusCode, title: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-security-policy").contains("default-src 'self'"));
    for part in [&format!("<h1>{title}</h1>"), "href=\"/exercises\"", "href=\"/questions\""] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
}

/// A form as a browser posts it.
fn form(path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn whatever_refuses_it_is_a_page() {
    let site = Site::accepting().await;
    for path in ["/nowhere", "/exercises/no-such", "/questions/no-such", "/runs/x", "/questions/%ff/answers"]
    {
        let answer = site.get(path).await;
        let status = if path.contains('%') { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND };
        let title = if path.contains('%') { "Not understood" } else { "Not here" };
        check(&answer, status, title);
        assert!(!answer.text.contains("again.js"), "{path}: it does not pass by itself");
    }
    let cross = form("/questions/sums/answers", &[("sec-fetch-site", "cross-site")], "text=x");
    check(&site.send(cross).await, StatusCode::FORBIDDEN, "Refused");
    let odd = form("/questions/sums/answers", &[], "from=soon");
    check(&site.send(odd).await, StatusCode::UNPROCESSABLE_ENTITY, "Not understood");
    let large = form("/questions/sums/answers", &[], &format!("text={}", "x".repeat(3 << 20)));
    check(&site.send(large).await, StatusCode::PAYLOAD_TOO_LARGE, "Too large");
    let delete = Request::delete("/exercises").body(Body::empty()).unwrap();
    let refused = site.send(delete).await;
    check(&refused, StatusCode::METHOD_NOT_ALLOWED, "Not this way");
    assert_eq!(refused.header("allow"), "GET,HEAD");
    let head = Request::builder().method(Method::HEAD).uri("/nowhere").body(Body::empty()).unwrap();
    let head = site.send(head).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::NOT_FOUND, ""));
}

#[tokio::test]
async fn programs_get_what_they_got() {
    let site = Site::accepting().await;
    assert_eq!(site.get("/api/nothing").await.header("content-type"), "application/problem+json");
    assert_eq!(site.get("/static/x/none.js").await.text, "no such asset\n");
}

#[tokio::test]
async fn a_database_that_is_away_is_said_and_the_page_tries_again() {
    let site = Site::accepting().await;
    site.store.close().await;
    let page = site.get("/runs/00000000-0000-7000-8000-000000000000").await;
    check(&page, StatusCode::SERVICE_UNAVAILABLE, "The database does not answer");
    assert_eq!(page.header("retry-after"), "5");
    assert!(page.text.contains("again.js") && page.text.contains("data-seconds=\"5\""), "{}", page.text);
    assert!(page.text.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\">"), "{}", page.text);
    let posted = site.send(form("/questions/sums/answers", &[], "text=mine&do=save")).await;
    check(&posted, StatusCode::SERVICE_UNAVAILABLE, "The database does not answer");
    assert!(
        posted.text.contains("Go back in your browser: what you wrote is still in the form."),
        "{}",
        posted.text
    );
    assert!(!posted.text.contains("again.js"), "what was posted is not sent again by itself");
}

#[tokio::test]
async fn a_stopping_server_says_so() {
    let site = Site::accepting().await;
    site.service.drain();
    let posted =
        site.send(form("/exercises/adder/runs", &[], "scope=all&path=adder.go&content=package+adder")).await;
    check(&posted, StatusCode::SERVICE_UNAVAILABLE, "The server is stopping");
    assert_eq!(posted.header("retry-after"), "5");
    assert!(posted.text.contains("Send it again in 5 seconds or later"), "{}", posted.text);
}
