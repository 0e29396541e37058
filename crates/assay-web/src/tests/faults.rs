use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use assay_content::Exercise;
use assay_core::{Event, Fault, Report, Step, Submission, Verdict};
use assay_grade::{Options, Revoked};
use axum::http::StatusCode;
use serde_json::json;

use crate::service::Grade;

use super::{Emit, JSON, Script, Site, accept, form, gated, report};

/// Grades one submission with `script` and gives its stream and its last state.
async fn check(
    script: impl Fn(&Submission, Emit<'_>) -> Result<Report, Fault> + Send + Sync + 'static,
    state: &str,
    expected: &[&str],
) {
    let site = Site::new(Arc::new(Script(script)), 1, 64).await;
    let id = site.submit("package adder").await;
    assert_eq!(site.stream(&id).await, expected);
    assert_eq!(site.get(&format!("/api/submissions/{id}")).await.json()["state"], state);
    let other = site.submit("package next").await;
    site.until(&other, state).await;
}

#[tokio::test]
async fn a_panic_in_the_grader_is_retried_and_then_set_aside() {
    let stream = [
        "1 queued",
        "2 started",
        "3 step",
        "4 queued",
        "5 started",
        "6 step",
        "7 queued",
        "8 started",
        "9 step",
        "10 faulted",
    ];
    check(
        |_, emit| {
            emit(Event::Step { step: Step::Build });
            panic!("scripted");
        },
        "faulted",
        &stream,
    )
    .await;
}

#[tokio::test]
async fn a_fault_that_passes_costs_nothing() {
    let tries = AtomicU32::new(0);
    check(
        move |s, emit| match tries.fetch_add(1, Ordering::SeqCst) {
            0 => Err(Fault::new("no box")),
            _ => accept(s, emit),
        },
        "finished",
        &["1 queued", "2 started", "3 queued", "4 started", "5 step", "6 step", "7 finished"],
    )
    .await;
}

#[tokio::test]
async fn beginning_and_end_of_the_stream_are_not_the_graders_to_say() {
    check(
        |_, emit| {
            emit(Event::Started { attempt: 9 });
            emit(Event::Finished { report: Box::new(report(Verdict::Failed)) });
            emit(Event::Faulted { message: "no".into() });
            Ok(report(Verdict::Accepted))
        },
        "finished",
        &["1 queued", "2 started", "3 finished"],
    )
    .await;
}

#[tokio::test]
async fn a_set_aside_submission_says_that_there_will_be_no_report() {
    let site = Site::new(Arc::new(Script(|_: &Submission, _: Emit<'_>| Err(Fault::new("x")))), 1, 64).await;
    let id = site.submit("package adder").await;
    site.until(&id, "faulted").await;
    let answer = site.get(&format!("/api/submissions/{id}/report")).await;
    assert_eq!((answer.status, &answer.json()["state"]), (StatusCode::NOT_FOUND, &json!("faulted")));
}

#[tokio::test]
async fn a_draining_server_takes_nothing_and_gives_back_what_it_cannot_end() {
    let (grade, _open) = gated();
    let site = Site::new(grade, 1, 64).await;
    let id = site.submit("package adder").await;
    site.until(&id, "running").await;
    site.service.drain();
    let refused = site.post(&[JSON], form("package b").to_string()).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    assert_eq!(site.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.get("/livez").await.status, StatusCode::OK);
    let record = site.until(&id, "queued").await;
    assert_eq!(record["attempt"], 0, "the try does not count: {record}");
}

/// A grader that takes whatever it is given for right, as soon as its machine is well.
struct Sick(Arc<AtomicBool>);

impl Grade for Sick {
    fn grade(
        &self,
        _: &Exercise,
        submission: &Submission,
        _: Options,
        _: &Revoked,
        emit: Emit<'_>,
    ) -> Result<Report, Fault> {
        accept(submission, emit)
    }

    fn canary(&self) -> Result<(), Fault> {
        if self.0.load(Ordering::SeqCst) { Ok(()) } else { Err(Fault::new("a race is not seen")) }
    }
}

#[tokio::test]
async fn a_grader_that_gets_its_trial_wrong_takes_no_work_and_says_so() {
    let well = Arc::new(AtomicBool::new(false));
    let site = Site::new(Arc::new(Sick(well.clone())), 1, 64).await;
    let id = site.submit("package adder").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(site.get(&format!("/api/submissions/{id}")).await.json()["state"], "queued");
    let ready = site.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["detail"], "A race is not seen.");
    well.store(true, Ordering::SeqCst);
    site.until(&id, "finished").await;
    assert_eq!(site.get("/readyz").await.status, StatusCode::OK);
}
