//! The command line as a client of a server: the real binary on both ends.

mod messages;
mod stranger;

use std::fs::{self, File};
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use assay_tests::site::{Plan, Running};
use assay_tests::{Assay, Said, copy_folder, root};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// How long a grading on a busy machine may take.
const GRADING: Duration = Duration::from_mins(2);
/// What a word of `watch` shows that the run is under way.
const UNDER_WAY: &str = "running 3 tests";

/// A server with the exercises of the tests; a grader that died is missed after 2 s.
fn site() -> Plan {
    Plan::new(&[], "serve", &["--graders", "1", "--lease", "2"])
}

/// The token that the command line keeps for a server.
fn token(of: &Assay, server: &Running) -> String {
    let text = fs::read_to_string(of.data().join("config/assay/logins.json")).expect("logins");
    let logins: Value = serde_json::from_str(&text).expect("logins are JSON");
    logins["servers"][server.url()].as_str().expect("a token").to_owned()
}

/// A call of the API as somebody; its answer.
fn call(method: &str, server: &Running, path: &str, token: &str, body: &Value) -> Value {
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(server.url() + path)
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(body.to_string())
        .expect("a request");
    let mut answer = ureq::run(request).unwrap_or_else(|e| panic!("{method} {path}: {e}"));
    let text = answer.body_mut().read_to_string().expect("a body");
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// Puts a program of `tests/programs` into a folder.
fn put(program: &str, folder: &Path) {
    copy_folder(&root().join("tests/programs").join(program), folder);
}

/// `assay` under way, with what it says in files of `folder`.
struct Underway {
    child: Child,
    folder: tempfile::TempDir,
}

impl Underway {
    fn start(assay: &Assay, args: &[&str]) -> Underway {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str| File::create(folder.path().join(name)).expect("a file");
        let mut command = assay.command(&root(), args);
        command.stdout(file("out")).stderr(file("err"));
        Underway { child: command.spawn().expect("assay starts"), folder }
    }

    /// Until it has said `word`.
    fn until(&self, word: &str) {
        let begun = Instant::now();
        while !self.said("err").contains(word) {
            assert!(begun.elapsed() < GRADING, "it never said {word:?}: {}", self.said("err"));
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn said(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn end(mut self) -> Said {
        let code = self.child.wait().expect("it can be waited for").code().unwrap_or(-1);
        Said { code, stdout: self.said("out"), stderr: self.said("err") }
    }
}

#[test]
fn by_code_to_a_folder_and_from_there_to_both_verdicts() {
    let plan = site();
    let server = plan.start();
    let url = server.url();
    // Somebody works in a browser, and has saved something there.
    let browser = Assay::new();
    let entered = browser.run(&["login", &url]);
    assert_eq!(entered.code, 0, "{entered:?}");
    let theirs = token(&browser, &server);
    let files = json!([{ "path": "tally.go", "content": "package tally\n\n// Mine.\nfunc Sum(values []int) int { return 0 }\n" }]);
    let saved = call("PUT", &server, "/api/drafts/tally", &theirs, &json!({ "from": 0, "files": files }));
    assert_eq!(saved["revision"], 1, "{saved}");
    let code = call("POST", &server, "/api/visitor/codes", &theirs, &json!({}));
    let code = code["code"].as_str().expect("a code");

    // On another machine they log in, and go on with it.
    let machine = Assay::new();
    let said = machine.run(&["login", &url, "--code", code]);
    assert_eq!(said.code, 0, "{said:?}");
    let secret = token(&machine, &server);
    let place = tempfile::tempdir().expect("a temporary folder");
    let said = machine.run_in(place.path(), &["start", "tally", "--draft"]);
    assert_eq!(said.code, 0, "{said:?}");
    let folder = place.path().join("tally");
    assert!(fs::read_to_string(folder.join("tally.go")).unwrap().contains("// Mine."));
    assert!(fs::read_to_string(folder.join("README.md")).unwrap().contains(&url));
    assert!(folder.join("sum_test.go").is_file());

    put("racy", &folder);
    let wrong = machine.run_in(&folder, &["submit", "--watch"]);
    assert_eq!(wrong.code, 1, "{wrong:?}");
    assert!(wrong.stdout.starts_with("⇄ DataRace  tally\n"), "{}", wrong.stdout);
    assert!(wrong.stdout.contains("▸  13 │"), "the code is beside the race: {}", wrong.stdout);

    put("right", &folder);
    let handed = machine.run_in(&folder, &["submit", "--json"]);
    let handed: Value = serde_json::from_str(&handed.stdout).unwrap_or_else(|e| panic!("{e}: {handed:?}"));
    let page = handed["url"].as_str().expect("a page");
    let right = machine.run(&["watch", page]);
    assert_eq!(right.code, 0, "{right:?}");
    assert!(right.stdout.starts_with("● Accepted  tally\n"), "{}", right.stdout);
    assert_eq!(right.stdout.lines().last(), Some(format!("  page   {page}").as_str()));

    // What anybody who has the address sees of the wrong one is what its author saw, code included.
    let run = wrong.stdout.lines().last().and_then(|l| l.split_whitespace().last()).expect("a page");
    let again = Assay::new().run(&["watch", run]);
    assert_eq!((again.code, &again.stdout), (1, &wrong.stdout), "{again:?}");
    let report = machine.run(&["watch", run, "--json"]);
    let report: Value = serde_json::from_str(&report.stdout).unwrap_or_else(|e| panic!("{e}: {report:?}"));
    assert_eq!(report["verdict"], "DataRace");

    for said in [&entered, &wrong, &right, &again] {
        assert!(!said.stdout.contains(&secret) && !said.stderr.contains(&secret), "{said:?}");
    }
    assert!(!plan.said().contains(&secret), "a token is in the server's log");
}

#[test]
fn a_server_that_dies_in_mid_run_costs_whoever_watches_nothing() {
    let plan = site();
    let server = plan.start();
    let assay = Assay::new();
    assert_eq!(assay.run(&["login", &server.url()]).code, 0);
    let watching =
        Underway::start(&assay, &["submit", "tests/programs/right", "--exercise", "tally", "--watch"]);
    watching.until(UNDER_WAY);
    assert_eq!(server.kill(), [0; 0]);
    watching.until("trying again");
    let server = plan.start();
    let said = watching.end();
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stdout.starts_with("● Accepted  tally\n"), "{said:?}");
    assert!(said.stdout.contains(&server.url()), "{said:?}");
}

#[test]
fn ctrl_c_ends_the_wait_and_not_the_run() {
    let plan = site();
    let server = plan.start();
    let assay = Assay::new();
    assert_eq!(assay.run(&["login", &server.url()]).code, 0);
    let watching =
        Underway::start(&assay, &["submit", "tests/programs/right", "--exercise", "tally", "--watch"]);
    watching.until(UNDER_WAY);
    let id = Pid::from_child(&watching.child);
    kill_process(id, Signal::INT).expect("a signal can be sent");
    let said = watching.end();
    assert_eq!(said.code, 130, "{said:?}");
    let command =
        said.stderr.lines().last().and_then(|l| l.split("assay watch ").nth(1)).expect("how to see it again");
    let again = assay.run(&["watch", command]);
    assert_eq!(again.code, 0, "{again:?}");
}
