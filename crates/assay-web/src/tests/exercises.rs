use axum::http::StatusCode;

use super::Site;
use super::submissions::volatile;

#[tokio::test]
async fn the_catalogue_and_one_exercise() {
    let site = Site::accepting().await;
    for (name, path) in [
        ("exercises", "/api/exercises"),
        ("exercise", "/api/exercises/adder"),
        ("hint", "/api/exercises/adder/hints/2"),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        insta::with_settings!({filters => volatile()}, {
            insta::assert_json_snapshot!(name, answer.json());
        });
    }
}

#[tokio::test]
async fn what_must_stay_on_the_server_is_in_no_answer() {
    let site = Site::accepting().await;
    let id = site.submit("package adder").await;
    site.stream(&id).await;
    for path in [
        "/api/exercises".to_owned(),
        "/api/exercises/adder".to_owned(),
        format!("/api/submissions/{id}"),
        format!("/api/submissions/{id}/events"),
        format!("/api/submissions/{id}/report"),
    ] {
        let text = site.get(&path).await.text;
        assert!(!text.to_lowercase().contains("secret"), "{path}: {text}");
    }
}
