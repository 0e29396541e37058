//! Packages that are compiled against another's declarations alone and linked with its code: they do what they do when compiled in the
//! ordinary way, through the real compiler, linker and box.

#[path = "detached/programs.rs"]
mod programs;

use std::os::unix::fs::PermissionsExt as _;
use std::sync::OnceLock;

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
fn what_declares_something_else_is_refused() {
    let shop = workshop();
    let [errors, _, start] = PROGRAMS else { panic!("other programs") };
    let refused = |program: &Program, from: &str, to: &str| {
        assert!(program.p.contains(from), "{from}");
        let other = program.p.replace(from, to);
        let own = shop.package(Flavour::Plain, "p", &other, &[]);
        shop.detached(Flavour::Plain, program.p, program.q).fit(&own).unwrap_err()
    };
    let none = "a symbol has no like in the other build";
    assert_eq!(
        refused(errors, "func Keep(", "func Keep2(e *Err) error { return e }\nvar Keep = func("),
        none
    );
    assert_eq!(
        refused(errors, "type Err struct{ Code int }", "type Err struct{ Code int; More string }"),
        none
    );
    let start_only = "one has something to initialize, the other has not";
    let bare = "package p\n\nfunc F() int { return 1 }\nvar V = F()\n";
    let q = "package q\n\nimport \"p\"\n\nfunc Say() { println(p.V) }\n";
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
