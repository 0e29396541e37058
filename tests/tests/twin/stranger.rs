//! A server that means harm: what it says moves no terminal, and what it sends leaves no folder and gets no login.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use assay_tests::Assay;
use serde_json::json;

/// What it answers a path with: status line with headers, and a body.
type Answer = (&'static str, String);

/// Listens on a free port and answers each request as `answer` says; tells the heads of the requests.
fn stranger(answer: impl Fn(&str) -> Answer + Send + 'static) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            serve(&stream, &answer, &tell);
        }
    });
    (url, told)
}

fn serve(mut stream: &TcpStream, answer: &impl Fn(&str) -> Answer, tell: &Sender<String>) {
    let mut head = String::new();
    let mut lines = BufReader::new(stream);
    while lines.read_line(&mut head).is_ok_and(|n| n > 2) {}
    let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let length =
        head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = std::io::Read::read_exact(&mut lines, &mut body);
    let _ = tell.send(head);
    let (start, body) = answer(&path);
    let _ = write!(
        stream,
        "HTTP/1.1 {start}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}

const JSON: &str = "200 OK\r\ncontent-type: application/json";
const PROBLEM: &str = "418 No\r\ncontent-type: application/problem+json";
/// Clears the screen, sets the title, turns writing around, hides.
const NASTY: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}abc\u{200b}\u{9b}31m\r\nroot# ";

/// Whether a text holds nothing that moves a terminal.
fn is_inert(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control() && !"\u{202e}\u{200b}".contains(c))
}

#[test]
fn its_words_are_only_words() {
    let problem = json!({ "type": NASTY, "title": NASTY, "detail": NASTY.repeat(1000), "status": 418 });
    let (url, _told) = stranger(move |path| match path {
        "/api/visitor" => (JSON, json!({ "token": "theirs" }).to_string()),
        path if path.ends_with("/events") => {
            let event = json!({ "seq": 1, "type": "faulted", "message": NASTY });
            ("200 OK\r\ncontent-type: text/event-stream", format!("data: {event}\n\n"))
        }
        _ => (PROBLEM, problem.to_string()),
    });
    let assay = Assay::new();
    assert_eq!(assay.run(&["login", &url]).code, 0);
    for (args, code) in [
        (&["start", "tally"][..], 2),
        (&["submit", "tests/programs/right", "--exercise", "tally"], 2),
        (&["watch", "0190b2a4-0000-7000-8000-000000000000"], 3),
    ] {
        let said = assay.run(args);
        assert_eq!(said.code, code, "{args:?} {said:?}");
        assert!(is_inert(&said.stderr) && is_inert(&said.stdout), "{said:?}");
        assert!(said.stderr.contains(r"\u{1b}[2J") && said.stderr.len() < 4000, "{said:?}");
    }
}

#[test]
fn its_files_stay_in_the_folder() {
    let exercise = |path: &str, package: &str| {
        json!({
            "slug": "tally", "title": NASTY, "kind": "implement", "package": package, "prompt": "Do.",
            "start": [{ "path": path, "content": "x" }], "visible_tests": [],
        })
    };
    for (path, package) in [
        ("../escaped.go", "tally"),
        ("/tmp/escaped.go", "tally"),
        (".assay.toml", "tally"),
        ("tally.go", "tally\n\ngo 1.27\n\ntoolchain go99"),
        ("tally.go", ""),
    ] {
        let answer = exercise(path, package).to_string();
        let (url, _told) = stranger(move |_| (JSON, answer.clone()));
        let place = tempfile::tempdir().expect("a temporary folder");
        let said = Assay::new().run_in(place.path(), &["start", "tally", "--server", &url]);
        assert_eq!(said.code, 2, "{path:?} {package:?} {said:?}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "{path:?} {package:?}");
    }
    let answer = exercise("tally.go", "tally").to_string();
    let (url, _told) = stranger(move |_| (JSON, answer.clone()));
    let place = tempfile::tempdir().expect("a temporary folder");
    let said = Assay::new().run_in(place.path(), &["start", "tally", "--server", &url]);
    assert!(said.code == 0 && is_inert(&said.stdout), "{said:?}");
}

#[test]
fn it_gets_no_login_that_was_made_elsewhere() {
    let (other, told_other) = stranger(|_| (JSON, "{}".to_owned()));
    let to = format!("307 Over There\r\nlocation: {other}/api/exercises/tally");
    let to: &'static str = to.leak();
    let (url, told) = stranger(move |path| match path {
        "/api/visitor" => (JSON, json!({ "token": "secret-of-one-server" }).to_string()),
        _ => (to, String::new()),
    });
    let assay = Assay::new();
    assert_eq!(assay.run(&["login", &url]).code, 0);
    told.recv().expect("the login");
    for args in [&["start", "tally"][..], &["submit", "tests/programs/right", "--exercise", "tally"]] {
        let said = assay.run(args);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stderr.contains("sends on to"), "{said:?}");
        let head = told.recv().expect("a request").to_ascii_lowercase();
        assert!(head.contains("authorization: bearer secret-of-one-server"), "{head}");
    }
    assert!(told_other.try_recv().is_err(), "a redirect was followed");
    // Nor does one that is named by hand get it.
    let said = assay.run(&["start", "tally", "--server", &other]);
    assert_eq!(said.code, 2, "{said:?}");
    let head = told_other.recv().expect("a request").to_ascii_lowercase();
    assert!(!head.contains("authorization"), "{head}");
}
