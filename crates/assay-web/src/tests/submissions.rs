use std::collections::HashSet;
use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;

use super::{JSON, Script, Site, accept, form, gated};

#[tokio::test]
async fn from_hand_in_to_report() {
    let site = Site::accepting().await;
    let answer = site.post(&[JSON], form("package adder").to_string()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let body = answer.json();
    let url = body["url"].as_str().unwrap();
    assert_eq!(answer.header("location"), url);
    assert_eq!(url, format!("/api/submissions/{}", body["id"].as_str().unwrap()));

    let events = site.get(body["events"].as_str().unwrap()).await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    assert_eq!(super::frames(&events.text), ["1 queued", "2 started", "3 step", "4 step", "5 finished"]);

    let record = site.get(url).await.json();
    insta::with_settings!({filters => volatile()}, {
        insta::assert_json_snapshot!("record", record);
    });
    let report = site.get(body["report"].as_str().unwrap()).await;
    assert_eq!((report.status, &report.json()["verdict"]), (StatusCode::OK, &json!("Accepted")));
    assert_eq!(report.header("cache-control"), "no-store");
    let files = site.get(&format!("{url}/files")).await.json();
    assert_eq!(files["files"][0]["content"], "package adder");
    let unknown = site.get("/api/submissions/0190b2a4-0000-7000-8000-000000000000/files").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn scope_and_seed_reach_the_grader() {
    let site = Site::accepting().await;
    let mut form = form("package adder");
    form["scope"] = json!("visible");
    form["seed"] = json!(u64::MAX);
    let id = site.post(&[JSON], form.to_string()).await.json()["id"].as_str().unwrap().to_owned();
    let record = site.until(&id, "finished").await;
    assert_eq!((&record["scope"], &record["seed"]), (&json!("visible"), &json!(u64::MAX)));
    let report = site.get(&format!("/api/submissions/{id}/report")).await.json();
    assert_eq!(report["seed"], json!(u64::MAX));
}

#[tokio::test]
async fn what_was_graded_before_with_that_seed_is_not_graded_again_unless_asked() {
    let site = Site::accepting().await;
    let mut form = form("package adder");
    let first = site.submit("package adder").await;
    let graded = site.until(&first, "finished").await;
    form["seed"] = graded["seed"].clone();
    let answer = async |form: &serde_json::Value| {
        let answer = site.post(&[JSON], form.to_string()).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(answer(&form).await, first);
    form["fresh"] = json!(true);
    let second = answer(&form).await;
    assert_ne!(second, first);
    site.until(&second, "finished").await;
    form["fresh"] = json!(false);
    assert_eq!(answer(&form).await, second, "the last answer");
}

#[tokio::test]
async fn the_same_submit_fifty_times_at_once_is_one() {
    let site = Arc::new(Site::new(Arc::new(Script(accept)), 1, 1).await);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let site = site.clone();
            tokio::spawn(async move {
                let body = form("package adder").to_string();
                site.post(&[JSON, ("idempotency-key", "k-1")], body).await
            })
        })
        .collect();
    let mut ids = HashSet::new();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        ids.insert(answer.header("location").to_owned());
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn places_in_the_queue_are_told() {
    let (grade, open) = gated();
    let site = Site::new(grade, 1, 64).await;
    let first = site.submit("package a").await;
    site.until(&first, "running").await;
    let second = site.submit("package b").await;
    let third = site.submit("package c").await;
    let record = site.get(&format!("/api/submissions/{third}")).await.json();
    assert_eq!((&record["state"], &record["position"]), (&json!("queued"), &json!(2)));
    for _ in 0..3 {
        open.send(()).unwrap();
    }
    let stream = site.get(&format!("/api/submissions/{third}/events")).await.text;
    let queued: Vec<&str> = stream.lines().filter(|l| l.contains("\"queued\"")).collect();
    assert_eq!(
        queued,
        [
            r#"data: {"seq":1,"type":"queued","position":2}"#,
            r#"data: {"seq":2,"type":"queued","position":1}"#
        ]
    );
    for id in [first, second] {
        site.until(&id, "finished").await;
    }
}

/// Ids and instants.
pub(super) fn volatile() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"),
        (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[instant]"),
        (r#""version": "[0-9a-f]{16}""#, r#""version": "[version]""#),
    ]
}
