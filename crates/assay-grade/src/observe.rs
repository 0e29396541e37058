//! One more run, to be looked at: the tests under Go's tracer and profilers, in a process of their own.
//!
//! What comes of it was written by the candidate's process and is never weighed. Whatever goes wrong is a note beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use assay_content::{Exercise, Kind, TestsIn};
use assay_core::{Fault, Observation, Profile, Report, Submission, TestStatus};
use assay_go::{Archive, Built, Flavour, LANGUAGE, Library, Package, Program, Read};
use assay_sandbox::{Exit, Job, Killed, Limits, Outcome, Silent};

use crate::assemble::{AtExit, Builder};
use crate::{Grader, Scope, assemble, plan};

/// What all rounds of the tests together may take.
const MOST: Duration = Duration::from_secs(5);
/// What one round may take besides three times what it took before: a deadlock is watched for so long.
const PATIENCE: Duration = Duration::from_secs(1);
/// For the start of the process, and for the tracer to write its last.
const ROOM: Duration = Duration::from_secs(4);
/// Largest output, bytes; the observed program stops itself a little below.
const OUTPUT: u64 = 16 << 20;
/// What the tracer's buffers and the profiler's tables take, bytes.
const TABLES: u64 = 128 << 20;
/// Exit code of a process whose tests did not end.
const UNFINISHED: i32 = 4;

/// So often the tracer brings what it wrote into a form that can be read without the rest: what a process that is killed had done until
/// then is lost only after that. Nanoseconds; costs some 170 KB and 10 ms of CPU a second.
const FLUSH: &str = "traceadvanceperiod=20000000";

/// Look at one more run of what `report` is about.
pub(crate) fn observation(
    grader: &Grader,
    exercise: &Exercise,
    submission: &Submission,
    scope: Scope,
    report: &Report,
) -> Observation {
    let chosen = match chosen(exercise, report) {
        Ok(chosen) => chosen,
        Err(why) => return without(vec![], why),
    };
    let tests = chosen.tests.clone();
    let watch = Watch { grader, exercise, submission, scope, chosen };
    watch.run().unwrap_or_else(|fault| without(tests, fault.what))
}

/// An observation of nothing.
fn without(tests: Vec<String>, why: impl std::fmt::Display) -> Observation {
    Observation { tests, notes: vec![format!("no observation: {why}")], ..Observation::default() }
}

/// What to run, and how long one round of it may take.
#[derive(Debug, PartialEq)]
struct Chosen {
    tests: Vec<String>,
    patience: Duration,
}

/// The first test that failed in any pass, else all.
fn chosen(exercise: &Exercise, report: &Report) -> Result<Chosen, &'static str> {
    if exercise.kind == Kind::Exhibit {
        return Err("a program without tests is not run again");
    }
    let first = report.passes.first().ok_or("the code did not get as far as its tests")?;
    let all = || report.passes.iter().flat_map(|p| &p.tests);
    let failed = all().find(|t| t.status == TestStatus::Failed);
    let tests: Vec<String> = match failed {
        Some(test) => vec![test.name.clone()],
        None => first.tests.iter().map(|t| t.name.clone()).collect(),
    };
    let took: u64 = tests.iter().map(|n| longest(&first.tests, n)).sum();
    let patience = (PATIENCE + 3 * Duration::from_millis(took)).min(MOST);
    Ok(Chosen { tests, patience })
}

fn longest(results: &[assay_core::TestResult], name: &str) -> u64 {
    results.iter().filter(|t| t.name == name).map(|t| t.duration_ms).max().unwrap_or_default()
}

struct Watch<'a> {
    grader: &'a Grader,
    exercise: &'a Exercise,
    submission: &'a Submission,
    scope: Scope,
    chosen: Chosen,
}

