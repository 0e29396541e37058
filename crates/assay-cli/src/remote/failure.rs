//! What can go wrong between here and a server, in words. Everything a server says is shown as text of a stranger.

use std::time::Duration;

use ureq::http::{Response, header};
use ureq::{Body, Error};

use super::ServerUrl;
use super::client::Refused;
use super::wire::Refusal;
use crate::problem::{Blame, Problem};
use crate::text::inert;

/// So much of an answer that refuses is read, bytes.
const MOST_REFUSAL: u64 = 64 << 10;
/// So much of a server's words is shown, characters.
const MOST_WORDS: usize = 600;

/// Why a request brought nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The same request may work in a moment.
    Passing(Passing),
    /// It will not.
    Final(Refused),
}

/// A failure that may pass.
#[derive(Debug)]
pub(crate) struct Passing {
    /// What happened, to which server.
    pub(crate) what: String,
    /// The server asks to be left alone for so long.
    pub(crate) after: Option<Duration>,
    /// How far the request came.
    pub(crate) reach: Reach,
}

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It was not sent.
    Unsent,
    /// It was sent, and there is no answer.
    Unknown,
    /// It was answered, with nothing done.
    Answered,
}

impl Passing {
    /// For whoever waits.
    pub(crate) fn again(&self, pause: Duration) -> String {
        format!("{}; trying again in {}", inert(&self.what), crate::text::millis(pause.as_millis() as u64))
    }

    /// No more tries; `sure` when the request has surely done nothing.
    pub(crate) fn over(self, sure: bool) -> Problem {
        let help = match self.reach {
            Reach::Answered => "nothing was lost; try again later",
            _ if sure => {
                "is that the address, and does the server run? Nothing was lost: give the same command again"
            }
            _ => "it may have arrived all the same; where a code was used for it, make another",
        };
        Problem { blame: Blame::Us, what: self.what, help: help.to_owned() }
    }
}

/// An event stream that ended before the run did.
pub(crate) fn cut_off(server: &ServerUrl) -> Passing {
    Passing { what: format!("the connection to {server} ended"), after: None, reach: Reach::Unknown }
}

/// A request that went wrong before there was an answer.
pub(crate) fn of_transport(server: &ServerUrl, error: &Error) -> Failure {
    let stop = |what: String, help: &str| Failure::Final(Problem::input(what, help).into());
    let passing = |why: String, reach| {
        Failure::Passing(Passing { what: format!("no answer from {server} ({why})"), after: None, reach })
    };
    match error {
        Error::HostNotFound => stop(format!("the host of {server} is not known"), "check the address"),
        Error::Rustls(e) => of_tls(server, e),
        Error::Tls(e) => untrusted(server, e),
        Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
            passing("nothing listens there".to_owned(), Reach::Unsent)
        }
        Error::Io(e) => match e.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(e) => of_tls(server, e),
            None => passing(e.to_string(), Reach::Unknown),
        },
        Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) | Error::ConnectionFailed => {
            passing("no connection".to_owned(), Reach::Unsent)
        }
        Error::Timeout(_) => passing("it takes too long".to_owned(), Reach::Unknown),
        Error::Protocol(e) => stop(
            format!("what answers at {server} does not speak HTTP: {e}"),
            "check scheme and port: https:// where it speaks TLS",
        ),
        other => {
            stop(format!("{server} cannot be spoken to: {other}"), "check the address and the proxy settings")
        }
    }
}

fn of_tls(server: &ServerUrl, error: &rustls::Error) -> Failure {
    match error {
        rustls::Error::InvalidMessage(_) => {
            let what = format!("what answers at {server} does not speak TLS");
            Failure::Final(Problem::input(what, "check scheme and port: http:// where it does not").into())
        }
        other => untrusted(server, &other.to_string()),
    }
}

fn untrusted(server: &ServerUrl, why: &str) -> Failure {
    let problem = Problem::input(
        format!("{server} is not trusted: {}", words(why)),
        "check the address; an authority of your own is trusted when SSL_CERT_FILE names its certificate",
    );
    Failure::Final(problem.into())
}

/// An answer that is no success.
pub(crate) fn of_answer(server: &ServerUrl, path: &str, mut answer: Response<Body>) -> Failure {
    let status = answer.status();
    let text = |name| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let after = text(header::RETRY_AFTER).and_then(|s| s.trim().parse().ok()).map(Duration::from_secs);
    if status.is_redirection() {
        let to = text(header::LOCATION).unwrap_or_else(|| "elsewhere".to_owned());
        let problem = Problem::input(
            format!("{server} sends on to {}, and a login goes nowhere but where it was made", words(&to)),
            "if you trust that address, give it in place of this one",
        );
        return Failure::Final(Refused { status: Some(status.as_u16()), problem });
    }
    let refusal: Option<Refusal> = text(header::CONTENT_TYPE)
        .filter(|kind| kind.starts_with("application/problem+json"))
        .and_then(|_| answer.body_mut().with_config().limit(MOST_REFUSAL).read_to_vec().ok())
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let said = match &refusal {
        Some(r) if r.detail.is_empty() => words(&r.title),
        Some(r) => format!("{}. {}", words(&r.title), words(&r.detail)),
        None => format!("{status} for {path}, and not in assay's words"),
    };
    if status.is_server_error() || matches!(status.as_u16(), 408 | 429) {
        let what = format!("{server} answers: {said}");
        // A proxy's word for a server that broke off says nothing about the request.
        let reach = if refusal.is_some() || status == 503 { Reach::Answered } else { Reach::Unknown };
        return Failure::Passing(Passing { what, after, reach });
    }
    let kind = refusal.as_ref().map_or("", |r| r.kind.as_str());
    let problem = Problem::input(format!("{server} answers: {said}"), help(server, kind, status.as_u16()));
    Failure::Final(Refused { status: Some(status.as_u16()), problem })
}

/// What to do about a refusal, by its kind; most say it themselves.
fn help(server: &ServerUrl, kind: &str, status: u16) -> String {
    match kind.strip_prefix("urn:assay:problem:") {
        None => "is it an assay server, and the whole address?".to_owned(),
        Some("unknown-exercise") => format!("{server}/exercises shows those that it has"),
        Some(_) if status == 401 => format!("log in anew: assay logout {server}, then assay login {server}"),
        Some(_) => String::new(),
    }
}

/// An answer that is not what it should be.
pub(crate) fn strange(server: &ServerUrl, path: &str, why: &str) -> Problem {
    Problem::input(
        format!("{server} answers {path} with something else than was asked for: {}", words(why)),
        format!(
            "is it an assay server, and of a version near {}? The newer of the two may know more",
            env!("CARGO_PKG_VERSION")
        ),
    )
}

/// An answer that ended too early.
pub(crate) fn broken_off(server: &ServerUrl, path: &str, error: &Error) -> Problem {
    Problem {
        blame: Blame::Us,
        what: format!("the answer of {server} to {path} broke off: {error}"),
        help: "give the same command again".to_owned(),
    }
}

/// A request that cannot be sent at all.
pub(crate) fn unsendable(error: impl Into<ureq::http::Error>) -> Failure {
    let error: ureq::http::Error = error.into();
    Failure::Final(Problem::input(format!("this cannot be sent: {error}"), "check the address").into())
}

/// Words of a server: inert, on one line, not too many.
fn words(text: &str) -> String {
    let line = inert(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST_WORDS) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
