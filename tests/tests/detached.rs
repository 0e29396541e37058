//! Packages that are compiled against another's declarations alone and linked with its code: they do what they do when compiled in the
//! ordinary way, through the real compiler, linker and box.

#[path = "detached/programs.rs"]
mod programs;

use std::os::unix::fs::PermissionsExt as _;
use std::sync::OnceLock;

use assay_content::{Catalogue, Exercise, Kind, TestsIn};
use assay_core::SourceFile;
use assay_go::{Archive, Built, Detached, Flavour, Go, LANGUAGE, Library, Package};
use assay_sandbox::{Entry, Jail, JailConfig, Job, Sandbox as _, Silent, Source};
use assay_tests::{Assay, tools};
use programs::{PROGRAMS, Program};

const MAIN: &str = "package main\n\nimport \"q\"\n\nfunc main() { q.Say() }\n";

struct Workshop {
    go: Go,
    jail: Jail,
}

fn workshop() -> &'static Workshop {
    static WORKSHOP: OnceLock<Workshop> = OnceLock::new();
    WORKSHOP.get_or_init(|| {
        let helper = Some(Assay::new().program().to_owned());
        let jail = Jail::start(JailConfig { slots: 2, helper, ..JailConfig::default() }).expect("a box");
        Workshop { go: Go::prepare(&tools(), &mut |_, _, _| {}).expect("a toolchain"), jail }
    })
}

#[track_caller]
fn made<T: std::fmt::Debug>(built: Built<T>) -> T {
    match built {
        Built::Done(made) => made,
        other => panic!("{other:?}"),
    }
}

fn done(built: Built<Archive>) -> Result<Archive, String> {
    match built {
        Built::Done(made) => Ok(made),
        other => Err(format!("{other:?}")),
    }
}

impl Workshop {
    fn package(&self, flavour: Flavour, path: &str, text: &str, imports: &[(&str, &Archive)]) -> Archive {
        let at = format!("{path}/{path}.go");
        let package = Package {
            path,
            files: &[(&at, text)],
            language: LANGUAGE,
            library: Library::All,
            dependencies: imports,
        };
        made(self.go.compile(&self.jail, flavour, &package).unwrap())
    }

    /// The declarations of `p`; empty where it has no outline.
    fn outline(&self, p: &str) -> String {
        let file = SourceFile { path: "p.go".parse().unwrap(), content: p.into() };
        let screened = self.go.screen(&self.jail, "p", &["reflect".into()], &[file]).unwrap();
        screened.outline.into_iter().map(|f| f.content).collect()
    }

    fn declared(&self, flavour: Flavour, outline: &str) -> Archive {
        let package = Package {
            path: "p",
            files: &[("p/p.go", outline)],
            language: LANGUAGE,
            library: Library::All,
            dependencies: &[],
        };
        made(self.go.compile_declarations(&self.jail, flavour, &package).unwrap())
    }

    /// `q` and a `main`, compiled against the outline of `p`.
    fn detached(&self, flavour: Flavour, p: &str, q: &str) -> Detached {
        let declared = self.declared(flavour, &self.outline(p));
        let q = self.package(flavour, "q", q, &[("p", &declared)]);
        let main = self.package(flavour, "main", MAIN, &[("q", &q)]);
        Detached::new("q", &q, "p", &declared, main).unwrap()
    }

    /// What a program of these packages prints.
    fn says(&self, flavour: Flavour, main: &Archive, p: &Archive, q: &Archive) -> String {
        let program = made(self.go.link(&self.jail, flavour, main, &[("p", p), ("q", q)]).unwrap());
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = folder.path().join("program");
        std::fs::write(&path, &program.0).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let at: assay_sandbox::BoxPath = "program".parse().unwrap();
        let mut entries = vec![Entry { at: at.clone(), source: Source::Host(path) }];
        if flavour.is_race() {
            entries.push(self.go.loader().unwrap());
        }
        let outcome = self.jail.run(&Job { entries, ..Job::new(at) }, &mut Silent).unwrap();
        assert!(outcome.succeeded(), "{:?}: {}", outcome.exit, outcome.stderr.text());
        outcome.stdout.text()
    }

