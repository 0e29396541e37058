use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use tower::ServiceExt;

use super::{JSON, Site, form};

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let site = Site::accepting().await;
    for path in ["/api/exercises", "/api/nothing", "/livez"] {
        let answer = site.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn a_sound_server_is_ready_once_its_trial_grading_is_over() {
    let site = Site::accepting().await;
    for _ in 0..500 {
        let ready = site.get("/readyz").await;
        if ready.status == StatusCode::OK {
            break;
        }
        assert_eq!(ready.json()["detail"], "Its trial grading has not ended yet.");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for path in ["/livez", "/readyz", "/readyz"] {
        let answer = site.get(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "ok\n"), "{path}");
    }
}

#[tokio::test]
async fn writes_from_other_sites_are_refused() {
    let site = Site::accepting().await;
    let cases: [(&[(&str, &str)], StatusCode); 7] = [
        (&[], StatusCode::ACCEPTED),
        (&[("sec-fetch-site", "same-origin")], StatusCode::ACCEPTED),
        (&[("origin", "http://here.test:8080")], StatusCode::ACCEPTED),
        (&[("sec-fetch-site", "cross-site")], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "same-site")], StatusCode::FORBIDDEN),
        (&[("origin", "http://there.test")], StatusCode::FORBIDDEN),
        (&[("origin", "null")], StatusCode::FORBIDDEN),
    ];
    for (headers, expected) in cases {
        let headers = [&[JSON, ("host", "here.test:8080")], headers].concat();
        let answer = site.post(&headers, form("package adder").to_string()).await;
        assert_eq!(answer.status, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn a_panic_in_a_handler_tells_no_internals() {
    let panics = axum::Router::<()>::new()
        .route("/", get(|| async { panic!("secret") as &str }))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(crate::protect::panicked));
    let response = panics.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
    insta::assert_snapshot!(String::from_utf8_lossy(&body));
}
