//! An exercise of Exercism's Go track becomes an [`Exercise`] like any other: as it lies in a checkout of the track (`.meta/config.json`),
//! or as its own tool gave it to a learner (`.exercism/config.json`).
//!
//! What `go test` would build in the folder is what counts: every flat Go file whose constraint holds. `files.editor` tells the files that
//! belong to the exercise from those of the learner.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assay_core::{FileName, Slug, SourceFile, Verdict};
use serde::Deserialize;

use crate::code::{check_package, test_file};
use crate::error::{Problems, line_of};
use crate::exercise::{Exercise, ExerciseLimits, Expect, Kind, Repetitions, TestFile, TestsIn, Variant};
use crate::folder::{Entry, Folder};
use crate::gosource::{imports, package_clause, test_functions};
use crate::manifest::NEWEST_GO;
use crate::texts::{refuse_other, text};
use crate::version::version;
use crate::{ContentError, build};

/// Where the description of an exercise lies: in the track, or where its tool puts it.
const CONFIGS: [&str; 2] = [".meta/config.json", ".exercism/config.json"];

/// What a learner may import of the standard library besides the usual and what the reference and the tests do: packages that give no way
/// to a file, a process or the network, and that solutions use.
const HARMLESS: &[&str] = &[
    "crypto/rand",
    "encoding/base64",
    "encoding/csv",
    "math/big",
    "math/cmplx",
    "reflect",
    "regexp",
    "text/tabwriter",
    "unicode/utf16",
];

/// Their tests are small, and some count to millions; the detector makes that ten times slower.
const LIMITS: ExerciseLimits = ExerciseLimits {
    wall: Duration::from_mins(2),
    step: Duration::from_mins(1),
    idle: Duration::from_secs(4),
    memory: 1 << 30,
};

/// As Exercism runs them: some keep state from one test to the next, so a second time would prove nothing.
const ONCE: Repetitions = Repetitions { plain: 1, race: 1, stress: Duration::ZERO, seeds: 0 };

/// Whether an Exercism exercise lies in `dir`.
pub fn is_exercism(dir: &Path) -> bool {
    CONFIGS.iter().any(|config| dir.join(config).is_file())
}

fn is_go(name: &str) -> bool {
    name.strip_suffix(".go").is_some()
}

/// Why there is nothing to be run of the exercise in `dir`, where the track has it so.
pub fn exercism_untested(dir: &Path) -> Option<&'static str> {
    if dir.join(".meta/.skip_tests").is_file() {
        return Some("the track does not run its tests (.meta/.skip_tests)");
    }
    let folder = Folder::read_some(dir, &|name| name.ends_with("_test.go")).ok()?;
    let holds = |bytes: &[u8]| !test_functions(&String::from_utf8_lossy(bytes)).is_empty();
    folder.files().values().all(|bytes| !holds(bytes)).then_some("the track has no tests for it")
}

/// The Exercism exercise in `dir`. Its `start` are the learner's files as they lie there; the track's own solution, where it is there, is
/// its one solution.
pub fn load_exercism(dir: &Path) -> Result<Exercise, Vec<ContentError>> {
    let wanted = |name: &str| {
        is_go(name) || name == "go.mod" || CONFIGS.iter().any(|c| c.starts_with(&format!("{name}/")))
    };
    let folder = Folder::read_some(dir, &wanted)?;
    let problems = Problems::default();
    let exercise = Reader { path: dir, folder: &folder, problems: &problems }.exercise();
    let errors = problems.into_sorted();
    match exercise {
        Some(exercise) if errors.is_empty() => Ok(exercise),
        _ => Err(errors),
    }
}

/// `config.json`, of which other keys are for other readers.
#[derive(Debug, Deserialize)]
struct Config {
    files: Files,
    #[serde(default)]
    blurb: String,
}

#[derive(Debug, Deserialize)]
struct Files {
    solution: Vec<String>,
    test: Vec<String>,
    #[serde(default, alias = "exemplar")]
    example: Vec<String>,
    #[serde(default)]
    editor: Vec<String>,
}

/// The flat Go files, by what they are for.
#[derive(Default)]
struct Sorted {
    learners: Vec<SourceFile>,
    support: Vec<SourceFile>,
    tests: Vec<SourceFile>,
}

struct Reader<'a> {
    path: &'a Path,
    folder: &'a Folder,
    problems: &'a Problems,
}