    /// The tests of an exercise, fitted to `files`: how many tables of methods they and the tests as compiled in the ordinary way have both.
    /// `Err` says why they cannot be fitted.
    fn exercised(
        &self,
        flavour: Flavour,
        exercise: &Exercise,
        files: &[SourceFile],
    ) -> Result<usize, String> {
        let path = format!("assay.test/{}", exercise.package);
        let theirs = |files: &[SourceFile], complete: bool| {
            let files: Vec<_> =
                files.iter().map(|f| (format!("submission/{}", f.path), f.content.as_str())).collect();
            let files: Vec<_> = files.iter().map(|(at, text)| (at.as_str(), *text)).collect();
            let package = Package {
                path: &path,
                files: &files,
                language: &exercise.language,
                library: Library::All,
                dependencies: &[],
            };
            let built = if complete {
                self.go.compile(&self.jail, flavour, &package)
            } else {
                self.go.compile_declarations(&self.jail, flavour, &package)
            };
            done(built.unwrap())
        };
        let tests_path = format!("{path}_test");
        let tests = |of: &Archive| {
            let files: Vec<_> = exercise.visible.iter().chain(&exercise.hidden).collect();
            let files: Vec<_> =
                files.iter().map(|f| (format!("tests/{}", f.name), f.content.as_str())).collect();
            let files: Vec<_> = files.iter().map(|(at, text)| (at.as_str(), *text)).collect();
            let dependencies = &[(path.as_str(), of)];
            let package = Package {
                path: &tests_path,
                files: &files,
                language: LANGUAGE,
                library: Library::All,
                dependencies,
            };
            done(self.go.compile(&self.jail, flavour, &package).unwrap())
        };
        let own = theirs(files, true)?;
        let ordinary = tests(&own)?;
        let screened = self.go.screen(&self.jail, &exercise.package, &exercise.imports, files).unwrap();
        if screened.outline.is_empty() {
            return Err("it has no outline".into());
        }
        let declared = theirs(&screened.outline, false)?;
        let detached = tests(&declared)?;
        let test = &exercise.visible[0].tests[0];
        // By value, as in the table of tests: what is called may be compiled into `main`.
        let main = format!(
            "package main\n\nimport x {tests_path:?}\n\nvar F = x.{test}\n\nfunc main() {{ F(nil) }}\n"
        );
        let main = self.package(flavour, "main", &main, &[(&tests_path, &detached)]);
        let detached = Detached::new(&tests_path, &detached, &path, &declared, main)?;
        let fitted = detached.fit(&own)?;
        let (_, apart) = fitted.compared(&own).expect("archives");
        assert_eq!(apart, [""; 0], "{} {flavour:?}", exercise.slug);
        let (both, mut apart) = fitted.compared(&ordinary).expect("archives");
        // What belongs to one function hangs on what was compiled into it.
        apart.retain(|name| ["go:itab.", "type:"].iter().any(|p| name.starts_with(p)));
        assert_eq!(apart, [""; 0], "{} {flavour:?}", exercise.slug);
        Ok(both)
    }

    fn check(&self, flavour: Flavour, Program { name, p, q, says }: &Program) {
        let own = self.package(flavour, "p", p, &[]);
        let ordinary = self.package(flavour, "q", q, &[("p", &own)]);
        let main = self.package(flavour, "main", MAIN, &[("q", &ordinary)]);
        assert_eq!(self.says(flavour, &main, &own, &ordinary), *says, "{name}, in the ordinary way");
        let detached = self.detached(flavour, p, q);
        let fitted = detached.fit(&own).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(
            self.says(flavour, detached.main(), &own, &fitted),
            *says,
            "{name}, linked with {flavour:?}"
        );
    }
}

#[test]
fn programs_say_the_same_in_both_ways() {
    for program in PROGRAMS {
        workshop().check(Flavour::Plain, program);
    }
}

#[test]
fn programs_say_the_same_in_both_ways_with_the_race_detector() {
    for program in PROGRAMS {
        workshop().check(Flavour::Race, program);
    }
}

