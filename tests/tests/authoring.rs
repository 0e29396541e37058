//! An author's way: a new exercise, what is to be written, the proof, and the proof again when something changed.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use assay_tests::{Assay, Said, root};

const RIGHT: &str = "package halves\n\n// Half returns the half of n, rounded towards zero.\nfunc Half(n int) int { return n / 2 }\n";

/// What an author may write into a new folder for an exercise `halves`.
const WRITTEN: [(&str, &str); 15] = [
    (
        "exercise.toml",
        "title = \"Halves\"\nsummary = \"Halve a number.\"\nkind = \"implement\"\npackage = \"halves\"\npart = \"Tests\"\n\
         question = \"Q0\"\ntopics = [\"numbers\"]\nminutes = 1\n\n[repetitions]\nplain = 1\nrace = 1\nstress_s = 0\n\n\
         [start]\nverdict = \"Failed\"\n",
    ),
    ("prompt.md", "Write `Half`.\n"),
    ("hints/1.md", "Divide.\n"),
    ("hints/2.md", "By two.\n"),
    ("hints/3.md", "`n / 2`\n"),
    ("debrief.md", "Division rounds towards zero.\n"),
    (
        "start/halves.go",
        "package halves\n\n// Half returns the half of n.\nfunc Half(n int) int { return 0 }\n",
    ),
    (
        "visible/contract_test.go",
        "package halves_test\n\nimport (\n\t\"testing\"\n\n\t\"assay.test/halves\"\n)\n\nfunc TestFour(t *testing.T) {\n\
         \tif got := halves.Half(4); got != 2 {\n\t\tt.Errorf(\"Half(4): got %d, want 2\", got)\n\t}\n}\n",
    ),
    (
        "hidden/proof_test.go",
        "package halves_test\n\nimport (\n\t\"testing\"\n\n\t\"assay.test/halves\"\n)\n\nfunc TestMinusThree(t *testing.T) {\n\
         \tif got := halves.Half(-3); got != -1 {\n\t\tt.Errorf(\"Half(-3): got %d, want -1\", got)\n\t}\n}\n",
    ),
    ("solutions/first/halves.go", RIGHT),
    ("solutions/first/expect.toml", "about = \"Divides.\"\nverdict = \"Accepted\"\n"),
    (
        "solutions/second/halves.go",
        "package halves\n\n// Half adds the sign bit before it shifts.\nfunc Half(n int) int { return (n + int(uint(n)>>63)) >> 1 }\n",
    ),
    ("solutions/second/expect.toml", "about = \"Shifts.\"\nverdict = \"Accepted\"\n"),
    (
        "wrong/first-mistake/halves.go",
        "package halves\n\n// Half rounds down.\nfunc Half(n int) int { return n >> 1 }\n",
    ),
    (
        "wrong/first-mistake/expect.toml",
        "about = \"Rounds down.\"\nverdict = \"Failed\"\ntests = [\"TestMinusThree\"]\nphrase = \"want -1\"\n",
    ),
];

/// A folder of content with the new exercise in it.
fn new(assay: &Assay) -> (tempfile::TempDir, Said) {
    let content = tempfile::tempdir().expect("a temporary folder");
    let dir = content.path().to_str().unwrap();
    let said = assay.run(&["new", "halves", "--kind", "implement", "--content", dir]);
    assert_eq!(said.code, 0, "{said:?}");
    (content, said)
}

fn write(content: &Path) {
    for (name, text) in WRITTEN {
        let path = content.join("coding/halves").join(name);
        assert!(path.is_file(), "`new` wrote no {name}");
        fs::write(path, text).unwrap();
    }
}

fn files(dir: &Path) -> usize {
    let each = |e: fs::DirEntry| if e.path().is_dir() { files(&e.path()) } else { 1 };
    fs::read_dir(dir).unwrap().map(|e| each(e.unwrap())).sum()
}

#[test]
fn a_new_exercise_is_refused_line_by_line_until_it_is_written_and_then_holds() {
    let assay = Assay::new();
    let (content, said) = new(&assay);
    let dir = content.path().to_str().unwrap();
    assert!(said.stdout.contains("assay prove halves --watch --content"), "{}", said.stdout);
    assert_eq!(files(&content.path().join("coding/halves")), WRITTEN.len());

    let refused = assay.run(&["prove", "halves", "--content", dir]);
    assert_eq!(refused.code, 2, "{refused:?}");
    for line in ["exercise.toml:1:", "hidden/proof_test.go:7:", "wrong/first-mistake/expect.toml:2:"] {
        assert!(refused.stderr.contains(line), "{line}: {}", refused.stderr);
    }
    let again = assay.run(&["new", "halves", "--kind", "repair", "--content", dir]);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.stderr.contains("nothing in it is overwritten"), "{}", again.stderr);

    write(content.path());
    let proven = assay.run(&["prove", "halves", "--content", dir]);
    assert_eq!(proven.code, 0, "{proven:?}");
    assert!(proven.stdout.contains("prove: 1 passed, 0 failed"), "{}", proven.stdout);
}

#[test]
fn an_author_needs_a_folder_that_can_be_written() {
    let assay = Assay::new();
    let elsewhere = tempfile::tempdir().unwrap();
    for args in [&["new", "halves", "--kind", "exhibit"][..], &["prove", "worker-pool", "--watch"]] {
        let said = assay.run_in(elsewhere.path(), args);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stderr.contains("--content DIR"), "{}", said.stderr);
    }
    assert_eq!(assay.run_in(&root(), &["new", "worker-pool", "--kind", "repair"]).code, 2);
    assert_eq!(assay.run(&["prove", "--all", "--watch"]).code, 2);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test has to start what it interrupts")]
fn a_saved_file_is_proven_again_and_ctrl_c_ends_it() {
    let assay = Assay::new();
    let (content, _) = new(&assay);
    write(content.path());
    let mut watching = Killed(
        Command::new(assay.program())
            .args(["prove", "halves", "--watch", "--content", content.path().to_str().unwrap()])
            .env("ASSAY_DATA", assay.data())
            .env(
                "ASSAY_TOOLS",
                std::env::var_os("ASSAY_TOOLS").unwrap_or_else(|| root().join(".tools").into()),
            )
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("assay starts"),
    );
    let lines = lines(&mut watching.0);
    until(&lines, "prove: 1 passed, 0 failed");
    let right = content.path().join("coding/halves/solutions/first/halves.go");
    fs::write(&right, RIGHT.replace("n / 2", "n / 3")).unwrap();
    until(&lines, "solutions/first: expected Accepted, got Failed");
    until(&lines, "prove: 0 passed, 1 failed");
    fs::write(&right, RIGHT).unwrap();
    until(&lines, "prove: 1 passed, 0 failed");
    let interrupted = Command::new("kill").args(["-INT", &watching.0.id().to_string()]).status();
    assert!(interrupted.is_ok_and(|s| s.success()));
    assert_eq!(watching.0.wait().expect("it can be waited for").code(), Some(0));
}

/// A process that does not outlive a test that fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// The lines of its standard output, as they come.
fn lines(child: &mut Child) -> Receiver<String> {
    let stdout = child.stdout.take().expect("its standard output");
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}

#[track_caller]
fn until(lines: &Receiver<String>, wanted: &str) {
    let mut seen = Vec::new();
    loop {
        match lines.recv_timeout(Duration::from_mins(2)) {
            Ok(line) if line.contains(wanted) => return,
            Ok(line) => seen.push(line),
            Err(e) => panic!("{wanted:?} did not come: {e}; {seen:#?}"),
        }
    }
}
