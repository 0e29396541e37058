use std::sync::Arc;

use assay_core::{
    DroppedStacks, Edge, Evidence, Frame, Goroutine, Lane, LaneState, Observation, PassName, PassReport,
    Position, Profile, Report, Span, Stack, Submission, TestPeriod, Timeline, Unit, Usage, Verdict, WaitsOn,
};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::{Emit, JSON, Script, Site, accept, form, report};

const HOSTILE: &str = "</code><script>alert(1)</script>\u{202e}\u{1b}[31m\" onload=\"x";

fn at(line: u32) -> Position {
    Position { file: "adder.go".into(), line, column: 0 }
}

/// A test that waits for a goroutine, which waits for ever; the names are a candidate's.
pub(super) fn observed() -> Observation {
    let span = |from, to, state, reason: &str, line| Span {
        from,
        to,
        state,
        reason: reason.into(),
        at: Some(at(line)),
    };
    let lane = |goroutine, name: &str, created_at, spans| Lane {
        goroutine,
        name: name.into(),
        own: goroutine > 6,
        created_at,
        created_by: 6,
        spans,
    };
    let lanes = vec![
        lane(
            6,
            "TestVisible",
            None,
            vec![
                span(0, 40_000, LaneState::Running, "", 1),
                span(40_000, 1_000_000_000, LaneState::Waiting, "sync.WaitGroup.Wait", 1),
            ],
        ),
        lane(
            9,
            HOSTILE,
            Some(at(1)),
            vec![
                span(20_000, 30_000, LaneState::Runnable, "", 1),
                span(30_000, 1_000_000_000, LaneState::Waiting, HOSTILE, 1),
            ],
        ),
    ];
    let timeline = Timeline {
        end_ns: 1_000_000_000,
        still_ns: 40_000,
        tests: vec![TestPeriod { name: "TestVisible".into(), from: 0, to: 1_000_000_000 }],
        lanes,
        edges: vec![Edge { at: 20_000, from: 6, to: 9 }],
        ..Timeline::default()
    };
    let stack = |frames: &str, value| Stack { frames: frames.into(), value, own: true };
    let cpu = Profile {
        unit: Unit::Ns,
        total: 310_000_000,
        elsewhere: 200_000_000,
        stacks: vec![
            stack("adder_test.TestVisible;adder.Add;sort.Slice;sort.pdq;adder.less", 80_000_000),
            stack(&format!("adder.Add;{HOSTILE};runtime.mallocgc"), 30_000_000),
        ],
        dropped: DroppedStacks::default(),
    };
    Observation {
        tests: vec!["TestVisible".into()],
        notes: vec!["the tests had not ended after 1.0 s, and were not waited for".into()],
        timeline: Some(timeline),
        cpu: Some(cpu),
        allocs: None,
    }
}

/// A report of tests that ran, with a goroutine that was left behind.
#[expect(clippy::unnecessary_wraps, reason = "what a script of the grader looks like")]
fn leaked(_: &Submission, _: Emit<'_>) -> Result<Report, assay_core::Fault> {
    let frame = |line| Frame { function: "adder.wait".into(), position: at(line), own: true };
    let goroutine = Goroutine {
        id: 41,
        waits_on: WaitsOn { state: "chan receive".into(), operations: vec![] },
        minutes: None,
        woken_by: vec![],
        unreachable: false,
        stack: vec![frame(1)],
        created: Some(frame(1)),
    };
    let evidence = vec![Evidence::Leak {
        test: "TestVisible".into(),
        sentence: "one is left".into(),
        goroutines: vec![goroutine],
        raw: String::new(),
    }];
    let pass = PassReport {
        name: PassName::Plain,
        verdict: Verdict::Leak,
        repetitions: 1,
        schedule: None,
        tests: vec![],
        usage: Usage::default(),
    };
    Ok(Report { passes: vec![pass], evidence, ..report(Verdict::Leak) })
}

async fn site() -> Site {
    Site::new(Arc::new(Script(leaked)), 1, 64).await
}

pub(super) async fn asked(site: &Site) -> String {
    let mut form = form("package adder");
    form["observe"] = json!(true);
    let id = site.post(&[JSON], form.to_string()).await.json()["id"].as_str().unwrap().to_owned();
    site.until(&id, "finished").await;
    id
}

/// `POST` of the page's form; the run that it leads to.
async fn look_inside(site: &Site, run: &str) -> String {
    let request = Request::post(format!("/runs/{run}/observations")).body(Body::empty()).unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let id = answer.header("location").strip_prefix("/runs/").unwrap().to_owned();
    site.until(&id, "finished").await;
    id
}