#[test]
fn programs_say_the_same_in_both_ways_with_a_perturbed_scheduler() {
    for program in PROGRAMS {
        workshop().check(Flavour::Stress, program);
        workshop().check(Flavour::StressRace, program);
    }
}

#[test]
fn an_outline_hangs_on_declarations_alone_and_generic_code_has_none() {
    let shop = workshop();
    let [errors, ..] = PROGRAMS else { panic!("no programs") };
    let outline = shop.outline(errors.p);
    assert!(outline.contains("func Keep(e *Err) error\n") && !outline.contains("return"), "{outline}");
    let body = errors.p.replace("{ return e }", "{\n\t// The very one.\n\tkept := e\n\treturn kept\n}");
    assert_eq!(shop.outline(&body), outline);
    assert_ne!(shop.outline(&errors.p.replace("type Pair struct{ A, B", "type Pair struct{ B, A")), outline);
    for generic in
        ["type Box[T any] struct{ v T }", "func Map[T any](v T) T { return v }", "type A[T any] = []T"]
    {
        assert_eq!(shop.outline(&format!("{}\n{generic}\n", errors.p)), "", "{generic}");
    }
}

#[test]
fn whatever_an_importer_can_depend_on_changes_the_outline() {
    let p = r#"package p

import "time"

const Limit = 3
const hidden, Shown = 2, hidden + 1
const (
	A = iota
	B
)
type inner struct { n int32; s string }
type Outer struct { inner; Tag string `json:"tag"`; grid [hidden]inner; f func(inner) }
type Alias = inner
type Shape interface { Area() int; secret() }
type Wait time.Duration
func (o Outer) Area() int { return 1 }
func (o Outer) secret() {}
func New(limit int) (*Outer, error) { return nil, nil }
func inside() int { return 1 }
var Table = [...]string{"a", "b"}
var Start = inside()
var silent = 1
func init() { silent++ }
"#;
    let shop = workshop();
    let outline = shop.outline(p);
    assert!(outline.contains("Limit = 3"), "{outline}");
    for (from, to) in [
        ("Limit = 3", "Limit = 4"),
        ("Shown = 2,", "Shown = 3,"),
        ("\tA = iota\n", "\tA = iota + 1\n"),
        ("\tA = iota\n", "\t_ = iota\n\tA\n"),
        ("n int32", "n int64"),
        ("n int32; s string", "s string; n int32"),
        ("{ inner; Tag", "{ *inner; Tag"),
        ("{ inner; Tag", "{ inner inner; Tag"),
        ("json:\"tag\"", "json:\"other\""),
        ("[hidden]inner", "[]inner"),
        ("f func(inner)", "f func(Outer)"),
        ("Alias = inner", "Alias = Outer"),
        ("Alias = inner", "Alias inner"),
        ("secret() }", "secret(); more() }"),
        ("Wait time.Duration", "Wait time.Month"),
        ("(o Outer) Area", "(o *Outer) Area"),
        ("func (o Outer) secret() {}", "func (o Outer) secret() {}\nfunc (o Outer) more() {}"),
        ("New(limit int)", "New(limit int64)"),
        ("(*Outer, error)", "(Outer, error)"),
        ("func New(", "var New = func("),
        ("inside() int { return 1 }", "inside() int8 { return 1 }"),
        ("{\"a\", \"b\"}", "{\"a\"}"),
        ("Start = inside()", "Start = 1"),
        ("func init() { silent++ }", ""),
    ] {
        assert!(p.contains(from), "{from}");
        let other = shop.outline(&p.replace(from, to));
        assert!(!other.is_empty() && other != outline, "{from} to {to}: {other}");
    }
    for (from, to) in [
        ("return nil, nil", "return &Outer{Tag: \"t\"}, nil"),
        ("silent++", "silent--"),
        ("return 1 }\nvar Table", "go func() {}(); return 2 }\nfunc unnamed() {}\nvar Table"),
        ("const Limit", "// Limit is a limit.\nconst Limit"),
    ] {
        assert!(p.contains(from), "{from}");
        assert_eq!(shop.outline(&p.replace(from, to)), outline, "{from} to {to}");
    }
}

