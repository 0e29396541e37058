//! What loading refuses, and in which words: every case with its messages is in the snapshot.

mod fixture;

use std::fmt::Write;
use std::path::Path;

use assay_content::{Entry, Folder, load};
use fixture::{EXHIBIT, GO, HIDDEN, MANIFEST, VISIBLE, adder, exhibit, set, with};

type Edit = fn(&mut Folder);

/// Name of the case and what it does to a sound exercise.
const IMPLEMENT: &[(&str, Edit)] = &[
    ("unknown file", |f| set(f, "notes.txt", "x")),
    ("unknown folder", |f| set(f, "extra/a.go", GO)),
    ("file for folder, folder for file", |f| {
        set(f, "start", GO);
        set(f, "prompt.md/x", "x");
    }),
    ("symbolic links", |f| {
        f.insert("debrief.md", Entry::Other("a symbolic link"));
        f.insert("hints/3.md", Entry::Other("a symbolic link"));
        f.insert("start/b.go", Entry::Other("a symbolic link"));
        f.insert("wrong/b", Entry::Other("a symbolic link"));
    }),
    ("everything missing", |f| *f = Folder::new()),
    ("no TOML", |f| set(f, "exercise.toml", "title = \"A\"\nkind = \n")),
    ("key twice", |f| set(f, "exercise.toml", format!("title = \"A\"\n{MANIFEST}"))),
    ("several unknown keys", |f| {
        let m = with(MANIFEST, "title", "titel");
        let m = with(&m, "memory_mb", "memory");
        set(f, "exercise.toml", with(&m, "plain = ", "plian = "));
    }),
    ("wrong types", |f| {
        let m = with(MANIFEST, "\"Adder\"", "7");
        let m = with(&m, "minutes = 10", "minutes = \"10\"");
        let m = with(&m, "\"more sums\"", "2026-11-22");
        let m = with(&m, "2.5", "[2.5]");
        set(f, "exercise.toml", with(&m, "[\"TestAdd\"]", "\"TestAdd\""));
    }),
    ("a key for a table", |f| set(f, "exercise.toml", format!("repetitions = 3\n{MANIFEST}"))),
    ("out of range", |f| {
        let m = with(MANIFEST, "minutes = 10", "minutes = 0");
        let m = with(&m, "2.5", "-1");
        let m = with(&m, "64", "0x7fffffff");
        set(
            f,
            "exercise.toml",
            with(&m, "[start]", "step_s = nan\nidle_s = 1e9\n[repetitions]\nplain = -2\nrace = 1.5\n[start]"),
        );
    }),
    ("blank and double texts", |f| {
        let m = with(MANIFEST, "\"Adds.\"", "\" \"");
        set(f, "exercise.toml", with(&m, "\"more sums\"", "\"sums\", \"\""));
    }),
    ("bad kind, package, import", |f| {
        let m = with(MANIFEST, "implement", "implment");
        let m = with(&m, "\"adder\"", "\"Add-er\"");
        set(f, "exercise.toml", with(&m, "\"os\"", "\"../os\""));
    }),
    ("package main for tests", |f| set(f, "exercise.toml", with(MANIFEST, "\"adder\"", "\"main\""))),
    ("no start table, no topics", |f| {
        let m = MANIFEST.split("[start]").next().unwrap();
        set(f, "exercise.toml", with(m, "topics", "imports2"));
    }),
    ("exhibit table for implement", |f| {
        set(
            f,
            "exercise.toml",
            format!("{MANIFEST}[exhibit]\nphenomenon = \"select-deadlock\"\nselects = 2\n"),
        );
    }),
    ("accepted start, unknown test", |f| {
        let m = with(MANIFEST, "verdict = \"Failed\"", "verdict = \"Accepted\"");
        set(f, "exercise.toml", with(&m, "TestAdd", "TestAbb"));
    }),
    ("verdict that is none", |f| {
        let m = with(MANIFEST, "verdict = \"Failed\"", "verdict = \"failed\"");
        set(f, "exercise.toml", with(&m, "plain = \"Failed\"", "plain = \"Fialed\""));
    }),
    ("hint numbers", |f| {
        f.remove("hints/1.md");
        set(f, "hints/04.md", "x");
        set(f, "hints/x.md", "x");
        set(f, "hints/0.md", "x");
    }),
    ("no hints", |f| {
        f.remove("hints/1.md");
        f.remove("hints/2.md");
    }),
    ("not UTF-8, empty", |f| {
        set(f, "prompt.md", b"a\nb\n\xff".to_vec());
        set(f, "hints/1.md", "\n");
        set(f, "start/adder.go", b"package adder\n\xc3\x28".to_vec());
    }),
    ("package clauses", |f| {
        set(f, "start/adder.go", "// Start.\npackage sum\n");
        set(f, "visible/adder_test.go", with(VISIBLE, "adder_test", "adder"));
        set(f, "wrong/minus/adder.go", "func Add() {}\n");
    }),
    ("file names", |f| {
        set(f, "start/Adder.go", GO);
        set(f, "start/go.mod", "module x");
        set(f, "start/sub/a.go", GO);
        set(f, "hidden/testdata.txt", "x");
        set(f, "hidden/helper.go", "package adder_test\n");
        set(f, "solutions/README.md", "x");
        set(f, "solutions/plus/README.md", "x");
    }),
    ("zero tests", |f| {
        set(f, "visible/adder_test.go", "package adder_test\n");
        f.remove("hidden");
    }),
    ("test names", |f| {
        set(f, "hidden/adder_test.go", with(HIDDEN, "TestSmall", "TestAdd"));
        set(
            f,
            "hidden/other_test.go",
            "package adder_test\n\nfunc TestMain(m *testing.M) {}\nfunc TestX(t testing.TB) {}\n",
        );
    }),
    ("too few", |f| {
        f.remove("solutions/loop");
        f.remove("wrong/minus");
        f.insert("wrong", Entry::Folder(Folder::new()));
    }),
    ("no solutions folder", |f| {
        f.remove("solutions");
    }),
    ("solution that is wrong, wrong one that is right", |f| {
        set(
            f,
            "solutions/plus/expect.toml",
            "about = \"Adds.\"\nverdict = \"Failed\"\ntests = [\"TestAdd\"]\n[passes]\nrace = \"DataRace\"\n",
        );
        set(f, "wrong/minus/expect.toml", "about = \"Adds.\"\nverdict = \"Accepted\"\n");
    }),
    ("expect.toml", |f| {
        set(f, "solutions/plus/expect.toml", "verdict = \"Accepted\"\n");
        set(
            f,
            "wrong/minus/expect.toml",
            "about = \"x\"\nverdict = \"Failed\"\ntests = [\n  \"TestAdd\",\n  \"TestNone\",\n]\nphrse = \"x\"\n",
        );
        f.remove("solutions/loop/expect.toml");
    }),
    ("equivalent mutants", |f| {
        set(
            f,
            "equivalent.toml",
            "mutants = 1\n[[mutant]]\nid = \"plus/adder.go:Add/logic#1\"\nreason = \" \"\n\n[[mutant]]\nid = \"a\"\nreason = \"x\"\nwhy = 1\n\
             [[mutant]]\nid = \"a\"\nreason = \"y\"\n[[mutant]]\nreason = \"z\"\n",
        );
    }),
    ("a folder of equivalent mutants", |f| set(f, "equivalent.toml/a", "x")),
    ("budgets", |f| {
        set(
            f,
            "hidden/bench_test.go",
            "package adder_test\n\nfunc BenchmarkAdd(b *testing.B) {}\nfunc BenchmarkSum(b *testing.B) {}\nfunc BenchmarkT(t *testing.T) {}\n",
        );
        let budgets = [
            "benchmark = \"BenchmarkAdd\"\nallocs = 0\nagainst = \"plus\"",
            "benchmark = \"BenchmarkAdd\"\nbytes = 64\nagainst = \"loop\"",
            "benchmark = \"BenchmarkNone\"\ntime_ratio = 0.5",
            "benchmark = \"BenchmarkT\"\nalloc = 1",
            "allocs = -1\ntime_ratio = 0\nbytes = \"few\"",
        ];
        let budgets: String = budgets.iter().map(|b| format!("\n[[budget]]\n{b}\n")).collect();
        set(f, "exercise.toml", format!("{MANIFEST}{budgets}"));
    }),
    ("budgets against nothing", |f| {
        set(f, "hidden/bench_test.go", "package adder_test\n\nfunc BenchmarkAdd(b *testing.B) {}\n");
        let budget = "\n[[budget]]\nbenchmark = \"BenchmarkAdd\"\nallocs = 0\nagainst = \"minus\"\n";
        set(f, "exercise.toml", format!("{MANIFEST}{budget}"));
    }),
    ("a budget that is no list", |f| {
        set(f, "exercise.toml", format!("budget = {{ allocs = 1 }}\n{MANIFEST}"));
    }),
    ("variant names and bounds", |f| {
        set(f, "wrong/Minus_1-/adder.go", GO);
        set(f, "wrong/Minus_1-/expect.toml", "about = \"x\"\nverdict = \"Failed\"\n");
        set(f, "wrong/huge/adder.go", format!("{GO}//{}", "x".repeat(256 << 10)));
        set(f, "wrong/huge/expect.toml", "about = \"x\"\nverdict = \"Failed\"\n");
        set(f, "wrong/none/expect.toml", "about = \"x\"\nverdict = \"Failed\"\n");
    }),
];

