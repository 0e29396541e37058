use axum::body::Body;
use axum::http::{Request, StatusCode};
use tokio_stream::StreamExt;

use super::{Site, frames, gated};

#[tokio::test]
async fn a_reader_that_comes_back_goes_on_from_its_number() {
    let site = Site::accepting().await;
    let id = site.submit("package adder").await;
    assert_eq!(site.stream(&id).await.len(), 5);
    let path = format!("/api/submissions/{id}/events");
    let rest = ["4 step", "5 finished"];

    assert_eq!(frames(&site.get(&format!("{path}?after=3")).await.text), rest);
    let again = |last: &str, after: &str| {
        Request::get(format!("{path}{after}")).header("last-event-id", last).body(Body::empty()).unwrap()
    };
    assert_eq!(frames(&site.send(again("3", "")).await.text), rest);
    assert_eq!(frames(&site.send(again("3", "?after=0")).await.text), rest, "the header is newer");
    for all_read in ["5", "6", "18446744073709551615"] {
        let answer = site.send(again(all_read, "")).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""), "{all_read}");
    }
}

#[tokio::test]
async fn a_live_stream_gets_each_event_once_in_order_and_a_slow_reader_holds_nobody_up() {
    let (grade, open) = gated();
    let site = Site::new(grade, 1, 64).await;
    let id = site.submit("package adder").await;
    let parsed = id.parse().unwrap();
    let mut slow = Box::pin(site.service.follow(parsed, 0));
    let first = slow.next().await.unwrap().unwrap();
    assert_eq!(first.seq, 1);
    open.send(()).unwrap();
    site.until(&id, "finished").await;
    let rest: Vec<u64> = slow.map(|e| e.unwrap().seq).collect().await;
    assert_eq!(rest, [2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn streams_end_when_the_server_closes() {
    let (grade, _open) = gated();
    let site = Site::new(grade, 1, 64).await;
    let id = site.submit("package adder").await;
    site.until(&id, "running").await;
    let (stream, ()) = tokio::join!(site.stream(&id), async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        site.service.close();
    });
    assert_eq!(stream, ["1 queued", "2 started", "3 step"]);
}
