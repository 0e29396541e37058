//! What a German reader gets: each page in both languages, and what reads the same in both is no sentence of ours.

use std::collections::BTreeSet;
use std::sync::Arc;

use assay_core::{Fault, NotRun, PassName, Report, Submission};
use axum::body::Body;
use axum::http::Request;

use super::observation::asked;
use super::questions::Browser;
use super::{Emit, Script, Site, gated};
use crate::pages::tests::{evidence, odd_evidence, report};

/// What stands for every text of the grader and of a candidate: nothing that could be a word.
const SIGN: &str = "¤";

/// A report with every kind of evidence, in every state of knowledge.
#[expect(clippy::unnecessary_wraps, reason = "a script")]
fn everything(_: &Submission, _: Emit<'_>) -> Result<Report, Fault> {
    let all = [evidence(SIGN), odd_evidence(SIGN)].concat();
    let not_run = vec![NotRun { name: PassName::Stress, reason: SIGN.into() }];
    Ok(Report { not_run, ..report(all, SIGN) })
}

/// What may read the same: words that both languages have, what Go and its tools call things, keys, names of this site, and what stands in
/// the exercise and the question of these tests.
const SAME: &str = "
    Benchmark | Budgets | CPU | Code | Editor | Goroutine | Panic | Panic in ¤ | Stack | Status 400 | Status 403 | Status 404
    Test | Tests | Text | in | min | ms | ns | UTC
    DataRace | TestVisible | allocs/op | go vet | gofmt | package adder | pool.go:1: ¤ | race | race × 5 | screen | total | vet ¤: ¤
    Alt | Ctrl | End | Enter | Esc | Home | Shift | Tab
    Deutsch | English | assay | assay replay
    Add | Add. | Adder | Adder · assay | Basics | Basics, Q1 · 3–6 min | Go specification | Judgement | Sums | Sums · assay
    package adder_test | import &#34;testing&#34; | func TestVisible(t *testing.T) {  }
    What a `sum` is. | What is a | Write | int | nowhere | overflows | sum | sums
";

/// Sentences of the report, English for whoever reads it: what core says of a figure, and a note of the
/// observer.
const OF_THE_REPORT: [&str; 2] =
    ["allocs/op, allowed 2 (¤: 9)", "the tests had not ended after 1.0 s, and were not waited for."];

/// The lines of a page that have words, its labels and titles among them, from their first letter on.
fn lines(page: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for piece in page.split('<') {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        if !tag.starts_with("script") {
            all.extend(text.lines());
        }
        for label in ["aria-label=\"", "aria-roledescription=\"", "title=\"", "data-remark=\""] {
            all.extend(tag.split_once(label).and_then(|(_, rest)| rest.split('"').next()));
        }
    }
    let from_letter =
        |line: &str| line.trim_start_matches(|c: char| !c.is_alphabetic()).trim_end().to_owned();
    let words = |line: &String| line.as_bytes().windows(2).any(|two| two.iter().all(u8::is_ascii_alphabetic));
    all.into_iter().map(from_letter).filter(words).collect()
}

async fn read(site: &Site, path: &str, language: &str, cookie: &str) -> BTreeSet<String> {
    let request = Request::get(path).header("accept-language", language).header("cookie", cookie);
    let answer = site.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("content-language"), language, "{path}: {}", answer.text);
    let id = path.split('/').find(|part| part.len() == 36).unwrap_or("no id");
    lines(&answer.text.replace(id, ""))
}

/// Reads a page in both languages, with the cookie of whoever reads.
async fn check(site: &Site, path: &str, cookie: &str) {
    let (english, german) = (read(site, path, "en", cookie).await, read(site, path, "de", cookie).await);
    assert!(
        english.len() > 1 && english.len().abs_diff(german.len()) < 5,
        "{path}: {english:#?} {german:#?}"
    );
    let mut same: Vec<&String> = english.intersection(&german).collect();
    // Names in Go, as profiles and places have them, have a point and no space; what a question expects is a secret.
    same.retain(|line| (line.contains(' ') || !line.contains('.')) && !line.contains("alert(1)"));
    same.retain(|line| !line.starts_with("SECRET") && !OF_THE_REPORT.contains(&line.as_str()));
    same.retain(|line| !SAME.split(['|', '\n']).any(|known| known.trim() == *line));
    assert_eq!(same, [""; 0], "{path}");
}

#[tokio::test]
async fn a_report_says_nothing_of_ours_in_english() {
    let site = Site::new(Arc::new(Script(everything)), 1, 64).await;
    let id = asked(&site).await;
    for page in ["", "/result", "/timeline", "/profiles/cpu?find=x", "/profiles/cpu?focus=nowhere&whole=1"] {
        check(&site, &format!("/runs/{id}{page}"), "").await;
    }
}

#[tokio::test]
async fn no_run_that_is_not_settled_does() {
    let (grade, _open) = gated();
    let site = Site::new(grade, 1, 64).await;
    let first = site.submit("package adder").await;
    site.until(&first, "running").await;
    for id in [first, site.submit("package adder\n// 2").await, site.submit("package adder\n// 3").await] {
        check(&site, &format!("/runs/{id}"), "").await;
    }
}

#[tokio::test]
async fn no_question_and_no_other_page_does() {
    let site = Site::accepting().await;
    let mut ann = Browser::new(&site);
    let first = ann.done("1 + 1\n= 2").await;
    ann.post("", "start").await;
    check(&site, "/questions/sums", &ann.cookie).await;
    let second = ann.done("= 2").await;
    let id = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let compared = format!("/questions/sums/answers?then={}&now={}", id(&first), id(&second));
    for path in [
        &first,
        &compared,
        "/questions/sums/answers?then=x",
        "/exercises",
        "/exercises/adder",
        "/exercises/adder/attempts",
        "/exercises/adder/against",
        "/exercises/adder/designs",
        "/exercises/adder/playback",
        "/exercises/adder/playback?revision=x",
        "/progress",
        "/questions",
        "/questions/sums",
        "/questions/nowhere",
        "/questions/sums/answers/x",
        "/runs/x",
        "/runs/x/timeline",
        "/runs/x/profiles/x",
        "/nowhere",
    ] {
        check(&site, path, &ann.cookie).await;
    }
}
