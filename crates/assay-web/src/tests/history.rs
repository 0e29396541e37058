//! Attempts, two of them beside each other, other designs, and playback: through the routes that a browser takes.

use std::sync::Arc;

use assay_core::{
    Evidence, Fault, PassName, PassReport, Report, Submission, TestResult, TestStatus, Usage, Verdict,
};
use assay_store::{Capabilities, Class, NewSubmission, Scope};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::{Answer, JSON, Script, Site, form, report};

/// Code with `wrong` in it fails a test.
#[expect(clippy::unnecessary_wraps, reason = "a script")]
fn weigh(submission: &Submission, _: super::Emit<'_>) -> Result<Report, Fault> {
    let wrong = submission.files()[0].content.contains("wrong");
    let (verdict, status) =
        if wrong { (Verdict::Failed, TestStatus::Failed) } else { (Verdict::Accepted, TestStatus::Passed) };
    let test = TestResult {
        name: "TestVisible".into(),
        status,
        duration_ms: 3,
        output: String::new(),
        visible: true,
        runs: 2,
        failures: if wrong { 2 } else { 0 },
    };
    let evidence = Evidence::FailedTest {
        pass: "plain".into(),
        test: "TestVisible".into(),
        message: "got 3, want 4".into(),
        position: None,
        got: Some("3".into()),
        want: Some("4".into()),
    };
    let mut report = report(verdict);
    report.passes = vec![PassReport {
        name: PassName::Plain,
        verdict,
        repetitions: 2,
        schedule: None,
        tests: vec![test],
        usage: Usage { wall_ms: 20, cpu_ms: 20, memory_bytes: 1 << 20 },
    }];
    report.evidence = if wrong { vec![evidence] } else { vec![] };
    Ok(report)
}

const WRONG: &str = "package adder\n\nfunc Add(a, b int) int {\n\treturn a - b // wrong\n}\n";
const RIGHT: &str = "package adder\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n";

/// Somebody with a browser.
struct Somebody<'a> {
    site: &'a Site,
    cookie: String,
    revision: u64,
}

impl<'a> Somebody<'a> {
    /// Saves a first draft, which makes them known.
    async fn new(site: &'a Site, draft: &str) -> Somebody<'a> {
        let mut one = Somebody { site, cookie: String::new(), revision: 0 };
        let answer = one.save(draft).await;
        one.cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        one
    }

    async fn save(&mut self, draft: &str) -> Answer {
        let body = json!({ "from": self.revision, "files": [{ "path": "adder.go", "content": draft }] });
        let request = Request::put("/api/drafts/adder")
            .header(JSON.0, JSON.1)
            .header("cookie", &self.cookie)
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = self.site.send(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.revision += 1;
        answer
    }

    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", &self.cookie).body(Body::empty()).unwrap();
        self.site.send(request).await
    }

    /// Hands in and waits for the verdict; the id.
    async fn hand_in(&self, code: &str, scope: &str) -> String {
        let mut body = form(code);
        body["scope"] = Value::from(scope);
        let answer = self.site.post(&[JSON, ("cookie", &self.cookie)], body.to_string()).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        self.site.until(&id, "finished").await;
        id
    }
}

async fn site() -> Site {
    Site::new(Arc::new(Script(weigh)), 1, 64).await
}

/// The main part of a page, without what changes from run to run.
fn main_of(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let main = &answer.text[answer.text.find("<main").unwrap()..answer.text.find("</main>").unwrap()];
    let lines = main.lines().map(str::trim_end).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn volatile() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "[instant]"),
        (r"\d+(\.\d)? m?s\b", "[time]"),
        (r#"data-next="\d+""#, r#"data-next="[ms]""#),
    ]
}

