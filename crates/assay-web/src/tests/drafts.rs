//! Drafts: a save builds on the one before, and nothing that was saved is written over.

use super::*;

async fn put(site: &Site, cookie: &str, from: u64, content: &str) -> Answer {
    let body = json!({ "from": from, "files": [{ "path": "adder.go", "content": content }] });
    let request = Request::put("/api/drafts/adder").header(JSON.0, JSON.1).header("cookie", cookie);
    site.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn get(site: &Site, cookie: &str) -> Answer {
    let request = Request::get("/api/drafts/adder").header("cookie", cookie);
    site.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_draft_goes_on_where_it_was_saved_and_only_there() {
    let site = Site::accepting().await;
    let first = put(&site, "", 0, "one").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(first.json()["revision"], 1);
    let cookie = first.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(put(&site, &cookie, 1, "two").await.json()["revision"], 2);
    // The same again, as after an answer that was lost, is no news.
    assert_eq!(put(&site, &cookie, 1, "two").await.json()["revision"], 2);

    let behind = put(&site, &cookie, 1, "three").await;
    assert_eq!(behind.status, StatusCode::CONFLICT);
    assert_eq!(behind.json()["type"], "urn:assay:problem:draft-behind");
    assert_eq!(behind.json()["revision"], 2);
    let draft = get(&site, &cookie).await.json();
    assert_eq!((&draft["revision"], &draft["files"][0]["content"]), (&json!(2), &json!("two")));

    let stranger = get(&site, "").await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.json()["type"], "urn:assay:problem:no-draft");
}