impl Reader<'_> {
    fn exercise(&self) -> Option<Exercise> {
        let (name, text) = self.described()?;
        let config: Config = serde_json::from_str(text)
            .map_err(|e| {
                let what = e.to_string();
                let what = what.split(" at line ").next().unwrap_or_default();
                let line = u32::try_from(e.line()).unwrap_or(1).max(1);
                let wants = "it needs `files` with the lists `solution` and `test`";
                self.problems.at_line(&self.path.join(name), line, format!("{what}; {wants}"));
            })
            .ok()?;
        self.must_be_there(name, text, &config.files);
        let Sorted { learners, support, tests } = self.sorted(&config.files.editor);
        let package = self.package(&config.files.test, &tests)?;
        for f in &support {
            check_package(&self.at(&f.path), &f.content, &package, self.problems);
        }
        let visible: Vec<TestFile> = tests
            .iter()
            .map(|f| test_file(&self.at(&f.path), f.path.clone(), &f.content, Some(&package), self.problems))
            .collect();
        if visible.iter().all(|f| f.tests.is_empty()) {
            self.problems
                .at(self.path, "holds no test; write `func TestXxx(t *testing.T)` in a `_test.go` file");
        }
        let reference = self.reference(&config.files);
        let slug = self.slug(name, text, &config.files)?;
        let known = [&support, &tests, &reference];
        Some(Exercise {
            title: slug.as_str().replace('-', " "),
            slug,
            version: version(&own(text, &known)),
            summary: config.blurb,
            kind: Kind::Implement,
            part: "Exercism".into(),
            question: String::new(),
            topics: vec![],
            minutes: 30,
            package,
            language: self.language(),
            imports: allowed(&known),
            tests_in: TestsIn::CandidatesPackage { support },
            limits: LIMITS,
            repetitions: ONCE,
            budgets: None,
            phenomenon: None,
            prompt: String::new(),
            hints: vec![],
            debrief: None,
            equivalent: vec![],
            start: learners,
            start_expect: expect(Verdict::Failed),
            visible,
            hidden: vec![],
            solutions: solutions(reference),
            wrong: vec![],
        })
    }

    /// The description's place and text.
    fn described(&self) -> Option<(&'static str, &str)> {
        let there = CONFIGS.into_iter().find_map(|name| Some((name, self.folder.at(name)?)));
        let Some((name, bytes)) = there else {
            self.problems.at(&self.path.join(CONFIGS[0]), "is missing; it says which file is for what");
            return None;
        };
        Some((name, text(&self.path.join(name), bytes, self.problems)?))
    }

    fn at(&self, name: &FileName) -> PathBuf {
        self.path.join(name.as_str())
    }

    /// What the description names must lie there, but for the track's own solution, which no learner gets.
    fn must_be_there(&self, config: &str, json: &str, files: &Files) {
        let path = self.path.join(config);
        let mut lists = vec![("solution", &files.solution), ("test", &files.test), ("editor", &files.editor)];
        if config == CONFIGS[0] {
            let exemplar = json.contains("\"exemplar\"");
            lists.push((if exemplar { "exemplar" } else { "example" }, &files.example));
        }
        for (list, names) in lists {
            for name in names.iter().filter(|name| self.folder.at(name).is_none()) {
                let shown = name.escape_debug();
                let line = json.find(&format!("\"{name}\"")).map_or(1, |at| line_of(json, at));
                let message = format!(
                    "`files.{list}` names `{shown}`, which is not there; put it back, or mend the list"
                );
                self.problems.at_line(&path, line, message);
            }
        }
        for (list, names) in [("solution", &files.solution), ("test", &files.test)] {
            if names.is_empty() {
                let line = json.find(&format!("\"{list}\"")).map_or(1, |at| line_of(json, at));
                self.problems.at_line(&path, line, format!("`files.{list}` is empty; name the file"));
            }
        }
    }

    /// The Go files that `go test` would build here.
    fn sorted(&self, editor: &[String]) -> Sorted {
        let mut sorted = Sorted::default();
        for (name, entry) in self.folder.iter().filter(|(name, _)| is_go(name)) {
            let path = self.path.join(name);
            let bytes = match entry {
                Entry::File(bytes) => bytes,
                Entry::Folder(_) => continue,
                Entry::Other(what) => {
                    self.problems.at(&path, refuse_other(what));
                    continue;
                }
            };
            let (file, text) = match (name.parse::<FileName>(), text(&path, bytes, self.problems)) {
                (Ok(file), Some(text)) => (file, text),
                (Err(e), _) => {
                    self.problems.at(&path, format!("{e}"));
                    continue;
                }
                (Ok(_), None) => continue,
            };
            let is_test = name.ends_with("_test.go");
            if !is_test && !editor.iter().any(|e| e == name) {
                // As it stands: what is wrong with a learner's file is for the verdict to say.
                sorted.learners.push(SourceFile { path: file, content: text.to_owned() });
            } else if let Some(content) = self.built(&path, text) {
                let list = if is_test { &mut sorted.tests } else { &mut sorted.support };
                list.push(SourceFile { path: file, content });
            }
        }
        sorted
    }

    /// The text of a file that is built without tags, its constraint taken out.
    fn built(&self, path: &Path, text: &str) -> Option<String> {
        let Some(constraint) = build::constraint(text) else { return Some(text.to_owned()) };
        match constraint.holds {
            Some(holds) => holds.then(|| build::without(&constraint, text)),
            None => {
                self.problems.at_line(
                    path,
                    constraint.line,
                    "is no build constraint that Go could read; mend it",
                );
                None
            }
        }
    }

    /// The package of the tests that the description names.
    fn package(&self, named: &[String], tests: &[SourceFile]) -> Option<String> {
        let named = |f: &&SourceFile| named.iter().any(|name| name == f.path.as_str());
        let package = tests.iter().filter(named).find_map(|f| package_clause(&f.content))?.0.to_owned();
        if package.ends_with("_test") || package == "main" {
            let message = format!(
                "the tests are `package {package}`; they must stand in the solution's own, which is not main"
            );
            self.problems.at(self.path, message);
        }
        Some(package)
    }

    /// The track's own solution under the names of the learner's files; empty where it is not there.
    fn reference(&self, files: &Files) -> Vec<SourceFile> {
        let names = files.solution.iter().zip(&files.example);
        let file = |(name, example): (&String, &String)| {
            let path = self.path.join(example);
            let content = self.built(&path, text(&path, self.folder.at(example)?, self.problems)?)?;
            Some(SourceFile { path: name.parse().ok()?, content })
        };
        names.filter_map(file).collect()
    }

    /// From the learner's file, because a folder may be called anything.
    fn slug(&self, config: &str, json: &str, files: &Files) -> Option<Slug> {
        let name = files.solution.first()?;
        let slug = name.trim_end_matches(".go").replace('_', "-").parse();
        slug.map_err(|e| {
            let line = json.find(&format!("\"{name}\"")).map_or(1, |at| line_of(json, at));
            self.problems.at_line(&self.path.join(config), line, format!("{e}"));
        })
        .ok()
    }

    /// `go 1.26` of the module; the newest that we know where it does not say or says a newer one.
    fn language(&self) -> String {
        let text = self.folder.at("go.mod").map(String::from_utf8_lossy).unwrap_or_default();
        let said =
            text.lines().find_map(|line| line.strip_prefix("go 1.")?.split('.').next()?.trim().parse().ok());
        format!("1.{}", said.unwrap_or(NEWEST_GO).min(NEWEST_GO))
    }
}

