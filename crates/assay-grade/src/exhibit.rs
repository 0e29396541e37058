//! `exhibit` exercises: the candidate's program must show a phenomenon, and the runtime must prove it.

use std::time::Instant;

use assay_content::{Exercise, Phenomenon};
use assay_core::{
    Event, Evidence, Fault, Frame, Goroutine, PassName, PassReport, Step, Submission, TestResult, TestStatus,
    Timings, Verdict,
};
use assay_go::{Flavour, Screened};
use assay_sandbox::{Dialogue, Exit, Job, Limits, Mark, Next, Outcome, Silent};

use crate::assemble::{self, AtExit, OnDisk};
use crate::ending::{self, Finding};
use crate::grade::Found;
use crate::quote::Quotes;
use crate::refused::unbuilt;
use crate::{Grader, judge, plan, words};

/// The name under which a program stands among the tests of a report.
const PROGRAM: &str = "program";

/// Run the program and weigh what it shows.
pub(crate) fn show(
    grader: &Grader,
    exercise: &Exercise,
    submission: &Submission,
    screened: &Screened,
    timings: &mut Timings,
    emit: &(dyn Fn(Event) + Sync),
) -> Result<Found, Fault> {
    let stage = Stage { grader, exercise, submission, screened, emit };
    match &exercise.phenomenon {
        Some(Phenomenon::SelectDeadlock { selects }) => stage.select_deadlock(*selects, timings),
        Some(Phenomenon::SilentRace { .. }) if !grader.sandbox.runs_native() => {
            Err(Fault::new("this exercise is about the race detector, which WebAssembly has not")
                .advise("use the backend jail or oci"))
        }
        Some(Phenomenon::SilentRace { line, runs, race_runs }) => {
            stage.silent_race(line, *runs, *race_runs, timings)
        }
        None => Err(Fault::new(format!("exercise {} is an exhibit of nothing", exercise.slug))),
    }
}

struct Stage<'a> {
    grader: &'a Grader,
    exercise: &'a Exercise,
    submission: &'a Submission,
    screened: &'a Screened,
    emit: &'a (dyn Fn(Event) + Sync),
}

