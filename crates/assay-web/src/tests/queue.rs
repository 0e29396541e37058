use std::net::IpAddr;
use std::time::Duration;

use assay_core::Event;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use tokio_stream::StreamExt;

use super::problems::check;
use super::{Answer, JSON, Site, form, gated};
use crate::owner::Peer;

async fn post(site: &Site, from: &str, path: &str, media: &str, body: String) -> Answer {
    let peer = Peer(from.parse::<IpAddr>().unwrap());
    let request = Request::post(path).header("content-type", media).extension(peer);
    site.send(request.body(Body::from(body)).unwrap()).await
}

/// A submit over the API.
async fn call(site: &Site, from: &str) -> Answer {
    post(site, from, "/api/submissions", JSON.1, form("package adder").to_string()).await
}

/// A submit with the plain form.
async fn fill_in(site: &Site, from: &str) -> Answer {
    let fields = "scope=all&path=adder.go&content=package+adder";
    post(site, from, "/exercises/adder/runs", "application/x-www-form-urlencoded", fields.into()).await
}

#[tokio::test]
async fn one_owner_cannot_fill_the_queue_by_api_or_by_form() {
    let (grade, _open) = gated();
    let site = Site::new(grade, 1, 4).await;
    let first = site.submit("package first").await;
    site.until(&first, "running").await;
    assert_eq!(call(&site, "2001:db8::1").await.status, StatusCode::ACCEPTED);
    assert_eq!(fill_in(&site, "2001:db8::2").await.status, StatusCode::SEE_OTHER);

    check("owner_full", &call(&site, "2001:db8::3").await);
    let page = fill_in(&site, "2001:db8::4").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "10"));
    assert!(page.text.contains("You have 2 submissions waiting"), "{}", page.text);
    assert_eq!(fill_in(&site, "192.0.2.7").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_far_back_is_told_its_new_place_when_somebody_follows_it() {
    let (grade, open) = gated();
    let site = Site::new(grade, 1, 64).await;
    let first = site.submit("package first").await;
    site.until(&first, "running").await;
    let mut waiting = vec![];
    for i in 0..14 {
        waiting.push(site.submit(&format!("package p{i}")).await.parse().unwrap());
    }
    let (unseen, followed) = (waiting[12], waiting[13]);
    let mut events = Box::pin(site.service.follow(followed, 0));
    let mut place = async || {
        let next = tokio::time::timeout(Duration::from_secs(20), events.next()).await;
        match next.expect("it is told").unwrap().unwrap().event {
            Event::Queued { position } => position,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(place().await, 14);
    open.send(()).unwrap();
    assert_eq!(place().await, 13);
    assert!(site.service.has_read_all(unseen, 1).await.unwrap(), "nobody looks at it");
}