impl Watch<'_> {
    fn run(self) -> Result<Observation, Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let Some(program) = self.build()? else {
            return Ok(without(self.chosen.tests, "the observed program took more to build than it may"));
        };
        let program = assemble::keep(&program)?.beside(self.exercise, self.submission.files());
        let mut job = assemble::job(go, &program.path, Flavour::Plain, AtExit::Go)?;
        job.entries.extend(program.beside.iter().cloned());
        job.env.push(("GODEBUG".into(), FLUSH.into()));
        let job = Job { outputs: 3, output_bytes: OUTPUT, last_words: None, limits: self.limits(), ..job };
        let mut outcome = sandbox.run(&job, &mut Silent)?;
        let outputs = std::mem::take(&mut outcome.outputs);
        let read = go.read_observation(sandbox, outputs)?;
        Ok(told(self.chosen, &outcome, read))
    }

    fn limits(&self) -> Limits {
        let limits = plan::limits(self.exercise, Flavour::Plain);
        let wall = MOST + ROOM;
        Limits { wall, cpu: 2 * wall, step: None, idle: None, memory: limits.memory + TABLES, ..limits }
    }

    /// The candidate's package and the tests as they were judged, with another `main`.
    fn build(&self) -> Result<Option<Program>, Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let (exercise, files, scope) = (self.exercise, self.submission.files(), self.scope);
        let builder = Builder { go, sandbox, exercise, files, outline: &[], scope, flavour: Flavour::Plain };
        let Built::Done(packages) = builder.packages()? else { return Ok(None) };
        let dependencies: Vec<(&str, &Archive)> =
            packages.iter().map(|(path, made)| (path.as_str(), made)).collect();
        let main = self.main_source(go.harness(), &builder.tests_path());
        let package = Package {
            path: "main",
            files: &[("main/main.go", &main), ("main/observed.go", go.observer())],
            language: LANGUAGE,
            library: Library::All,
            dependencies: &dependencies,
        };
        let main = match go.compile(sandbox, Flavour::Plain, &package)? {
            Built::Done(archive) => archive,
            other => return Err(Fault::new(format!("the observer does not compile: {other:?}"))),
        };
        match go.link(sandbox, Flavour::Plain, &main, &dependencies)? {
            Built::Done(program) => Ok(Some(program)),
            Built::Refused(_) | Built::Limit(_) => Ok(None),
        }
    }

    fn main_source(&self, harness: &str, tests_path: &str) -> String {
        let Chosen { tests, patience } = &self.chosen;
        let table: String = tests.iter().map(|t| format!("\t\t{{Name: {t:?}, F: x.{t}}},\n")).collect();
        let work = assemble::work(&self.exercise.tests_in);
        let import = match self.exercise.tests_in {
            TestsIn::OwnPackage => String::new(),
            TestsIn::CandidatesPackage { .. } => format!("\t{harness:?}\n"),
        };
        format!(
            "package main\n\nimport (\n\t\"testing\"\n\t\"time\"\n\n{import}\tx {tests_path:?}\n)\n\nfunc main() {{\n{work}\tobserve([]testing.InternalTest{{\n{table}\t}}, {}*time.Millisecond, {}*time.Millisecond)\n}}\n",
            patience.as_millis(),
            MOST.as_millis(),
        )
    }
}

/// What was read, with what is missing said in words.
fn told(chosen: Chosen, outcome: &Outcome, read: Result<Read, String>) -> Observation {
    let Chosen { tests, patience } = chosen;
    let end = end(outcome);
    let mut notes: Vec<String> = end.said(patience).into_iter().collect();
    let read = read.unwrap_or_else(|why| {
        notes.push(format!("no observation: {why}"));
        Read::default()
    });
    let observation = Observation {
        tests,
        notes,
        timeline: read.timeline,
        cpu: read.cpu.filter(is_telling),
        allocs: read.allocs.filter(is_telling),
    };
    with_gaps(observation, &end, &read.unread)
}

