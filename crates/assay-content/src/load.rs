//! One folder in memory becomes an [`Exercise`]; pure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assay_core::Slug;

use crate::budget;
use crate::code::{code_files, test_files};
use crate::error::Problems;
use crate::exercise::{Exercise, Kind, TestFile, TestsIn, Variant};
use crate::expect::{Declared, Role, declared};
use crate::folder::{Entry, Folder};
use crate::manifest::Manifest;
use crate::scaffold::refuse_unwritten;
use crate::section::Section;
use crate::texts::{Texts, refuse_other, text};
use crate::version::version;
use crate::{ContentError, equivalent};

/// Everything that may stand in an exercise's folder.
const PARTS: &str = "exercise.toml, prompt.md, hints/, debrief.md, start/, visible/, hidden/, solutions/, wrong/, \
     equivalent.toml";
/// Fewest right solutions: with one, nobody knows whether the tests prescribe a design.
const FEWEST_SOLUTIONS: usize = 2;

/// Loads the exercise `slug` from `folder`; `path` is how the folder is called in errors.
pub fn load(path: &Path, slug: &str, folder: &Folder) -> Result<Exercise, Vec<ContentError>> {
    let problems = Problems::default();
    let exercise = Loader { path, folder, problems: &problems }.exercise(slug);
    let errors = problems.into_sorted();
    match exercise {
        Some(exercise) if errors.is_empty() => Ok(exercise),
        Some(_) => Err(errors),
        None => {
            assert!(!errors.is_empty(), "what cannot be loaded has a reason");
            Err(errors)
        }
    }
}

struct Loader<'a> {
    path: &'a Path,
    folder: &'a Folder,
    problems: &'a Problems,
}

