use super::*;
use ureq::http::Response;

fn server() -> ServerUrl {
    "https://assay.example".parse().unwrap()
}

/// What a user reads after such an answer.
fn said(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    let answer = answer.body(Body::builder().data(body)).unwrap();
    match of_answer(&server(), "/api/x", answer) {
        Failure::Final(refused) => refused.problem.render(false),
        Failure::Passing(passing) => {
            let again = passing.again(passing.after.unwrap_or_default());
            format!("{again}\n{}", passing.over(true).render(false))
        }
    }
}

#[test]
fn every_refusal_reads_well() {
    let problem = [("content-type", "application/problem+json")];
    let document = |kind: &str, title: &str, detail: &str| {
        serde_json::json!({ "type": format!("urn:assay:problem:{kind}"), "title": title, "detail": detail })
            .to_string()
    };
    let busy = [problem[0], ("retry-after", "10")];
    let mut table = String::new();
    for (status, headers, body) in [
        (404, &problem[..], document("unknown-exercise", "No such exercise", "`x` is not in the catalogue.")),
        (422, &problem, document("bad-file-name", "A file name is not allowed", "`X.go` is none.")),
        (401, &problem, document("bad-token", "This token is not good", "")),
        (429, &busy, document("queue-full", "The queue is full", "64 submissions wait already.")),
        (503, &[("retry-after", "later")], String::new()),
        (502, &[("content-type", "text/html")], "<h1>Bad gateway</h1>".to_owned()),
        (404, &[("content-type", "text/html")], "<h1>nginx</h1>".to_owned()),
        (308, &[("location", "https://elsewhere.example/")], String::new()),
        (302, &[], String::new()),
        (404, &problem, "{".to_owned()),
        (400, &problem, document("x", "\u{1b}[2J\u{202e}title", &format!("a\nb {}", "long ".repeat(500)))),
    ] {
        table.push_str(&format!("{status}\n{}\n", said(status, headers, &body)));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn what_may_have_arrived_is_told_from_what_has_not() {
    use std::io::{Error as Io, ErrorKind};
    for (error, reach) in [
        (Error::Io(Io::from(ErrorKind::ConnectionRefused)), Reach::Unsent),
        (Error::Timeout(ureq::Timeout::Connect), Reach::Unsent),
        (Error::Io(Io::from(ErrorKind::ConnectionReset)), Reach::Unknown),
        (Error::Timeout(ureq::Timeout::RecvResponse), Reach::Unknown),
    ] {
        match of_transport(&server(), &error) {
            Failure::Passing(passing) => assert_eq!(passing.reach, reach, "{error}"),
            Failure::Final(refused) => panic!("{refused:?}"),
        }
    }
    for error in [Error::HostNotFound, Error::Tls("no"), Error::Io(Io::other(rustls::Error::DecryptError))] {
        assert!(matches!(of_transport(&server(), &error), Failure::Final(_)), "{error}");
    }
}