#[tokio::test]
async fn two_attempts_beside_each_other() {
    let site = site().await;
    let ann = Somebody::new(&site, WRONG).await;
    let (wrong, right) = (ann.hand_in(WRONG, "all").await, ann.hand_in(RIGHT, "all").await);
    let answer = ann.get(&format!("/runs/{wrong}/against/{right}")).await;
    insta::with_settings!({filters => volatile()}, {
        insta::assert_snapshot!("against", main_of(&answer));
    });
    let whole = ann.get(&format!("/runs/{wrong}/against/{right}?lines=all")).await;
    assert!(main_of(&whole).contains("Fold equal lines"));
    let swapped = ann.get(&format!("/runs/{right}/against/{wrong}")).await;
    assert!(main_of(&swapped).contains("Swap them"));
    let same = main_of(&ann.get(&format!("/runs/{right}/against/{right}")).await);
    assert!(same.contains("The files are the same.") && same.contains("Both are Accepted."), "{same}");
}

#[tokio::test]
async fn what_is_in_the_code_is_text_in_every_view_of_a_change() {
    const HOSTILE: &str = "<script>alert(1)</script>\" onclick=\"x\" \u{1b}[31m \u{202e}";
    let site = site().await;
    let mut ann = Somebody::new(&site, HOSTILE).await;
    ann.save(&format!("{HOSTILE} 2\n{}", "x".repeat(100_000))).await;
    let (a, b) = (ann.hand_in(HOSTILE, "all").await, ann.hand_in(&format!("{HOSTILE}\n\n2"), "all").await);
    for path in [
        format!("/runs/{a}/against/{b}"),
        "/exercises/adder/playback".into(),
        "/exercises/adder/playback/step?revision=1".into(),
        "/exercises/adder/designs/plain".into(),
    ] {
        let answer = ann.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(
            answer.text.contains("script&#62;") && answer.text.contains("⟨U+202E⟩"),
            "{path}: it is there, as text"
        );
        for bad in ["<script>alert", "\" onclick=", "\u{1b}", "\u{202e}", " style="] {
            assert!(!answer.text.contains(bad), "{path}: {bad:?}");
        }
    }
}

#[tokio::test]
async fn only_runs_of_one_exercise_that_are_there_can_be_compared() {
    let site = site().await;
    let ann = Somebody::new(&site, RIGHT).await;
    let run = ann.hand_in(RIGHT, "all").await;
    let files = vec![assay_core::SourceFile { path: "a.go".parse().unwrap(), content: "package a\n".into() }];
    let other = NewSubmission {
        submission: Submission::new("other".parse().unwrap(), files).unwrap(),
        version: "v".into(),
        owner: String::new(),
        visitor: String::new(),
        class: Class::Practice,
        scope: Scope::All,
        seed: None,
        idempotency_key: None,
        fresh: false,
        needs: Capabilities::default(),
    };
    let other = site.service.submit(other).await.unwrap().id;
    for (path, status, words) in [
        (format!("/runs/{run}/against/{other}"), StatusCode::BAD_REQUEST, "two different exercises"),
        (
            format!("/runs/{run}/against/{}", assay_core::SubmissionId::generate()),
            StatusCode::NOT_FOUND,
            "no run",
        ),
        (format!("/runs/{run}/against/x"), StatusCode::NOT_FOUND, "no run"),
        ("/exercises/adder/against".into(), StatusCode::BAD_REQUEST, "Two are needed"),
        ("/exercises/nowhere/attempts".into(), StatusCode::NOT_FOUND, "no exercise"),
    ] {
        let answer = ann.get(&path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text.contains(words), "{path}: {}", answer.text);
    }
    let chosen = ann.get(&format!("/exercises/adder/against?first={run}&second={run}")).await;
    assert_eq!(chosen.header("location"), format!("/runs/{run}/against/{run}"));
}

#[tokio::test]
async fn everybody_sees_their_own_attempts() {
    let site = site().await;
    let (ann, bob) = (Somebody::new(&site, WRONG).await, Somebody::new(&site, RIGHT).await);
    let ids = [ann.hand_in(WRONG, "visible").await, ann.hand_in(RIGHT, "all").await];
    let answer = ann.get("/exercises/adder/attempts").await;
    insta::with_settings!({filters => volatile()}, {
        insta::assert_snapshot!("attempts", main_of(&answer));
    });
    for page in [bob.get("/exercises/adder/attempts").await, site.get("/exercises/adder/attempts").await] {
        let page = main_of(&page);
        assert!(page.contains("Nothing was handed in"));
        assert!(ids.iter().all(|id| !page.contains(id)));
    }
}

