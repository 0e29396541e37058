//! A whole server in this process, and a candidate who hands in over HTTP.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use assay_content::{Catalogue, Exercise};
use assay_core::{Event, Numbered, Report, SourceFile};
use assay_web::{Grade, ServeConfig, Server};
use tokio::sync::oneshot;

use crate::problem::{Blame, Problem};

/// The server: real queue, store and HTTP, in a data folder of its own.
pub(super) struct Site {
    address: SocketAddr,
    agent: ureq::Agent,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _data: tempfile::TempDir,
}

/// How long a server may take until it is ready.
const READY: Duration = Duration::from_mins(1);

/// One submission from the call to the verdict.
pub(super) struct Verdict {
    /// From the call until the last event was read.
    pub(super) whole: Duration,
    /// Until the first test's event was read.
    pub(super) first: Duration,
    pub(super) report: Report,
}

impl Site {
    /// Serve `exercises` with `grade`, `graders` at a time.
    pub(super) fn start(
        exercises: &[Exercise],
        grade: impl Grade,
        graders: usize,
        most_waiting: usize,
    ) -> Result<Site, Problem> {
        let data = tempfile::tempdir().map_err(|e| lost(format!("no temporary folder: {e}")))?;
        let library = Arc::new(Catalogue::of(exercises.iter().cloned()).into());
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let config =
            ServeConfig { most_waiting, ..ServeConfig::new(listen, data.path().into(), library, graders) };
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Runtime::new() else { return };
            runtime.block_on(async {
                let bound = Server::bind(config, grade).await;
                let _ = tell.send(bound.as_ref().map(Server::address).map_err(ToString::to_string));
                if let Ok(server) = bound {
                    server.run(async { drop(stopped.await) }).await;
                }
            });
        });
        let address = told.recv().map_err(|e| lost(e.to_string()))?.map_err(lost)?;
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let site = Site { address, agent, stop: Some(stop), thread: Some(thread), _data: data };
        site.ready()?;
        Ok(site)
    }

    /// Wait until it says that it takes work: its trial grading is over then.
    fn ready(&self) -> Result<(), Problem> {
        let begun = Instant::now();
        loop {
            let answer = self.agent.get(format!("http://{}/readyz", self.address)).call();
            match answer.map_err(|e| lost(e.to_string()))?.status().as_u16() {
                200 => return Ok(()),
                status if begun.elapsed() > READY => {
                    return Err(lost(format!("/readyz still answers {status}")));
                }
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// Hand in and give the id.
    pub(super) fn submit(&self, exercise: &Exercise, files: &[SourceFile]) -> Result<String, Problem> {
        let body = serde_json::json!({ "exercise": exercise.slug, "files": files }).to_string();
        let mut answer = self
            .agent
            .post(format!("http://{}/api/submissions", self.address))
            .header("content-type", "application/json")
            .send(body)
            .map_err(|e| lost(e.to_string()))?;
        let text = answer.body_mut().read_to_string().map_err(|e| lost(e.to_string()))?;
        let json: serde_json::Value = serde_json::from_str(&text).map_err(|e| lost(e.to_string()))?;
        json["id"].as_str().map(str::to_owned).ok_or_else(|| lost(text))
    }

    /// Hand in and follow until the verdict.
    pub(super) fn verdict(&self, exercise: &Exercise, files: &[SourceFile]) -> Result<Verdict, Problem> {
        let begun = Instant::now();
        let id = self.submit(exercise, files)?;
        self.follow(&id, begun)
    }

    /// Read the events of a submission until its verdict.
    pub(super) fn follow(&self, id: &str, begun: Instant) -> Result<Verdict, Problem> {
        let events = self
            .agent
            .get(format!("http://{}/api/submissions/{id}/events", self.address))
            .call()
            .map_err(|e| lost(e.to_string()))?;
        let mut first = None;
        for line in BufReader::new(events.into_body().into_reader()).lines() {
            let line = line.map_err(|e| lost(e.to_string()))?;
            let Some(data) = line.strip_prefix("data:") else { continue };
            let Numbered { event, .. } =
                serde_json::from_str(data.trim()).map_err(|e| lost(e.to_string()))?;
            match event {
                Event::Test { .. } => drop(first.get_or_insert_with(|| begun.elapsed())),
                Event::Finished { report } => {
                    let whole = begun.elapsed();
                    return Ok(Verdict { whole, first: first.unwrap_or(whole), report: *report });
                }
                Event::Faulted { message } => return Err(lost(message)),
                _ => {}
            }
        }
        Err(lost("the events ended without a verdict".into()))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The measured server did not do what it should.
pub(super) fn lost(what: String) -> Problem {
    Problem { blame: Blame::Us, what, help: "report this with the whole output".to_owned() }
}