impl<'a> Loader<'a> {
    fn texts(&self) -> Texts<'a> {
        Texts { path: self.path, folder: self.folder, problems: self.problems }
    }

    fn exercise(&self, slug: &str) -> Option<Exercise> {
        let slug: Option<Slug> = slug.parse().map_err(|e| self.problems.at(self.path, format!("{e}"))).ok();
        self.refuse_unknown();
        refuse_unwritten(self.path, self.folder, self.problems);
        let manifest_path = self.path.join("exercise.toml");
        let manifest = self
            .texts()
            .text("exercise.toml", "what the exercise is")
            .and_then(|text| Manifest::read(&manifest_path, text, self.problems));
        let prompt = self.texts().text("prompt.md", "what the candidate is asked").map(str::to_owned);
        let hints = self.hints();
        let written = self.folder.iter().any(|(name, _)| name == "debrief.md");
        let debrief = written
            .then(|| self.texts().text("debrief.md", "what to take away"))
            .flatten()
            .map(str::to_owned);
        let kind = manifest.as_ref().map(|m| m.kind);
        let package = manifest.as_ref().map(|m| m.package.as_str());
        let start = match self.part("start", "the code the candidate begins with") {
            Some(start) => code_files(&self.path.join("start"), start, None, package, self.problems),
            None => Vec::new(),
        };
        let visible = self.tests("visible", kind, package);
        let hidden = self.tests("hidden", kind, package);
        let mut tests = self.test_names(&visible, &hidden);
        let benchmarks = budget::benchmarks(&visible, &hidden);
        tests.extend(benchmarks.iter().map(|b| b.name.clone()));
        let solutions = self.variants("solutions", Role::Solution, package, &tests);
        let wrong = self.variants("wrong", Role::Wrong, package, &tests);

        let manifest = manifest?;
        self.look_up(&manifest_path, &manifest.start, &tests);
        let lookup = budget::Lookup {
            path: self.path,
            benchmarks: &benchmarks,
            solutions: &solutions,
            start: manifest.start.expect.verdict,
            problems: self.problems,
        };
        let budgets = lookup.budgets(&manifest.budgets);
        Some(Exercise {
            slug: slug?,
            version: version(self.folder),
            title: manifest.title,
            summary: manifest.summary,
            kind: manifest.kind,
            part: manifest.part,
            question: manifest.question,
            topics: manifest.topics,
            minutes: manifest.minutes,
            package: manifest.package,
            language: manifest.language,
            tests_in: TestsIn::OwnPackage,
            imports: manifest.imports,
            limits: manifest.limits,
            repetitions: manifest.repetitions,
            budgets,
            phenomenon: manifest.phenomenon,
            prompt: prompt?,
            hints,
            debrief,
            start,
            start_expect: manifest.start.expect,
            visible,
            hidden,
            solutions,
            wrong,
            equivalent: equivalent::read(&self.path.join(equivalent::FILE), self.folder, self.problems),
        })
    }

    fn refuse_unknown(&self) {
        for (name, entry) in self.folder.iter() {
            let path = self.path.join(name);
            let folder = matches!(entry, Entry::Folder(_));
            match (name, entry) {
                (_, Entry::Other(what)) => self.problems.at(&path, refuse_other(what)),
                ("exercise.toml" | "prompt.md" | "debrief.md" | equivalent::FILE, _) if folder => {
                    self.problems.at(&path, "this is a folder; a file is wanted");
                }
                ("hints" | "start" | "visible" | "hidden" | "solutions" | "wrong", _) if !folder => {
                    self.problems.at(&path, "this is a file; a folder is wanted");
                }
                (
                    "exercise.toml"
                    | "prompt.md"
                    | "debrief.md"
                    | equivalent::FILE
                    | "hints"
                    | "start"
                    | "visible"
                    | "hidden"
                    | "solutions"
                    | "wrong",
                    _,
                ) => {}
                _ => self.problems.at(&path, format!("does not belong here; an exercise holds {PARTS}")),
            }
        }
    }

    /// A folder that must be there.
    fn part(&self, name: &str, what: &str) -> Option<&Folder> {
        let part = self.folder.folder(name);
        if part.is_none() {
            self.texts().missing(name, &format!("it holds {what}"));
        }
        part
    }

    fn hints(&self) -> Vec<String> {
        let Some(folder) = self.part("hints", "hints 1.md, 2.md, …") else { return Vec::new() };
        let path = self.path.join("hints");
        let mut numbered = BTreeMap::new();
        for (name, entry) in folder.iter() {
            let number = name
                .strip_suffix(".md")
                .and_then(|n| n.parse::<usize>().ok().filter(|k| *k >= 1 && k.to_string() == n));
            match (number, entry) {
                (_, Entry::Other(what)) => self.problems.at(&path.join(name), refuse_other(what)),
                (Some(n), Entry::File(bytes)) => {
                    numbered.insert(n, text(&path.join(name), bytes, self.problems));
                }
                _ => {
                    self.problems
                        .at(&path.join(name), "does not belong here; hints are called 1.md, 2.md, …");
                }
            }
        }
        if numbered.is_empty() {
            self.problems.at(&path, "holds no hint; write 1.md");
        }
        for (want, found) in (1..).zip(numbered.keys()) {
            if want != *found {
                let file = path.join(format!("{found}.md"));
                self.problems
                    .at(&file, format!("hint {want} is missing; number hints from 1 without a hole"));
                break;
            }
        }
        numbered.into_values().flatten().map(str::to_owned).collect()
    }

    fn tests(&self, name: &str, kind: Option<Kind>, package: Option<&str>) -> Vec<TestFile> {
        let path = self.path.join(name);
        match (kind, self.folder.folder(name)) {
            (Some(Kind::Exhibit), Some(_)) => {
                self.problems
                    .at(&path, "an exhibit has no tests, the runtime proves it; take this folder out");
                Vec::new()
            }
            (None | Some(Kind::Exhibit), None) => Vec::new(),
            (Some(Kind::Implement | Kind::Repair), None) => {
                self.problems.at(&path, "is missing; it holds `*_test.go` files, at least one test");
                Vec::new()
            }
            (kind, Some(folder)) => {
                let files = test_files(&path, folder, package, self.problems);
                if kind.is_some() && files.iter().all(|f| f.tests.is_empty()) {
                    self.problems
                        .at(&path, "holds no test; write `func TestXxx(t *testing.T)` at a line's start");
                }
                files
            }
        }
    }

    /// All test names; names that stand twice are faults, since both folders are one package when they run.
    fn test_names(&self, visible: &[TestFile], hidden: &[TestFile]) -> Vec<String> {
        let mut first: BTreeMap<&str, PathBuf> = BTreeMap::new();
        let mut files: BTreeMap<&str, PathBuf> = BTreeMap::new();
        for (part, file) in visible.iter().map(|f| ("visible", f)).chain(hidden.iter().map(|f| ("hidden", f)))
        {
            let path = self.path.join(part).join(file.name.as_str());
            if let Some(other) = files.insert(file.name.as_str(), path.clone()) {
                let other = other.display();
                self.problems
                    .at(&path, format!("has the name of {other}; both are compiled together, rename one"));
            }
            for test in crate::gosource::test_functions(&file.content).iter().filter(|t| t.fits) {
                if let Some(other) = first.insert(test.name, path.clone()) {
                    let message =
                        format!("test `{}` is already in {}; rename one", test.name, other.display());
                    self.problems.at_line(&path, test.line, message);
                }
            }
        }
        first.into_keys().map(str::to_owned).collect()
    }

    fn variants(&self, name: &str, role: Role, package: Option<&str>, tests: &[String]) -> Vec<Variant> {
        let what = "a folder for each, with the code and `expect.toml`";
        let Some(folder) = self.part(name, what) else { return Vec::new() };
        let path = self.path.join(name);
        let mut all = Vec::new();
        let mut folders = 0;
        for (name, entry) in folder.iter() {
            let path = path.join(name);
            match entry {
                Entry::Folder(f) => {
                    folders += 1;
                    all.extend(self.variant(&path, name, f, role, package, tests));
                }
                Entry::Other(what) => self.problems.at(&path, refuse_other(what)),
                Entry::File(_) => {
                    self.problems.at(&path, format!("does not belong here; {what}"));
                }
            }
        }
        match role {
            Role::Solution if folders < FEWEST_SOLUTIONS => self.problems.at(
                &path,
                format!("holds {folders} right solutions; at least {FEWEST_SOLUTIONS} of different design are needed"),
            ),
            Role::Wrong if folders == 0 => {
                self.problems.at(&path, "holds no wrong solution; without one nothing shows that the tests can fail");
            }
            Role::Solution | Role::Wrong | Role::Start => {}
        }
        all
    }

    fn variant(
        &self,
        path: &Path,
        name: &str,
        folder: &Folder,
        role: Role,
        package: Option<&str>,
        tests: &[String],
    ) -> Option<Variant> {
        let plain =
            |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if name.len() > 64 || !name.split(['-', '_']).all(plain) {
            self.problems.at(
                path,
                "the folder's name must be lower-case words joined by `-` or `_`, at most 64 bytes",
            );
        }
        let file = path.join("expect.toml");
        let declared = match folder.file("expect.toml") {
            Some(bytes) => text(&file, bytes, self.problems).and_then(|text| {
                let mut top = Section::parse(&file, text, self.problems)?;
                let about = top.text("about", "one sentence on the design or the mistake");
                let declared = declared(&mut top, role);
                top.finish();
                Some((about?.value, declared?))
            }),
            None => {
                self.problems.at(&file, "is missing; it says what grading must say of this folder");
                None
            }
        };
        // What is handed in to be refused may be of any package.
        let refused = declared.as_ref().is_some_and(|(_, d)| d.expect.is_refused_before_running());
        let package = package.filter(|_| !refused);
        let files = code_files(path, folder, Some("expect.toml"), package, self.problems);
        let (about, declared) = declared?;
        self.look_up(&file, &declared, tests);
        Some(Variant { name: name.to_owned(), about, files, expect: declared.expect })
    }

    /// Declared tests must exist.
    fn look_up(&self, file: &Path, declared: &Declared, tests: &[String]) {
        for t in declared.tests.iter().filter(|t| !tests.contains(&t.value)) {
            let shown = t.value.escape_debug();
            self.problems.at_line(
                file,
                t.line,
                format!("no test is called `{shown}` in visible/ or hidden/"),
            );
        }
    }
}
