use std::io::BufReader;
use std::sync::Arc;
use std::time::Duration;

use assay_core::SubmissionId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{HeaderValue, Method, Request, Response, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body, BodyReader};

use super::failure::{Failure, Reach};
use super::logins::Token;
use super::messages::Messages;
use super::patience::{Patience, Wait};
use super::{ServerUrl, failure};
use crate::out;
use crate::problem::Problem;

const AGENT: &str = concat!("assay/", env!("CARGO_PKG_VERSION"));
/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Until the first byte of an answer, and between any two parts of one: three of a stream's signs of life.
const SILENCE: Duration = Duration::from_secs(45);
/// Largest answer, bytes: a report is the largest.
const MOST_BYTES: u64 = 64 << 20;

/// Speaks to one server, as one visitor or nobody. It follows no redirect: a login goes where it was made and nowhere else.
#[derive(Debug)]
pub(crate) struct Client {
    /// Which.
    pub(crate) server: ServerUrl,
    agent: Agent,
    token: Option<Token>,
}

/// What becomes of a request when nobody knows whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twice {
    /// It is sent again: twice is the same as once.
    Same,
    /// It is not.
    Other,
}

/// A request to be sent, once or more often.
struct Call<'a> {
    method: Method,
    path: &'a str,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

impl Client {
    /// For `server`; says so when others can read along.
    pub(crate) fn new(server: ServerUrl, token: Option<Token>) -> Result<Client, Problem> {
        if server.is_in_the_clear() {
            out::note(&format!(
                "warning: {server} is spoken to without encryption: others on the way can read your code and your login; \
                 https:// keeps them out"
            ));
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(AGENT)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE));
        if server.is_tls() {
            config = config.tls_config(tls()?);
        }
        if server.is_here() {
            config = config.proxy(None);
        }
        Ok(Client { server, agent: config.build().into(), token })
    }

    /// Whether it speaks as a visitor.
    pub(crate) fn is_somebody(&self) -> bool {
        self.token.is_some()
    }

    /// What is at `path`.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        let call = Call { method: Method::GET, path, headers: vec![], body: None };
        self.read(path, self.insist(&call, Twice::Same)?)
    }

    /// What is at `path`, if anything is.
    pub(crate) fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Problem> {
        let call = Call { method: Method::GET, path, headers: vec![], body: None };
        match self.insist(&call, Twice::Same) {
            Ok(answer) => self.read(path, answer).map(Some),
            Err(Refused { status: Some(404), .. }) => Ok(None),
            Err(refused) => Err(refused.into()),
        }
    }

    /// Send `body` to `path`. With a `key` the server takes it once, however often it is sent.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        key: Option<&str>,
        twice: Twice,
    ) -> Result<T, Problem> {
        let body = serde_json::to_string(body)
            .map_err(|e| Problem::input(format!("this cannot be sent: {e}"), "report this"))?;
        let mut headers = vec![("content-type", "application/json".to_owned())];
        headers.extend(key.map(|key| ("idempotency-key", key.to_owned())));
        let call = Call { method: Method::POST, path, headers, body: Some(body) };
        self.read(path, self.insist(&call, twice)?)
    }

    /// The events of a run after number `after`; nothing when there are none to come. Tried once.
    pub(crate) fn events(
        &self,
        id: SubmissionId,
        after: u64,
    ) -> Result<Option<Messages<BufReader<BodyReader<'static>>>>, Failure> {
        let path = format!("/api/submissions/{id}/events");
        let headers = vec![("accept", "text/event-stream".to_owned()), ("last-event-id", after.to_string())];
        let answer = self.once(&Call { method: Method::GET, path: &path, headers, body: None })?;
        if answer.status() == 204 {
            return Ok(None);
        }
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
            return Err(Failure::Final(
                failure::strange(&self.server, &path, "it is no event stream").into(),
            ));
        }
        Ok(Some(Messages::of(BufReader::new(answer.into_body().into_reader()))))
    }

    /// Sends it until it is answered, refused, or patience ends.
    fn insist(&self, call: &Call<'_>, twice: Twice) -> Result<Response<Body>, Refused> {
        let mut patience = Patience::default();
        loop {
            let passing = match self.once(call) {
                Ok(answer) => return Ok(answer),
                Err(Failure::Final(refused)) => return Err(refused),
                Err(Failure::Passing(passing)) => passing,
            };
            let sure = twice == Twice::Same || passing.reach == Reach::Unsent;
            let most = if passing.reach == Reach::Answered { Wait::Answered } else { Wait::Silent };
            match sure.then(|| patience.next(most, passing.after)).flatten() {
                None => return Err(passing.over(sure).into()),
                Some(pause) => {
                    out::note(&passing.again(pause));
                    std::thread::sleep(pause);
                }
            }
        }
    }

    fn once(&self, call: &Call<'_>) -> Result<Response<Body>, Failure> {
        let mut request =
            Request::builder().method(&call.method).uri(format!("{}{}", self.server, call.path));
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        if let Some(token) = &self.token {
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", token.secret())).map_err(failure::unsendable)?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        let answer = match &call.body {
            None => self.agent.run(request.body(()).map_err(failure::unsendable)?),
            Some(body) => self.agent.run(request.body(body.as_str()).map_err(failure::unsendable)?),
        };
        let answer = answer.map_err(|e| failure::of_transport(&self.server, &e))?;
        if answer.status().is_success() {
            Ok(answer)
        } else {
            Err(failure::of_answer(&self.server, call.path, answer))
        }
    }

    fn read<T: DeserializeOwned>(&self, path: &str, mut answer: Response<Body>) -> Result<T, Problem> {
        let bytes = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
        let bytes = bytes.map_err(|e| failure::broken_off(&self.server, path, &e))?;
        serde_json::from_slice(&bytes).map_err(|e| failure::strange(&self.server, path, &e.to_string()))
    }
}

/// A refusal with the status that it came with, if it came in an answer.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: Option<u16>,
    pub(crate) problem: Problem,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused { status: None, problem }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        refused.problem
    }
}

/// The certificate authorities that this machine trusts.
fn tls() -> Result<TlsConfig, Problem> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why = found.errors.first().map(|e| format!(": {e}")).unwrap_or_default();
        return Err(Problem::input(
            format!("this machine names no certificate authority to know servers by{why}"),
            "install the package ca-certificates, or name a file of certificates in SSL_CERT_FILE",
        ));
    }
    let roots: Vec<_> = found.certs.iter().map(|c| Certificate::from_der(c.as_ref()).to_owned()).collect();
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&roots))
        .build())
}
