//! The screener: a Go program, so that Go's own parser reads Go, run in the box.

use std::time::Duration;

use assay_core::{Fault, SourceFile};
use assay_sandbox::{Entry, Exit, Job, Killed, Limits, Outcome, Sandbox, Silent, Source};
use serde::{Deserialize, Serialize};

use crate::{ALLOWED_IMPORTS, Go};

/// What the screener said of a submission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Screened {
    /// Against the policy; any makes the verdict `Rejected`.
    pub rejections: Vec<Finding>,
    /// What Go's parser could not read. The compiler will say it too; if it does not, that is a rejection as well.
    pub unreadable: Vec<Finding>,
    /// Where goroutines can block.
    pub sites: Vec<Site>,
    /// The declarations without bodies: all that another package can depend on. It stays the same while only bodies change, and functions
    /// that nobody else can name. Empty where there is none, as with type parameters.
    pub outline: Vec<SourceFile>,
}

/// One finding; line 0 means the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// File of the submission; empty for the whole of it.
    pub file: String,
    /// Line, from 1; 0 for the file itself.
    pub line: u32,
    /// Column, from 1; 0 when it is about the line or file.
    pub column: u32,
    /// What and why.
    pub reason: String,
}

/// A place where a goroutine can block.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Site {
    /// File of the submission.
    pub file: String,
    /// Line of the statement.
    pub line: u32,
    /// Function it stands in.
    pub function: String,
    /// `select`, `send`, `receive`, `lock` or `wait` where a goroutine can block; `close`, `unlock`, `done` or `signal` where it only
    /// wakes others.
    pub kind: String,
    /// The operations as written; for a `select` every case.
    pub operations: Vec<String>,
    /// What each does to what, by the last name of the expression: `send jobs` of `p.jobs <- task`; empty where there is none.
    pub acts: Vec<String>,
}

/// A program rewritten to report which `select` cases it takes, on descriptor 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The files, one more than the candidate's: name and text.
    pub files: Vec<(String, String)>,
}

/// Files as gofmt writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Formatted {
    /// Those that could be read, with their new text.
    pub files: Vec<(String, String)>,
    /// Why the others could not, or what about all of them was too much (then without a file).
    pub unreadable: Vec<Finding>,
}

impl Screened {
    /// A submission that was too much for the screener: it does not pass.
    fn unreadable_within(limit: &str) -> Screened {
        let reason = format!("reading the code took more than {limit}: write it more simply");
        let finding = Finding { file: String::new(), line: 0, column: 0, reason };
        Screened { rejections: vec![finding], ..Screened::default() }
    }
}

/// The limit that the screener passed, if it was one that only its input can make it pass. Being slow can be the machine's fault.
fn overwhelmed(outcome: &Outcome) -> Option<&'static str> {
    let said = || outcome.stderr.text();
    match (outcome.killed, outcome.exit) {
        (Some(Killed::Cpu), _) => Some("5 s of CPU"),
        (Some(Killed::Memory), _) => Some("256 MiB of memory"),
        (Some(Killed::Output), _) => Some("4 MiB of findings"),
        (None, Exit::Code(2)) if said().contains("out of memory") => Some("256 MiB of memory"),
        (None, Exit::Code(2)) if said().contains("stack overflow") => Some("the depth that a stack holds"),
        _ => None,
    }
}

#[derive(Serialize)]
struct Request<'a> {
    r#do: &'a str,
    package: &'a str,
    allow: Vec<&'a str>,
    files: &'a [SourceFile],
}

#[derive(Deserialize)]
struct Answer {
    #[serde(flatten)]
    screened: Screened,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    content: String,
}

impl Go {
    /// Judge `files` against the policy of a `package` whose candidates may import `imports` besides
    /// [`ALLOWED_IMPORTS`].
    pub fn screen(
        &self,
        sandbox: &dyn Sandbox,
        package: &str,
        imports: &[String],
        files: &[SourceFile],
    ) -> Result<Screened, Fault> {
        let allow = ALLOWED_IMPORTS.iter().copied().chain(imports.iter().map(String::as_str)).collect();
        Ok(self.ask(sandbox, &Request { r#do: "screen", package, allow, files })?.screened)
    }

    /// Rewrite a program so that it reports every `select` case it takes.
    pub fn observe(&self, sandbox: &dyn Sandbox, files: &[SourceFile]) -> Result<Observed, Fault> {
        let answer =
            self.ask(sandbox, &Request { r#do: "observe", package: "main", allow: vec![], files })?;
        Ok(Observed { files: answer.files.into_iter().map(|f| (f.path, f.content)).collect() })
    }

    /// Write files as gofmt does.
    pub fn format(&self, sandbox: &dyn Sandbox, files: &[SourceFile]) -> Result<Formatted, Fault> {
        let answer = self.ask(sandbox, &Request { r#do: "format", package: "", allow: vec![], files })?;
        let Answer { screened: Screened { rejections, mut unreadable, .. }, files } = answer;
        unreadable.extend(rejections);
        Ok(Formatted { files: files.into_iter().map(|f| (f.path, f.content)).collect(), unreadable })
    }

    fn ask(&self, sandbox: &dyn Sandbox, request: &Request<'_>) -> Result<Answer, Fault> {
        let program = "screen".parse().expect("a box path");
        let job = Job {
            tool: true,
            entries: vec![Entry {
                at: "screen".parse().expect("a box path"),
                source: Source::Host(self.kit.join("screen")),
            }],
            stdin: serde_json::to_vec(request).map_err(|e| Fault::new(format!("screener request: {e}")))?,
            limits: Limits {
                wall: Duration::from_secs(10),
                cpu: Duration::from_secs(5),
                memory: 256 << 20,
                output: 4 << 20,
                disk: 0,
                ..Limits::default()
            },
            ..Job::new(program)
        };
        let outcome = sandbox.run(&job, &mut Silent)?;
        if let Some(what) = overwhelmed(&outcome) {
            return Ok(Answer { screened: Screened::unreadable_within(what), files: vec![] });
        }
        if !outcome.succeeded() {
            return Err(Fault::new(format!(
                "the screener ended with {:?} {:?}: {}",
                outcome.exit,
                outcome.killed,
                outcome.stderr.text().chars().take(400).collect::<String>()
            )));
        }
        serde_json::from_slice(&outcome.stdout.bytes)
            .map_err(|e| Fault::new(format!("the screener's answer: {e}")))
    }
}