#[tokio::test]
async fn other_designs_open_with_an_accepted_submit_and_not_before() {
    let site = site().await;
    let (ann, bob) = (Somebody::new(&site, WRONG).await, Somebody::new(&site, RIGHT).await);
    let paths = ["/exercises/adder/designs".to_owned(), "/exercises/adder/designs/plain".to_owned()];
    let wrong = ann.hand_in(WRONG, "all").await;
    ann.hand_in(RIGHT, "visible").await;
    let bobs = bob.hand_in(RIGHT, "all").await;
    let asked = [format!("{}?run={bobs}", paths[1]), format!("{}?run={wrong}", paths[1])];
    for path in paths.iter().chain(&asked) {
        let answer = ann.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: visible tests alone open nothing");
        assert!(answer.text.contains("open once a submit of yours") && !answer.text.contains("SECRET"));
        assert_eq!(site.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    ann.hand_in(RIGHT, "all").await;
    let list = ann.get(&paths[0]).await;
    assert!(main_of(&list).contains("SECRET design"));
    assert_eq!(list.header("cache-control"), "no-store");
    let design = ann.get(&format!("{}?run={wrong}", paths[1])).await;
    insta::with_settings!({filters => volatile()}, {
        insta::assert_snapshot!("design", main_of(&design));
    });
    for gone in ["/exercises/adder/designs/off", "/exercises/adder/designs/plain?run=x"] {
        assert_eq!(
            ann.get(gone).await.status,
            StatusCode::NOT_FOUND,
            "{gone}: a wrong solution is no design"
        );
    }
}

#[tokio::test]
async fn drafts_play_back_save_by_save_with_the_runs_among_them() {
    let site = site().await;
    let mut ann = Somebody::new(&site, "package adder\n").await;
    ann.save(WRONG).await;
    let run = ann.hand_in(WRONG, "all").await;
    // Saves are told from runs by the clock, in milliseconds.
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    ann.save(RIGHT).await;

    let second = ann.get("/exercises/adder/playback?revision=2").await;
    insta::with_settings!({filters => volatile()}, {
        insta::assert_snapshot!("playback", main_of(&second));
    });
    assert_eq!(second.header("cache-control"), "no-store");
    let step = async |n: &str| ann.get(&format!("/exercises/adder/playback/step?revision={n}")).await;
    assert!(step("2").await.text.contains(&run), "the run is at the save that it was made of");
    assert!(!step("3").await.text.contains(&run));
    assert!(step("1").await.text.contains("beside the start of the exercise"));
    assert!(step("18446744073709551615").await.text.contains("Save 3 of 3"), "too far is the last");
    assert_eq!(step("x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.get("/exercises/adder/playback/step").await.status, StatusCode::NOT_FOUND);
    assert!(main_of(&site.get("/exercises/adder/playback").await).contains("No draft of yours"));
}

#[tokio::test]
async fn saves_are_listed_page_by_page() {
    let site = site().await;
    let mut ann = Somebody::new(&site, "1").await;
    ann.save("2").await;
    ann.save("3").await;
    let page = ann.get("/api/drafts/adder/revisions?most=2").await.json();
    let numbers: Vec<u64> =
        page["revisions"].as_array().unwrap().iter().map(|r| r["revision"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 2]);
    let rest = ann.get(page["next"].as_str().unwrap()).await.json();
    assert_eq!((&rest["revisions"][0]["revision"], &rest["next"]), (&json!(3), &Value::Null));
    let second = ann.get("/api/drafts/adder/revisions/2").await.json();
    assert_eq!(second["files"][0]["content"], "2");
    assert_eq!(ann.get("/api/drafts/adder/revisions/4").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/api/drafts/adder/revisions/1").await.status, StatusCode::NOT_FOUND, "nobody's");
    assert_eq!(site.get("/api/drafts/adder/revisions").await.json()["revisions"], json!([]));
    assert_eq!(ann.get("/api/drafts/adder/revisions?after=x").await.status, StatusCode::BAD_REQUEST);
}
