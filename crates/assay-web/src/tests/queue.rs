use std::time::Duration;

use assay_core::Event;
use tokio_stream::StreamExt;

use super::{Site, gated};

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
