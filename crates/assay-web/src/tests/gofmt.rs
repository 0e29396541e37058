//! `POST /api/gofmt`, with a formatter that follows a script.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use assay_core::SourceFile;
use assay_grade::{Formatted, Unreadable};

use super::*;

/// Formats as it is told.
struct Formatter<F>(F);

impl<F: Fn(&[SourceFile]) -> Result<Formatted, Fault> + Send + Sync + 'static> Grade for Formatter<F> {
    fn grade(
        &self,
        _: &Exercise,
        _: &Submission,
        _: Options,
        _: &Revoked,
        _: Emit<'_>,
    ) -> Result<Report, Fault> {
        Err(Fault::new("it only formats"))
    }

    fn format(&self, files: &[SourceFile]) -> Result<Formatted, Fault> {
        (self.0)(files)
    }
}

async fn site(
    format: impl Fn(&[SourceFile]) -> Result<Formatted, Fault> + Send + Sync + 'static,
) -> Arc<Site> {
    Arc::new(Site::new(Arc::new(Formatter(format)), 0, 1).await)
}

async fn ask(site: &Site, body: Value) -> Answer {
    let request = Request::post("/api/gofmt").header(JSON.0, JSON.1);
    site.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn one_file(content: &str) -> Value {
    json!({ "files": [{ "path": "adder.go", "content": content }] })
}

#[tokio::test]
async fn files_come_back_formatted_and_what_cannot_be_read_with_its_place() {
    let site = site(|files| {
        let texts = files.iter().map(|f| (f.path.to_string(), f.content.replace("  ", " "))).collect();
        let reason = "expected operand".to_owned();
        let unreadable = vec![Unreadable { file: "bad.go".into(), line: 3, column: 7, reason }];
        Ok(Formatted { files: texts, unreadable })
    })
    .await;
    let answer = ask(&site, one_file("package  adder")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.json(),
        json!({
            "files": [{ "path": "adder.go", "content": "package adder" }],
            "errors": [{ "file": "bad.go", "line": 3, "column": 7, "message": "expected operand" }],
        })
    );
}

#[tokio::test]
async fn what_is_no_set_of_files_is_never_formatted() {
    let site = site(|_| panic!("it is refused before")).await;
    let many: Vec<_> = (0..40).map(|n| json!({ "path": format!("a{n}.go"), "content": "" })).collect();
    for (body, status) in [
        (json!({ "files": [] }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "files": many }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "files": [{ "path": "../a.go", "content": "" }] }), StatusCode::UNPROCESSABLE_ENTITY),
        (one_file(&"x".repeat(300_000)), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = ask(&site, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn a_fault_of_ours_tells_no_internals() {
    let site = site(|_| Err(Fault::new("SECRET path"))).await;
    let answer = ask(&site, one_file("package adder")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text.contains("SECRET"), "{}", answer.text);
}

#[tokio::test]
async fn of_many_at_once_a_few_are_formatted_and_the_rest_is_told_to_come_back() {
    static INSIDE: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let site = site(move |_| {
        MOST.fetch_max(INSIDE.fetch_add(1, SeqCst) + 1, SeqCst);
        let _ = gate.lock().unwrap().recv();
        INSIDE.fetch_sub(1, SeqCst);
        Ok(Formatted::default())
    })
    .await;
    let mut asked = JoinSet::new();
    for _ in 0..6 {
        let site = site.clone();
        asked.spawn(async move { ask(&site, one_file("package adder")).await });
    }
    // Those that wait lose patience; those inside are let out afterwards.
    let mut refused = vec![];
    while refused.len() < 4 {
        refused.push(asked.join_next().await.unwrap().unwrap());
    }
    for answer in &refused {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), "2");
    }
    drop(open);
    for answer in asked.join_all().await {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    assert_eq!(MOST.load(SeqCst), 2);
}