/// The fitted tests have the very tables of methods that the compiler makes of them in the ordinary way.
#[test]
fn tests_of_the_exercises_fit_every_right_solution() {
    let catalogue = Catalogue::embedded().expect("exercises");
    let shop = workshop();
    let (mut fitted, mut shared) = (0, 0);
    for exercise in catalogue.iter() {
        if exercise.kind == Kind::Exhibit || exercise.tests_in != TestsIn::OwnPackage {
            continue;
        }
        for variant in &exercise.solutions {
            let what = format!("{} {}", exercise.slug, variant.name);
            for flavour in [Flavour::Plain, Flavour::Race] {
                match shop.exercised(flavour, exercise, &variant.files) {
                    Ok(both) => (fitted, shared) = (fitted + 1, shared + both),
                    Err(why) => println!("{what} {flavour:?}: {why}"),
                }
            }
        }
    }
    println!("{fitted} fitted, {shared} symbols in both");
    assert!(fitted > 20 && shared > 20, "{fitted} {shared}");
}

#[test]
fn what_declares_something_else_is_refused() {
    let shop = workshop();
    let [errors, _, start, ..] = PROGRAMS else { panic!("other programs") };
    let refused = |program: &Program, from: &str, to: &str| {
        assert!(program.p.contains(from), "{from}");
        let other = program.p.replace(from, to);
        let own = shop.package(Flavour::Plain, "p", &other, &[]);
        shop.detached(Flavour::Plain, program.p, program.q).fit(&own).err().unwrap_or("nothing")
    };
    let none = "a symbol has no like in the other build";
    assert_eq!(
        refused(errors, "func Keep(", "func Keep2(e *Err) error { return e }\nvar Keep = func("),
        none
    );
    let other = "a type is another in the other build";
    for (from, to) in [
        ("type Pair struct{ A, B error }", "type Pair struct{ A, B interface{ error } }"),
        ("type Pair struct{ A, B error }", "type Pair struct { A error; B error `tag:\"\"` }"),
        ("type Pair struct{ A, B error }", "type Pair struct{ B, A error }"),
        ("func helper", "func (e *Err) Unwrap() error { return nil }\nfunc helper"),
    ] {
        assert_eq!(refused(errors, from, to), other, "{to}");
    }
    let start_only = "one has something to initialize, the other has not";
    let bare = "package p\n\nfunc F() int { return 1 }\nvar V = F()\n";
    let q = "package q\n\nimport \"p\"\n\nfunc Say() { defer println(p.V) }\n";
    let inert = Program { name: "", p: bare, q, says: "" };
    assert_eq!(refused(&inert, "var V = F()", "var V = 1"), start_only);
    assert!(start.p.contains("init()"));
    // Code that was not compiled as the package at all.
    let detached = shop.detached(Flavour::Plain, bare, q);
    let stranger = shop.package(Flavour::Plain, "z", "package z\n\nfunc G() {}\n", &[]);
    assert!(detached.fit(&stranger).is_err());
}

#[test]
fn a_main_that_knows_the_package_itself_is_refused() {
    let shop = workshop();
    let p = "package p\n\ntype T struct{ N int }\n\nfunc (T) Error() string { return \"\" }\n";
    let declared = shop.declared(Flavour::Plain, &shop.outline(p));
    let q = shop.package(
        Flavour::Plain,
        "q",
        "package q\n\nimport \"p\"\n\nfunc Say() any { return p.T{} }\n",
        &[("p", &declared)],
    );
    let main =
        "package main\n\nimport (\n\t\"p\"\n\t\"q\"\n)\n\nfunc main() { println(q.Say() == any(p.T{})) }\n";
    let main = shop.package(Flavour::Plain, "main", main, &[("p", &declared), ("q", &q)]);
    assert_eq!(Detached::new("q", &q, "p", &declared, main).unwrap_err(), "main knows the package itself");
}
