//! The API through its real router, with a grader that follows a script.

mod drafts;
mod error_pages;
mod events;
mod exercises;
mod faults;
mod german;
mod gofmt;
mod history;
mod observation;
mod problems;
mod protect;
mod questions;
mod queue;
mod serve;
mod submissions;
mod visitors;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use assay_content::{Entry, Exercise, Folder, Library, Shelves};
use assay_core::{Event, ExerciseRef, Fault, Report, SCHEMA, Step, Submission, Verdict};
use assay_grade::{Options, Revoked};
use assay_store::{Capabilities, Patience, Store, Worker};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::routes::router;
use crate::service::{Grade, Parts, Service, Tuning};
use crate::state::AppState;
use crate::visitor::Signer;

const TOOLCHAIN: &str = "go1.27.3 linux/amd64";

type Emit<'a> = &'a (dyn Fn(Event) + Sync);

/// A grader that does as it is told.
struct Script<F>(F);

impl<F> Grade for Script<F>
where
    F: Fn(&Submission, Emit<'_>) -> Result<Report, Fault> + Send + Sync + 'static,
{
    fn grade(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        _: &Revoked,
        emit: Emit<'_>,
    ) -> Result<Report, Fault> {
        let mut report = (self.0)(submission, emit)?;
        report.exercise.version.clone_from(&exercise.version);
        report.seed = options.seed.unwrap_or(7);
        if options.observe {
            report.observed = Some(observation::observed());
        }
        Ok(report)
    }

    fn toolchain(&self) -> String {
        TOOLCHAIN.to_owned()
    }
}

/// Two steps and a verdict.
#[expect(clippy::unnecessary_wraps, reason = "a script")]
fn accept(_: &Submission, emit: Emit<'_>) -> Result<Report, Fault> {
    emit(Event::Step { step: Step::Screen });
    emit(Event::Step { step: Step::Build });
    Ok(report(Verdict::Accepted))
}

/// A grader that waits for a word before each verdict, and the words.
fn gate() -> (impl Grade, mpsc::Sender<()>) {
    let (open, gate) = mpsc::channel();
    let gate = Mutex::new(gate);
    let script = Script(move |s: &Submission, emit: Emit<'_>| {
        emit(Event::Step { step: Step::Screen });
        gate.lock().unwrap().recv().map_err(|_| Fault::new("the test is over"))?;
        accept(s, emit)
    });
    (script, open)
}

/// [`gate`] for a [`Site`].
fn gated() -> (Arc<dyn Grade>, mpsc::Sender<()>) {
    let (grade, open) = gate();
    (Arc::new(grade), open)
}

fn report(verdict: Verdict) -> Report {
    Report {
        schema: SCHEMA.into(),
        exercise: ExerciseRef { slug: "adder".parse().unwrap(), version: String::new() },
        verdict,
        summary: "so it went".into(),
        passes: vec![],
        evidence: vec![],
        figures: vec![],
        vet: vec![],
        seed: 0,
        toolchain: TOOLCHAIN.into(),
        timings: BTreeMap::new(),
        not_run: vec![],
        observed: None,
    }
}

const MANIFEST: &str = r#"
title = "Adder"
summary = "Add."
kind = "implement"
package = "adder"
part = "Basics"
question = "Q1"
topics = ["sums"]
minutes = 5
imports = []
[limits]
wall_s = 20
step_s = 5
idle_s = 1
memory_mb = 256
[repetitions]
plain = 2
race = 5
[start]
verdict = "Failed"
"#;

const QUESTION: &str = r#"
title = "Sums"
summary = "What a `sum` is."
question = "Q1"
part = "Basics"
topics = ["addition"]
minutes = [3, 6]
exercises = ["adder"]

[[point]]
id = "commutes"
says = "SECRET: the order does not matter"
why = "SECRET reason"
source = "Judgement"

[[point]]
id = "overflow"
says = "SECRET: `int` overflows"
why = "SECRET reason"
source = "Go specification"

[[follow_up]]
after = "weak"
asks = "SECRET: and of three?"
listen = "SECRET: the same."

[[wrong]]
claim = "SECRET: 1 + 1 = 3"
why = "SECRET: it is 2."
source = "Judgement"
"#;