const SHOW: &[(&str, Edit)] = &[
    ("tests in an exhibit", |f| {
        set(f, "visible/a_test.go", "package main_test\nfunc TestA(t *testing.T) {}\n");
        set(f, "wrong/minus/expect.toml", "about = \"x\"\nverdict = \"Failed\"\ntests = [\"TestA\"]\n");
    }),
    ("no exhibit table", |f| {
        set(f, "exercise.toml", EXHIBIT.split("[exhibit]").next().unwrap());
    }),
    ("no phenomenon", |f| set(f, "exercise.toml", with(EXHIBIT, "phenomenon", "phenomena"))),
    ("other phenomenon", |f| set(f, "exercise.toml", with(EXHIBIT, "select-deadlock", "livelock"))),
    ("keys of the other phenomenon", |f| {
        set(f, "exercise.toml", with(EXHIBIT, "select-deadlock", "silent-race"));
    }),
    ("line of two lines", |f| {
        let m = with(EXHIBIT, "select-deadlock", "silent-race");
        set(f, "exercise.toml", with(&m, "selects = 2", "line = \"a\\nb\"\nruns = 1\nrace_runs = 1"));
    }),
    ("package of an exhibit", |f| set(f, "exercise.toml", with(EXHIBIT, "\"main\"", "\"show\""))),
];

