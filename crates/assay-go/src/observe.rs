//! The reader of observations: a Go program, so that Go's own packages read Go's traces and profiles, run in the box.

use std::collections::BTreeMap;
use std::time::Duration;

use assay_core::{Fault, Profile, Timeline};
use assay_sandbox::{BoxPath, Entry, Job, Limits, Sandbox, Silent, Source};
use serde::Deserialize;

use crate::Go;

/// What could be read of what a run wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Read {
    /// What the trace shows.
    pub timeline: Option<Timeline>,
    /// What the CPU profile shows.
    pub cpu: Option<Profile>,
    /// What the profile of allocations shows.
    pub allocs: Option<Profile>,
    /// Why `trace`, `cpu` or `allocs` could not be read.
    pub unread: BTreeMap<String, String>,
}

/// The names that the reader knows its files by, in the order of the outputs of [`Go::observer`]'s program.
const FILES: [&str; 3] = ["trace", "cpu", "allocs"];

/// The largest trace that an observed program writes by itself, 600,000 events in 2 MiB, takes 1.4 s of CPU and 550 MB (measured); a usual one
/// 10 ms and 11 MB.
fn limits() -> Limits {
    Limits {
        wall: Duration::from_secs(20),
        cpu: Duration::from_secs(10),
        memory: 1 << 30,
        output: 16 << 20,
        disk: 0,
        ..Limits::default()
    }
}

impl Go {
    /// Source of the half of an observed program's `main` that has the function `observe`: it runs tests and writes a trace, a CPU profile
    /// and a profile of allocations to the first three outputs of its box.
    pub fn observer(&self) -> &'static str {
        include_str!("../../../sandbox/observed/observed.go")
    }

    /// Read the outputs of such a program. They come from a process with a candidate's code in it; whatever they hold, the answer is
    /// bounded. `Ok(Err(why))` when reading took more than it may.
    pub fn read_observation(
        &self,
        sandbox: &dyn Sandbox,
        outputs: Vec<Vec<u8>>,
    ) -> Result<Result<Read, String>, Fault> {
        let program: BoxPath = "observe".parse().expect("a box path");
        let mut entries = vec![Entry { at: program.clone(), source: Source::Host(self.kit.join("observe")) }];
        for (name, bytes) in FILES.iter().zip(outputs) {
            entries.push(Entry { at: name.parse().expect("a box path"), source: Source::Bytes(bytes) });
        }
        let job = Job {
            tool: true,
            entries,
            env: vec![("GOGC".into(), "400".into()), ("GOMEMLIMIT".into(), "600MiB".into())],
            limits: limits(),
            ..Job::new(program)
        };
        let outcome = sandbox.run(&job, &mut Silent)?;
        if !outcome.succeeded() {
            return Ok(Err("reading what was written took more time or memory than it may".into()));
        }
        serde_json::from_slice(&outcome.stdout.bytes)
            .map(Ok)
            .map_err(|e| Fault::new(format!("the answer of the reader of observations: {e}")))
    }
}
