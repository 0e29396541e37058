//! Grades cheats in this process, through the real toolchain and box.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use assay_content::{Catalogue, Exercise};
use assay_core::{Evidence, Fault, Report, Slug, SourceFile, Submission, Verdict};
use assay_go::Go;
use assay_grade::{Grader, Options};
use assay_sandbox::{Jail, JailConfig};
use assay_tests::{Assay, root, tools};

type Files = Vec<(String, String)>;

/// Gradings that run at once; the boxes are twice as many.
const AT_ONCE: usize = 2;

fn grader() -> &'static Grader {
    static GRADER: OnceLock<Grader> = OnceLock::new();
    GRADER.get_or_init(|| {
        let helper = Some(Assay::new().program().to_owned());
        let config = JailConfig { slots: 2 * AT_ONCE, helper, ..JailConfig::default() };
        let jail = Jail::start(config).expect("a box");
        let go = Go::prepare(&tools(), &mut |_, _, _| {}).expect("a toolchain");
        Grader::new(Arc::new(go), Arc::new(jail))
    })
}

fn exercise(content: &str, slug: &str) -> Arc<Exercise> {
    let catalogue = Catalogue::from_dir(&root().join(content)).expect("sound content");
    catalogue.get(&slug.parse::<Slug>().expect("a name")).expect("the exercise").clone()
}

fn submission(slug: &Slug, files: &[(String, String)]) -> Result<Submission, String> {
    let file = |(name, text): &(String, String)| {
        let path = name.parse().map_err(|e: assay_core::FileError| e.to_string())?;
        Ok(SourceFile { path, content: text.clone() })
    };
    let files: Result<Vec<SourceFile>, String> = files.iter().map(file).collect();
    Submission::new(slug.clone(), files?).map_err(|e| e.to_string())
}

fn grade(exercise: &Exercise, files: &[(String, String)]) -> Report {
    let submission = submission(&exercise.slug, files).expect("a submission");
    let report = grader().grade(exercise, &submission, Options::default(), &|_| {});
    report.unwrap_or_else(|fault| panic!("a fault of ours: {fault}"))
}

/// The verdict, and `word` somewhere in the report's evidence.
#[track_caller]
fn judged(report: &Report, verdict: Verdict, word: &str) {
    let said: Vec<String> = report.evidence.iter().map(Evidence::headline).collect();
    assert_eq!(report.verdict, verdict, "{}: {said:#?} {:#?}", report.summary, report.evidence.first());
    let whole = format!("{} {:?} {said:?}", report.summary, report.evidence);
    assert!(
        whole.contains(word) || said.iter().any(|s| s.contains(word)),
        "{word:?} is nowhere in {said:#?}"
    );
}

fn tally() -> &'static Exercise {
    static TALLY: OnceLock<Arc<Exercise>> = OnceLock::new();
    TALLY.get_or_init(|| exercise("tests/content", "tally"))
}

fn cheats() -> std::path::PathBuf {
    root().join("tests/cheats")
}

/// The names of the folders of cheats.
pub(crate) fn folders() -> Vec<String> {
    let entries = fs::read_dir(cheats()).expect("tests/cheats").map(|e| e.expect("an entry"));
    let folders = entries.filter(|e| e.path().is_dir());
    let mut names: Vec<String> = folders.map(|e| e.file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

fn read(dir: &Path) -> Files {
    let entries = fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().expect("a name");
        (name, fs::read_to_string(entry.path()).expect("text"))
    };
    entries.map(|e| file(e.expect("an entry"))).collect()
}

/// Grade the folder of that name (`_` for `-`) against `tally`.
#[track_caller]
pub(crate) fn check(name: &str, verdict: Verdict, word: &str) {
    let report = grade(tally(), &read(&cheats().join(name.replace('_', "-"))));
    judged(&report, verdict, word);
}

/// Grade these files against `tally`.
#[track_caller]
pub(crate) fn check_files(files: &[(&str, String)], verdict: Verdict, word: &str) {
    judged(&grade(tally(), &owned(files)), verdict, word);
}

/// Grade a wrong solution of `tally` with `code` in it: one of `verdicts`, whichever limit the machine meets first.
#[track_caller]
pub(crate) fn bomb(code: &str, verdicts: &[Verdict]) {
    let text = format!("package tally\n\n{code}\n\nfunc Sum(values []int) int {{ return 0 }}\n");
    let report = grade(tally(), &[("tally.go".to_owned(), text)]);
    let words: String = report.summary.chars().take(200).collect();
    assert!(verdicts.contains(&report.verdict), "{}: {words}", report.verdict);
    assert!(report.summary.len() < 10_000, "{} bytes of summary", report.summary.len());
}

/// Grade a right solution of `worker-pool` with these replacements and `more` at its end.
#[track_caller]
pub(crate) fn check_pool(replace: &[(&str, &str)], more: &str, verdict: Verdict, word: &str) {
    let pool = exercise("exercises", "worker-pool");
    let right = pool.solutions.iter().find(|s| s.name == "closing-channel").expect("the solution");
    let mut text = right.files[0].content.clone();
    for (from, to) in replace {
        assert!(text.contains(from), "{from:?} is no longer in the solution");
        text = text.replace(from, to);
    }
    text.push_str(more);
    judged(&grade(&pool, &[("pool.go".to_owned(), text)]), verdict, word);
}

/// Why these files are no submission.
pub(crate) fn refused(files: &[(&str, String)]) -> String {
    submission(&tally().slug, &owned(files)).expect_err("no submission")
}

fn owned(files: &[(&str, String)]) -> Files {
    files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect()
}

/// Grade a wrong solution of `tally` beside a reference in which `from` is replaced.
pub(crate) fn with_reference(from: &str, to: &str) -> Result<Report, Fault> {
    let mut changed = tally().clone();
    let file = &mut changed.solutions[0].files[0];
    assert!(file.content.contains(from), "{from:?} is no longer in the reference");
    file.content = file.content.replace(from, to);
    changed.version = format!("{}-{}", changed.version, to.replace(' ', ""));
    let wrong = read(&root().join("tests/content/coding/tally/start"));
    let submission = submission(&changed.slug, &wrong).expect("a submission");
    grader().grade(&changed, &submission, Options::default(), &|_| {})
}