/// With a note for each part that is not there, if the reader said anything.
fn with_gaps(mut seen: Observation, end: &End, unread: &BTreeMap<String, String>) -> Observation {
    let (no_cpu, no_allocs) = (seen.cpu.is_none(), seen.allocs.is_none());
    let mut note = |text: String| seen.notes.push(text);
    match (&seen.timeline, unread.get("trace")) {
        (Some(timeline), _) if timeline.cut && *end == End::Well => {
            note("the timeline shows only the beginning: the trace got too large".into());
        }
        (None, Some(why)) => note(format!("no timeline: {why}")),
        _ => {}
    }
    if no_cpu && no_allocs && matches!(end, End::Early(_)) {
        note("no profiles: the process has to end well for them".into());
        return seen;
    }
    match unread.get("cpu") {
        Some(why) => note(format!("no CPU profile: {why}")),
        None if no_cpu => note("no CPU profile: the code and the tests used too little for a sample".into()),
        None => {}
    }
    match unread.get("allocs") {
        Some(_) if *end == End::Unfinished => {
            note("no profile of allocations: the tests have to end for it".into());
        }
        Some(why) => note(format!("no profile of allocations: {why}")),
        None if no_allocs => note("no profile of allocations: the code and the tests made none".into()),
        None => {}
    }
    seen
}

fn is_telling(profile: &Profile) -> bool {
    !profile.stacks.is_empty()
}

/// How the observed process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// With all that it was to write.
    Well,
    /// Because the tests did not.
    Unfinished,
    /// In the middle of the tests; why, in words.
    Early(String),
}

impl End {
    fn said(&self, patience: Duration) -> Option<String> {
        match self {
            End::Well => None,
            End::Unfinished => Some(format!(
                "the tests had not ended after {:.1} s, and were not waited for",
                patience.as_secs_f64()
            )),
            End::Early(why) => Some(format!("the process ended in the middle of the tests: {why}")),
        }
    }
}

fn end(outcome: &Outcome) -> End {
    let why = match (outcome.killed, outcome.exit) {
        (None, Exit::Code(0)) => return End::Well,
        (None, Exit::Code(UNFINISHED)) => return End::Unfinished,
        (Some(Killed::Memory), _) => "it took more memory than it may".into(),
        (Some(Killed::Output), _) => "it wrote more than it may".into(),
        (Some(Killed::Cpu), _) => "it took more CPU than it may".into(),
        (Some(_), _) => "it took longer than it may".into(),
        (None, Exit::Code(code)) => format!("exit code {code}"),
        (None, Exit::Signal(signal)) => format!("signal {signal}"),
    };
    End::Early(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(end: &End, timeline: bool, unread: &[(&str, &str)]) -> Vec<String> {
        let timeline = timeline.then(assay_core::Timeline::default);
        let seen = Observation { timeline, ..Observation::default() };
        let unread = unread.iter().map(|(f, w)| ((*f).to_owned(), (*w).to_owned())).collect();
        with_gaps(seen, end, &unread).notes
    }

    #[test]
    fn what_is_missing_is_said_once_and_why() {
        let nothing = [("cpu", "nothing was written"), ("allocs", "nothing was written")];
        let rubbish = [("trace", "it is not as Go writes it"), ("allocs", "it is not as Go writes it")];
        for (end, timeline, unread, expect) in [
            (
                End::Well,
                true,
                &[][..],
                &[
                    "no CPU profile: the code and the tests used too little for a sample",
                    "no profile of allocations: the code and the tests made none",
                ][..],
            ),
            (
                End::Unfinished,
                true,
                &nothing[1..],
                &[
                    "no CPU profile: the code and the tests used too little for a sample",
                    "no profile of allocations: the tests have to end for it",
                ],
            ),
            (
                End::Early("exit code 2".into()),
                true,
                &nothing,
                &["no profiles: the process has to end well for them"],
            ),
            (
                End::Well,
                false,
                &rubbish,
                &[
                    "no timeline: it is not as Go writes it",
                    "no CPU profile: the code and the tests used too little for a sample",
                    "no profile of allocations: it is not as Go writes it",
                ],
            ),
        ] {
            assert_eq!(notes(&end, timeline, unread), expect, "{end:?}");
        }
    }
}
