//! The mutator: a Go program, so that Go's own parser reads Go, run in the box.

use std::time::Duration;

use assay_core::{Fault, SourceFile};
use assay_sandbox::{Entry, Job, Limits, Sandbox, Silent, Source};
use serde::{Deserialize, Serialize};

use crate::Go;

/// A file with one small mistake more. Whether it compiles is still to be found out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mutation {
    /// What was done, e.g. `drop-lock`.
    pub operator: String,
    /// Whether the operator is about concurrency.
    pub concurrency: bool,
    /// Which file.
    pub file: String,
    /// Function, or `Type.Method`, or the name of a package's variable.
    pub function: String,
    /// From 1, among those of the operator in the function.
    pub ordinal: u32,
    /// Line of the first change.
    pub line: u32,
    /// The changed lines as they were, on one line.
    pub before: String,
    /// The same as they are.
    pub after: String,
    /// The whole file.
    pub content: String,
}

#[derive(Serialize)]
struct Request<'a> {
    files: &'a [SourceFile],
}

#[derive(Deserialize)]
struct Answer {
    mutants: Vec<Mutation>,
}

impl Go {
    /// Every mutant of `files`, in the order of their places.
    pub fn mutate(&self, sandbox: &dyn Sandbox, files: &[SourceFile]) -> Result<Vec<Mutation>, Fault> {
        let program: assay_sandbox::BoxPath = "mutate".parse().expect("a box path");
        let job = Job {
            tool: true,
            entries: vec![Entry { at: program.clone(), source: Source::Host(self.kit.join("mutate")) }],
            stdin: serde_json::to_vec(&Request { files })
                .map_err(|e| Fault::new(format!("mutator request: {e}")))?,
            limits: Limits {
                wall: Duration::from_secs(30),
                cpu: Duration::from_secs(20),
                memory: 1 << 30,
                // Each mutant is a whole file.
                output: 256 << 20,
                disk: 0,
                ..Limits::default()
            },
            ..Job::new(program)
        };
        let outcome = sandbox.run(&job, &mut Silent)?;
        if !outcome.succeeded() {
            return Err(Fault::new(format!(
                "the mutator ended with {:?} {:?}: {}",
                outcome.exit,
                outcome.killed,
                outcome.stderr.text().chars().take(400).collect::<String>()
            )));
        }
        let answer: Answer = serde_json::from_slice(&outcome.stdout.bytes)
            .map_err(|e| Fault::new(format!("the mutator's answer: {e}")))?;
        Ok(answer.mutants)
    }
}
