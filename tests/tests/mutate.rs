//! `assay mutate` on an exercise that is as small as an exercise can be.

use std::fs;

use assay_tests::{Assay, copy_folder, root};

const CODE: &str = "package meter\n\nimport \"sync\"\n\n// Meter counts.\ntype Meter struct {\n\tmu sync.Mutex\n\tn  int\n}\n\n\
    // Add counts one more, up to three.\nfunc (m *Meter) Add() int {\n\tm.mu.Lock()\n\tdefer m.mu.Unlock()\n\tif m.n < 3 {\n\t\tm.n++\n\t}\n\treturn m.n\n}\n";

const TEST: &str = "package meter_test\n\nimport (\n\t\"sync\"\n\t\"testing\"\n\n\t\"assay.test/meter\"\n)\n\n\
    func TestTwoAtOnce(t *testing.T) {\n\tvar m meter.Meter\n\tvar both sync.WaitGroup\n\tfor range 2 {\n\t\tboth.Go(func() { m.Add() })\n\t}\n\
    \tboth.Wait()\n\tif got := m.Add(); got != 3 {\n\t\tt.Errorf(\"got %d, want 3\", got)\n\t}\n}\n";

/// A folder of content with one exercise, in which nothing shows that the meter stops at three.
fn content() -> tempfile::TempDir {
    let content = tempfile::tempdir().expect("a temporary folder");
    copy_folder(&root().join("tests/content/coding/tally"), &content.path().join("coding/meter"));
    let put = |path: &str, text: &str| {
        fs::write(content.path().join("coding/meter").join(path), text).expect("a file can be written");
    };
    let manifest = fs::read_to_string(root().join("tests/content/coding/tally/exercise.toml")).unwrap();
    put(
        "exercise.toml",
        &manifest
            .replace("tally", "meter")
            .replace("plain = 2\nrace = 5", "plain = 1\nrace = 1\nstress_s = 0"),
    );
    for folder in ["start", "solutions/channel", "solutions/shared", "wrong/off-by-one"] {
        fs::remove_file(content.path().join("coding/meter").join(folder).join("tally.go")).unwrap();
        put(&format!("{folder}/meter.go"), CODE);
    }
    fs::remove_file(content.path().join("coding/meter/visible/sum_test.go")).unwrap();
    fs::remove_file(content.path().join("coding/meter/hidden/many_test.go")).unwrap();
    put("visible/meter_test.go", TEST);
    put("hidden/more_test.go", &TEST.replace("TestTwoAtOnce", "TestTwoMore"));
    put("wrong/off-by-one/expect.toml", "about = \"Wrong.\"\nverdict = \"Failed\"\n");
    content
}

#[test]
fn what_the_tests_do_not_tell_is_shown_until_it_is_listed() {
    let assay = Assay::new();
    let content = content();
    let dir = content.path().to_str().unwrap();
    let args = |more: &[&'static str]| -> Vec<String> {
        let words = ["mutate", "meter", "--content", dir].into_iter().chain(more.iter().copied());
        words.map(str::to_owned).collect()
    };
    let run = |more: &[&'static str]| {
        let args = args(more);
        assay.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };

    let lock = run(&["--only", "drop-lock", "--keep"]);
    assert_eq!(lock.code, 2, "what is measured of a part is not kept: {lock:?}");
    let lock = run(&["--only", "channel/meter.go:Meter.Add/drop-lock#1", "--times", "2"]);
    assert_eq!(lock.code, 0, "{lock:?}");
    assert!(lock.stdout.contains("mutate: 1 killed, 0 equivalent, 0 alive"), "{}", lock.stdout);

    let bound = run(&["--only", "shared/meter.go:Meter.Add/boundary"]);
    assert_eq!(bound.code, 1, "{bound:?}");
    for line in [
        "shared/meter.go:Meter.Add/boundary#1  line 15 · killed in 0 of 1 · Accepted ×1",
        "- if m.n < 3 {",
        "+ if m.n <= 3 {",
        "mutate: 0 killed, 0 equivalent, 1 alive",
    ] {
        assert!(bound.stdout.contains(line), "{line}: {}", bound.stdout);
    }

    let entries =
        "[[mutant]]\nid = \"shared/meter.go:Meter.Add/boundary#1\"\nreason = \"Nothing says three.\"\n";
    let list = content.path().join("coding/meter/equivalent.toml");
    fs::write(&list, entries).unwrap();
    let listed = run(&["--only", "shared/meter.go:Meter.Add/boundary", "--json"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    let json: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
    assert_eq!(json["exercises"][0]["mutants"][0]["fate"], "equivalent", "{json}");

    fs::write(&list, entries.replace("boundary#1", "boundary#2")).unwrap();
    let gone = run(&["--only", "no such"]);
    assert_eq!(gone.code, 1, "{gone:?}");
    assert!(
        gone.stdout.contains("equivalent.toml: no mutant is called `shared/meter.go:Meter.Add/boundary#2`"),
        "{}",
        gone.stdout
    );

    fs::write(&list, entries.replace("reason", "why")).unwrap();
    let refused = run(&[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("equivalent.toml:3: unknown key `mutant.why`"), "{}", refused.stderr);
}