fn messages(slug: &str, folder: &Folder) -> String {
    match load(&Path::new("coding").join(slug), slug, folder) {
        Ok(_) => "loads\n".into(),
        Err(errors) => errors.iter().fold(String::new(), |all, e| format!("{all}{e}\n")),
    }
}

#[test]
fn every_refusal_names_its_place() {
    let mut seen = String::new();
    for (sound, cases) in [(adder as fn() -> Folder, IMPLEMENT), (exhibit, SHOW)] {
        for (case, edit) in cases {
            let mut folder = sound();
            edit(&mut folder);
            let got = messages("adder", &folder);
            assert_ne!(got, "loads\n", "{case}");
            writeln!(seen, "== {case}\n{got}").unwrap();
        }
    }
    writeln!(seen, "== slug\n{}", messages("Adder", &adder())).unwrap();
    insta::assert_snapshot!(seen);
}

#[test]
fn what_is_to_be_refused_may_be_of_any_package() {
    for verdict in ["Rejected", "CompileError"] {
        let mut f = adder();
        set(&mut f, "wrong/other/adder.go", "package other\n");
        set(&mut f, "wrong/other/helper_test.go", "no package\n");
        set(&mut f, "wrong/other/expect.toml", format!("about = \"x\"\nverdict = \"{verdict}\"\n"));
        assert_eq!(messages("adder", &f), "loads\n");
    }
}