impl Stage<'_> {
    fn quotes(&self) -> Quotes<'_> {
        Quotes { files: self.submission.files(), sites: &self.screened.sites }
    }

    fn build(&self, flavour: Flavour, timings: &mut Timings) -> Result<Result<OnDisk, Vec<Finding>>, Fault> {
        (self.emit)(Event::Step { step: Step::Build });
        let begun = Instant::now();
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let built = assemble::program(go, sandbox, self.exercise, self.submission.files(), flavour)?;
        let pass = if flavour == Flavour::Race { PassName::Race } else { PassName::Plain };
        timings.insert(format!("{pass}_build_ms"), begun.elapsed().as_millis() as u64);
        match unbuilt(built) {
            Ok(program) => Ok(Ok(assemble::keep(&program)?)),
            Err(findings) => Ok(Err(findings)),
        }
    }

    fn job(&self, program: &OnDisk, flavour: Flavour) -> Result<Job, Fault> {
        // No idle limit: the runtime itself must say that all is asleep, and a sleep must be seen to be one.
        let limits = Limits { step: None, idle: None, ..plan::limits(self.exercise, flavour) };
        Ok(Job { limits, ..assemble::job(&self.grader.go, &program.path, flavour, AtExit::Linger)? })
    }

    fn begin(&self, pass: PassName) {
        (self.emit)(Event::Step { step: if pass == PassName::Race { Step::Race } else { Step::Plain } });
        (self.emit)(Event::Plan { pass, tests: vec![PROGRAM.into()] });
    }

    fn end(
        &self,
        pass: PassName,
        verdict: Verdict,
        runs: &[Outcome],
        since: Instant,
        timings: &mut Timings,
    ) -> PassReport {
        let duration_ms = since.elapsed().as_millis() as u64;
        let status = if verdict == Verdict::Accepted { TestStatus::Passed } else { TestStatus::Failed };
        (self.emit)(Event::Test { pass, name: PROGRAM.into(), status, duration_ms });
        timings.insert(format!("{pass}_ms"), duration_ms);
        let output = runs.last().map(|o| o.stdout.text() + &o.stderr.text()).unwrap_or_default();
        let test = TestResult {
            name: PROGRAM.into(),
            status,
            duration_ms,
            output: output.chars().take(16 << 10).collect(),
            visible: true,
            runs: 1,
            failures: u32::from(status == TestStatus::Failed),
        };
        PassReport {
            name: pass,
            verdict,
            repetitions: runs.len() as u32,
            schedule: None,
            tests: vec![test],
            usage: judge::usage(runs.iter()),
        }
    }

    fn select_deadlock(&self, selects: u32, timings: &mut Timings) -> Result<Found, Fault> {
        let program = match self.build(self.grader.plain(), timings)? {
            Ok(program) => program,
            Err(findings) => return Ok(Found::early(findings)),
        };
        self.begin(PassName::Plain);
        let begun = Instant::now();
        let job = self.job(&program, self.grader.plain())?;
        let outcome = self.grader.sandbox.run(&job, &mut Silent)?;
        let quotes = self.quotes();
        let finding = match (outcome.killed, outcome.exit) {
            (None, Exit::Code(0)) => self.ended(&outcome)?,
            (None, Exit::Code(2)) if ending::messages(&outcome.stderr.text()) > 1 => {
                forged("more than one last message")
            }
            _ => match ending::weigh(&outcome, &job.limits, Flavour::Plain, "", &quotes)? {
                (Verdict::Deadlock, Evidence::Deadlock { total: true, goroutines, .. }) => {
                    asleep(&goroutines, selects)
                }
                (Verdict::Deadlock, Evidence::Deadlock { goroutines, sentence, .. }) => failed(
                    format!(
                        "goroutines are stuck, but the runtime never found all of them asleep: {sentence}"
                    ),
                    goroutines.iter().map(words::goroutine).collect(),
                ),
                other => other,
            },
        };
        let verdict = finding.0;
        let passes = vec![self.end(PassName::Plain, verdict, &[outcome], begun, timings)];
        Ok(Found { passes, findings: vec![finding], ..Found::default() })
    }

    /// The program came to its end: nothing stayed blocked. Say why, from a run that reports the cases taken.
    fn ended(&self, outcome: &Outcome) -> Result<Finding, Fault> {
        let ms = outcome.usage.wall.as_millis();
        let head =
            format!("the program ended by itself after {ms} ms with exit status 0: nothing stayed blocked");
        let meetings = self.meetings()?;
        Ok(match meetings.first() {
            None => failed(head, vec![]),
            Some(first) => failed(
                format!("{head}, because two cases met in a rendezvous: {first}"),
                meetings.iter().map(|m| format!("rendezvous: {m}")).collect(),
            ),
        })
    }

    /// Pairs of `select` cases that met on one channel, seen by running the program once more with each case reporting
    /// itself. An explanation, not a proof: what does not build or run so is left unexplained.
    fn meetings(&self) -> Result<Vec<String>, Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let observed = go.observe(sandbox, self.submission.files())?;
        let files: Vec<(&str, &str)> = observed.files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let Some(program) = assemble::observed(go, sandbox, &files, self.grader.plain())? else {
            return Ok(vec![]);
        };
        let program = assemble::keep(&program)?;
        let mut taken = Taken::default();
        let job = Job { dialogue: true, ..self.job(&program, self.grader.plain())? };
        sandbox.run(&job, &mut taken)?;
        Ok(taken.meetings())
    }

    fn silent_race(
        &self,
        line: &str,
        runs: u32,
        race_runs: u32,
        timings: &mut Timings,
    ) -> Result<Found, Fault> {
        let program = match self.build(self.grader.plain(), timings)? {
            Ok(program) => program,
            Err(findings) => return Ok(Found::early(findings)),
        };
        self.begin(PassName::Plain);
        let begun = Instant::now();
        let (outcomes, wrong) = self.plain_runs(&program, line, runs)?;
        let verdict = wrong.as_ref().map_or(Verdict::Accepted, |(v, _)| *v);
        let plain = self.end(PassName::Plain, verdict, &outcomes, begun, timings);
        if let Some(finding) = wrong {
            return Ok(Found { passes: vec![plain], findings: vec![finding], ..Found::default() });
        }
        let program = match self.build(Flavour::Race, timings)? {
            Ok(program) => program,
            Err(findings) => return Ok(Found::early(findings)),
        };
        self.begin(PassName::Race);
        let begun = Instant::now();
        let (outcomes, finding) = self.race_runs(&program, runs, race_runs)?;
        let race = self.end(PassName::Race, finding.0, &outcomes, begun, timings);
        Ok(Found { passes: vec![plain, race], findings: vec![finding], ..Found::default() })
    }

    /// Run until a run is not the asked one, or all were.
    fn plain_runs(
        &self,
        program: &OnDisk,
        line: &str,
        runs: u32,
    ) -> Result<(Vec<Outcome>, Option<Finding>), Fault> {
        let job = self.job(program, self.grader.plain())?;
        let mut outcomes = Vec::new();
        for n in 1..=runs {
            let outcome = self.grader.sandbox.run(&job, &mut Silent)?;
            let right = outcome.succeeded() && outcome.stdout.bytes == format!("{line}\n").into_bytes();
            if right {
                outcomes.push(outcome);
                continue;
            }
            let finding = if outcome.succeeded() {
                let printed: String = outcome.stdout.text().chars().take(80).collect();
                failed(
                    format!("plain run {n} of {runs} printed {printed:?}, want {:?}", format!("{line}\n")),
                    vec![],
                )
            } else {
                ending::weigh(&outcome, &job.limits, Flavour::Plain, "", &self.quotes())?
            };
            outcomes.push(outcome);
            return Ok((outcomes, Some(finding)));
        }
        Ok((outcomes, None))
    }

    /// Run under the detector until it reports a race whose both sides are the candidate's.
    fn race_runs(
        &self,
        program: &OnDisk,
        runs: u32,
        race_runs: u32,
    ) -> Result<(Vec<Outcome>, Finding), Fault> {
        let job = self.job(program, Flavour::Race)?;
        let mut outcomes = Vec::new();
        let mut elsewhere = None;
        for n in 1..=race_runs {
            let outcome = self.grader.sandbox.run(&job, &mut Silent)?;
            if outcome.succeeded() {
                outcomes.push(outcome);
                continue;
            }
            if outcome.stderr.text().matches("WARNING: DATA RACE").count() > 1 {
                outcomes.push(outcome);
                return Ok((outcomes, forged("more than one race report, although the first ends the run")));
            }
            let finding = ending::weigh(&outcome, &job.limits, Flavour::Race, "", &self.quotes())?;
            outcomes.push(outcome);
            let (_, Evidence::Race { accesses, sentence, .. }) = &finding else {
                return Ok((outcomes, finding));
            };
            if accesses.iter().all(|a| touches(&a.stack)) {
                let facts = vec![
                    format!("{runs} of {runs} plain runs printed the right answer and exited 0"),
                    format!("run {n} under the race detector reported it"),
                    format!("the race: {sentence}"),
                ];
                let sentence = format!(
                    "proven: right in {runs} of {runs} plain runs, and still a data race: {sentence}"
                );
                return Ok((
                    outcomes,
                    (Verdict::Accepted, Evidence::Exhibit { proven: true, sentence, facts }),
                ));
            }
            elsewhere = Some(sentence.clone());
        }
        let seen = match elsewhere {
            Some(sentence) => {
                format!("the detector reported only races with a side outside your own code: {sentence}")
            }
            None => format!(
                "the race detector reported nothing in {race_runs} runs: every two accesses were ordered, or the racy code never ran"
            ),
        };
        Ok((outcomes, failed(seen, vec![format!("{runs} of {runs} plain runs were right")])))
    }
}