#[tokio::test]
async fn the_button_runs_the_same_once_more_and_only_once() {
    let site = site().await;
    let first = site.submit("package adder").await;
    let graded = site.until(&first, "finished").await;
    let page = site.get(&format!("/runs/{first}")).await.text;
    assert!(page.contains(&format!("action=\"/runs/{first}/observations\"")), "{page}");
    assert!(!page.contains("timeline.js"), "nobody pays for what is not there");

    let second = look_inside(&site, &first).await;
    assert_ne!(second, first);
    let looked = site.until(&second, "finished").await;
    assert_eq!((&looked["seed"], &looked["scope"]), (&graded["seed"], &graded["scope"]));
    assert_eq!(look_inside(&site, &first).await, second, "what was looked at is not graded again");

    let page = site.get(&format!("/runs/{second}")).await.text;
    for part in [
        "timeline.js",
        "timeline.css",
        "id=\"lane-9\"",
        "class=\"flame\"",
        "#lane-9\">goroutine 9 in the timeline",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("/observations"), "it has been looked at");
}

#[tokio::test]
async fn an_observation_is_asked_for_and_given_by_the_api() {
    let site = site().await;
    let id = asked(&site).await;
    let path = format!("/api/submissions/{id}/observation");
    let answer = site.get(&path).await;
    assert_eq!(answer.json(), serde_json::to_value(observed()).unwrap());
    let tag = answer.header("etag").to_owned();
    assert_eq!((answer.header("cache-control"), tag.len()), ("private, no-cache", 66));
    let again = Request::get(&path).header("if-none-match", format!("W/{tag}")).body(Body::empty()).unwrap();
    let again = site.send(again).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));

    let events = site.get(&format!("/api/submissions/{id}/events")).await.text;
    assert!(
        events.contains("\"finished\"") && !events.contains("still_ns"),
        "megabytes in a stream of events"
    );

    let stacks = site.get(&format!("/api/submissions/{id}/profiles/cpu")).await.text;
    assert!(stacks.starts_with("adder_test.TestVisible;adder.Add;sort.Slice;sort.pdq;adder.less 80000000\n"));
    let missing = site.get(&format!("/api/submissions/{id}/profiles/allocations")).await;
    assert_eq!(
        (missing.status, &missing.json()["type"]),
        (StatusCode::NOT_FOUND, &json!("urn:assay:problem:no-observation"))
    );
}

#[tokio::test]
async fn where_there_is_none_the_answer_says_what_to_do() {
    let site = Site::new(Arc::new(Script(accept)), 1, 64).await;
    let id = site.submit("package adder").await;
    site.until(&id, "finished").await;
    let answer = site.get(&format!("/api/submissions/{id}/observation")).await;
    insta::assert_json_snapshot!("no_observation", answer.json());
    for page in ["timeline", "profiles/cpu"] {
        let answer = site.get(&format!("/runs/{id}/{page}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text.contains("not looked into"), "{}", answer.text);
    }
    // Nothing ran, so there is nothing to look at.
    let request = Request::post(format!("/runs/{id}/observations")).body(Body::empty()).unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(!site.get(&format!("/runs/{id}")).await.text.contains("/observations"));
}

#[tokio::test]
async fn hostile_names_are_text_on_every_page() {
    let site = site().await;
    let id = asked(&site).await;
    for page in [
        "",
        "/timeline",
        "/profiles/cpu",
        "/profiles/cpu?whole=1&find=script",
        "/profiles/cpu?focus=%3Cscript%3E%22x",
    ] {
        let html = site.get(&format!("/runs/{id}{page}")).await.text;
        assert!(!html.contains("<script>alert") && !html.contains("\" onload=\"x"), "{page}: {html}");
        assert!(!html.contains('\u{202e}') && !html.contains('\u{1b}'), "{page}");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{page}");
    }
    let html = site.get(&format!("/runs/{id}/profiles/cpu")).await.text;
    assert!(html.contains("⟨U+202E⟩␛[31m"), "they are there to be read: {html}");
    let focus =
        html.split("?focus=").find(|f| f.starts_with("%3C%2Fcode%3E")).expect("a link to the function");
    let focus = focus.split('"').next().unwrap();
    let alone = site.get(&format!("/runs/{id}/profiles/cpu?focus={focus}")).await.text;
    assert!(alone.contains("30.0 ms") && !alone.contains("80.0 ms"), "{alone}");
}