/// One exercise, `adder`, and one question, `sums`. What must stay on the server has `SECRET` in it.
fn library() -> Library {
    let test = |name: &str, body: &str| {
        format!("package adder_test\n\nimport \"testing\"\n\nfunc {name}(t *testing.T) {{ {body} }}\n")
    };
    let mut root = Folder::new();
    for (path, text) in [
        ("exercise.toml", MANIFEST.to_owned()),
        ("prompt.md", "Write `Add`.".into()),
        ("hints/1.md", "SECRET first hint".into()),
        ("hints/2.md", "SECRET second hint".into()),
        ("debrief.md", "SECRET debrief".into()),
        ("start/adder.go", "package adder\n".into()),
        ("visible/visible_test.go", test("TestVisible", "")),
        ("hidden/hidden_test.go", test("TestSecret", "t.Log(\"SECRET\")")),
        ("solutions/plain/adder.go", "package adder // SECRET\n".into()),
        ("solutions/plain/expect.toml", "about = \"SECRET design\"\nverdict = \"Accepted\"\n".into()),
        ("solutions/other/adder.go", "package adder // SECRET too\n".into()),
        ("solutions/other/expect.toml", "about = \"SECRET design\"\nverdict = \"Accepted\"\n".into()),
        ("wrong/off/adder.go", "package adder // SECRET mistake\n".into()),
        ("wrong/off/expect.toml", "about = \"SECRET mistake\"\nverdict = \"Failed\"\n".into()),
    ] {
        root.insert(&format!("adder/{path}"), Entry::File(text.into_bytes().into()));
    }
    let mut written = Folder::new();
    for (path, text) in [("sums/question.toml", QUESTION), ("sums/prompt.md", "What is a *sum*?\n")] {
        written.insert(path, Entry::File(text.as_bytes().into()));
    }
    let shelves = Shelves { coding: Some(root), written: Some(written), interviews: None };
    let (library, errors) = Library::sound(Path::new("test"), &shelves);
    assert!(errors.is_empty(), "{errors:?}");
    library
}

/// A server without a socket. The directory and the workers go with it.
struct Site {
    router: Router,
    service: Service,
    store: Store,
    signer: Signer,
    _tasks: [JoinSet<()>; 2],
    _data: TempDir,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }
}

impl Site {
    async fn new(grade: Arc<dyn Grade>, graders: usize, most_waiting: usize) -> Site {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path()).await.unwrap();
        let signer = Signer::new(&store.visitor_key().await.unwrap());
        let library = Arc::new(library());
        let catalogue = Arc::new(library.exercises.clone());
        let soon = Duration::from_millis(1);
        let usual = Tuning::default();
        let tuning = Tuning {
            most_waiting,
            grace: Duration::from_millis(50),
            rest: soon,
            look: Duration::from_millis(20),
            formatting: Duration::from_millis(20),
            sweep: Duration::from_millis(5),
            patience: Patience { rest: soon, ..usual.patience },
            ..usual
        };
        let me = Worker {
            id: "here".into(),
            name: "here".into(),
            version: "1".into(),
            capabilities: ["observe"].into_iter().collect(),
            slots: graders,
        };
        let service = Service::new(Parts {
            store: store.clone(),
            broker: None,
            catalogue: catalogue.clone(),
            grade,
            tuning,
            me,
            keeps_queue: true,
        });
        let workers = service.start();
        let kept = service.keep();
        let router = router(AppState {
            catalogue,
            library,
            service: service.clone(),
            signer: signer.clone(),
            behind_proxy: false,
            needs: Capabilities::default(),
        });
        Site { router, service, store, signer, _tasks: [workers, kept], _data: data }
    }

    /// One grader that accepts everything.
    async fn accepting() -> Site {
        Site::new(Arc::new(Script(accept)), 1, 64).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let read = axum::body::to_bytes(body, usize::MAX);
        let bytes =
            tokio::time::timeout(Duration::from_secs(20), read).await.expect("the answer ends").unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: head.status, headers: head.headers, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// `POST /api/submissions`
    async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::post("/api/submissions");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Hands in `code` and gives the id.
    async fn submit(&self, code: &str) -> String {
        let answer = self.post(&[JSON], form(code).to_string()).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The whole event stream in short, e.g. `1 queued`; waits for its end.
    async fn stream(&self, id: &str) -> Vec<String> {
        frames(&self.get(&format!("/api/submissions/{id}/events")).await.text)
    }

    /// Waits until the submission is in `state`.
    async fn until(&self, id: &str, state: &str) -> Value {
        for _ in 0..2000 {
            let record = self.get(&format!("/api/submissions/{id}")).await.json();
            if record["state"] == state {
                return record;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{id} did not become {state}");
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

fn form(code: &str) -> Value {
    json!({ "exercise": "adder", "files": [{ "path": "adder.go", "content": code }] })
}

/// Server-sent events in short: number and name.
fn frames(text: &str) -> Vec<String> {
    text.split("\n\n")
        .filter(|frame| !frame.trim().is_empty() && !frame.starts_with(':'))
        .map(|frame| {
            let field = |name: &str| {
                frame.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().trim().to_owned()
            };
            format!("{} {}", field("id:"), field("event:"))
        })
        .collect()
}