fn solutions(reference: Vec<SourceFile>) -> Vec<Variant> {
    if reference.is_empty() {
        return vec![];
    }
    let about = "The track's own solution.".into();
    vec![Variant { name: "reference".into(), about, files: reference, expect: expect(Verdict::Accepted) }]
}

fn expect(verdict: Verdict) -> Expect {
    Expect { verdict, tests: vec![], phrase: None, passes: vec![] }
}

/// What the reference and the tests import is no cheat, but for what belongs to tests alone.
fn allowed(known: &[&Vec<SourceFile>]) -> Vec<String> {
    let theirs = known.iter().copied().flatten().flat_map(|f| imports(&f.content));
    let theirs = theirs.filter(|path| path != "testing" && !path.starts_with("testing/"));
    let all: BTreeSet<String> = theirs.chain(HARMLESS.iter().map(ToString::to_string)).collect();
    all.into_iter().collect()
}

/// Everything that is not the learner's.
fn own(config: &str, known: &[&Vec<SourceFile>]) -> Folder {
    let mut folder = Folder::new();
    let mut put = |path: &str, text: &str| folder.insert(path, Entry::File(text.as_bytes().to_vec().into()));
    put("config.json", config);
    for (n, list) in known.iter().enumerate() {
        for f in *list {
            put(&format!("{n}/{}", f.path), &f.content);
        }
    }
    folder
}
