use assay_core::MAX_FILE_BYTES;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use super::submissions::volatile;
use super::{Answer, JSON, Site, form, gated};

/// The problem that `request` gets, as a snapshot under `name`.
pub(super) fn check(name: &str, answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{name}: {}", answer.text);
    let problem = answer.json();
    assert_eq!(problem["status"], json!(answer.status.as_u16()), "{name}");
    let retry = answer.header("retry-after");
    insta::with_settings!({filters => volatile(), description => format!("retry-after: {retry}")}, {
        insta::assert_json_snapshot!(name, problem);
    });
}

fn files(files: &[(&str, &str)]) -> Value {
    let files: Vec<Value> = files.iter().map(|(p, c)| json!({ "path": p, "content": c })).collect();
    json!({ "exercise": "adder", "files": files })
}

#[tokio::test]
async fn what_is_wrong_with_a_submission_is_said() {
    let site = Site::accepting().await;
    let many: Vec<(String, &str)> = (0..33).map(|i| (format!("a{i}.go"), "x")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(p, c)| (p.as_str(), *c)).collect();
    for (name, body) in [
        ("unknown_exercise", json!({ "exercise": "no-such", "files": [] })),
        ("exercise_that_is_no_name", json!({ "exercise": "../etc", "files": [] })),
        ("bad_path", files(&[("../../etc/passwd.go", "x")])),
        ("path_with_controls", files(&[("a\u{202e}\n.go", "x")])),
        ("too_many_files", files(&many)),
        ("empty_file", files(&[("a.go", " \n")])),
        ("no_file", files(&[])),
        ("file_twice", files(&[("a.go", "x"), ("a.go", "y")])),
        ("files_too_large", files(&[("a.go", &"x".repeat(MAX_FILE_BYTES + 1))])),
        ("missing_files", json!({ "exercise": "adder" })),
        ("unknown_member", json!({ "exercise": "adder", "files": [], "verdict": "Accepted" })),
        ("bad_scope", json!({ "exercise": "adder", "files": [], "scope": "hidden" })),
        ("bad_seed", json!({ "exercise": "adder", "files": [], "seed": -1 })),
    ] {
        check(name, &site.post(&[JSON], body.to_string()).await);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said() {
    let site = Site::accepting().await;
    let good = form("package adder").to_string();
    let not_utf8 =
        [br#"{"exercise": "adder", "files": [{"path": "a.go", "content": ""#, &b"\xff\"}]}"[..]].concat();
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Vec<u8>);
    let cases: [Case<'_>; 9] = [
        ("no_content_type", &[], good.clone().into()),
        ("form_content_type", &[("content-type", "application/x-www-form-urlencoded")], good.clone().into()),
        ("empty_body", &[JSON], vec![]),
        ("cut_off", &[JSON], good.as_bytes()[..30].to_vec()),
        ("not_json", &[JSON], b"package adder".to_vec()),
        ("lone_surrogate", &[JSON], br#"{"exercise": "\ud800"}"#.to_vec()),
        ("not_utf8", &[JSON], not_utf8),
        ("body_too_large", &[JSON], vec![b' '; (1 << 20) + 1]),
        ("bad_key", &[JSON, ("idempotency-key", "")], good.into()),
    ];
    for (name, headers, body) in cases {
        check(name, &site.post(headers, body).await);
    }
    let announced = [JSON, ("content-length", "1048577")];
    let answer = site.post(&announced, "{").await;
    assert_eq!(answer.status, 413, "refused before it is read");
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let (grade, _open) = gated();
    let site = Site::new(grade, 1, 1).await;
    let running = site.submit("package a").await;
    site.until(&running, "running").await;
    let key = [JSON, ("idempotency-key", "k")];
    let answer = site.post(&key, form("package b").to_string()).await;
    let waiting = answer.json()["id"].as_str().unwrap().to_owned();
    check("key_reused", &site.post(&key, form("package c").to_string()).await);
    check("queue_full", &site.post(&[JSON], form("package c").to_string()).await);
    let unknown = "00000000-0000-7000-8000-000000000000";
    for (name, path) in [
        ("no_such_address", "/api/nothing".to_owned()),
        ("unknown_id", format!("/api/submissions/{unknown}")),
        ("id_that_is_none", "/api/submissions/%2e%2e%2fetc".to_owned()),
        ("id_that_is_not_utf8", "/api/submissions/%ff".to_owned()),
        ("events_of_unknown_id", format!("/api/submissions/{unknown}/events")),
        ("report_of_running", format!("/api/submissions/{running}/report")),
        ("report_of_waiting", format!("/api/submissions/{waiting}/report")),
        ("bad_event_number", format!("/api/submissions/{running}/events?after=x")),
        ("bad_query", format!("/api/submissions/{running}/events?after=1&after=2")),
        ("unknown_exercise_to_read", "/api/exercises/no-such".to_owned()),
        ("hint_zero", "/api/exercises/adder/hints/0".to_owned()),
        ("hint_after_the_last", "/api/exercises/adder/hints/3".to_owned()),
    ] {
        check(name, &site.get(&path).await);
    }
    let delete = Request::builder().method(Method::DELETE).uri("/api/submissions");
    let answer = site.send(delete.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("allow"), "POST");
    check("wrong_method", &answer);
}