/// Every goroutine asleep: enough of them inside a `select`?
fn asleep(goroutines: &[Goroutine], selects: u32) -> Finding {
    let inside = goroutines.iter().filter(|g| g.waits_on.state == "select").count();
    let facts: Vec<String> = goroutines.iter().map(words::goroutine).collect();
    let sentence = words::deadlock(goroutines);
    if inside >= selects as usize {
        let sentence = format!(
            "proven: the runtime found every goroutine asleep, {inside} of them in a `select`: {sentence}"
        );
        (Verdict::Accepted, Evidence::Exhibit { proven: true, sentence, facts })
    } else {
        failed(
            format!(
                "a deadlock, but {inside} of the goroutines are blocked in a `select` of two or more cases, want {selects}: {sentence}"
            ),
            facts,
        )
    }
}

/// Standard error holds what only the runtime writes, and more often than it does.
fn forged(what: &str) -> Finding {
    ending::tampered(format!(
        "standard error holds {what}: the program imitates the runtime, so nothing is proven"
    ))
}

/// Whether an access is the candidate's own: the innermost frame, but for those of the runtime and of `sync/atomic`, which only carry
/// out what a line of theirs says (and of which the detector often knows no caller).
fn touches(stack: &[Frame]) -> bool {
    let carries_out = |f: &&Frame| {
        ["runtime.", "internal/runtime/", "sync/atomic."].iter().any(|p| f.function.starts_with(p))
    };
    !stack.is_empty() && stack.iter().find(|f| !carries_out(f)).is_none_or(|f| f.own)
}

fn failed(sentence: String, facts: Vec<String>) -> Finding {
    (Verdict::Failed, Evidence::Exhibit { proven: false, sentence, facts })
}

/// Listens to a program whose `select` cases report themselves: goroutine, file, line, direction, channel, source.
#[derive(Default)]
struct Taken(Vec<Case>);

struct Case {
    goroutine: String,
    place: String,
    direction: String,
    channel: String,
    source: String,
}

impl Dialogue for Taken {
    fn on_line(&mut self, line: &[u8], _: Mark) -> Next {
        let text = String::from_utf8_lossy(line).into_owned();
        let words: Vec<&str> = text.splitn(7, ' ').collect();
        if let ["took", goroutine, file, line, direction, channel, source] = words.as_slice()
            && self.0.len() < 1000
        {
            self.0.push(Case {
                goroutine: (*goroutine).to_owned(),
                place: format!("{file}:{line}"),
                direction: (*direction).to_owned(),
                channel: (*channel).to_owned(),
                source: (*source).to_owned(),
            });
        }
        Next::Wait
    }

    fn on_end(&mut self, _: &[u8], _: Mark) {}
}

impl Taken {
    /// Sends and receives of different goroutines on one channel, in the order in which the sends were reported.
    fn meetings(&self) -> Vec<String> {
        let mut met: Vec<String> = Vec::new();
        for send in self.0.iter().filter(|c| c.direction == "send") {
            let receive = self.0.iter().find(|c| {
                c.direction == "receive" && c.channel == send.channel && c.goroutine != send.goroutine
            });
            if let Some(receive) = receive {
                let pair = format!(
                    "goroutine {} took `{}` ({}) while goroutine {} took `{}` ({}), the two ends of one channel",
                    send.goroutine, send.source, send.place, receive.goroutine, receive.source, receive.place
                );
                if met.len() < 5 && !met.contains(&pair) {
                    met.push(pair);
                }
            }
        }
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ends_of_one_channel_meet() {
        let mut taken = Taken::default();
        for line in
            ["took 7 main.go 4 send 0xc0 own <- 1", "took 1 main.go 5 receive 0xc0 v := <-other", "noise"]
        {
            taken.on_line(line.as_bytes(), Mark::default());
        }
        assert_eq!(
            taken.meetings(),
            [
                "goroutine 7 took `own <- 1` (main.go:4) while goroutine 1 took `v := <-other` (main.go:5), the two ends of one channel"
            ]
        );
    }
}
