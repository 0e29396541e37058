use std::io::{IsTerminal as _, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use assay_core::{Event, PassName, Step, TestStatus};
use indicatif::{ProgressBar, ProgressStyle};

use crate::out;
use crate::text::{count, inert};

/// Shows people what is being waited for: one moving line on a terminal, a line for each stage elsewhere. Always on
/// standard error.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    fold: Mutex<Fold>,
    last: Mutex<(String, usize)>,
}

impl Progress {
    /// Nothing shown yet.
    pub(crate) fn new() -> Progress {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed:.dim}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Progress { bar, fold: Mutex::default(), last: Mutex::default() }
    }

    /// Something happened in a grading.
    pub(crate) fn event(&self, event: &Event) {
        let mut fold = self.fold.lock().unwrap_or_else(PoisonError::into_inner);
        let line = fold.on(event);
        match &self.bar {
            Some(bar) => bar.set_message(fold.to_string()),
            None => line.iter().for_each(|l| out::note(l)),
        }
    }

    /// A line for people, above the moving one.
    pub(crate) fn note(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| out::note(text)),
            None => out::note(text),
        }
    }

    /// Take the moving line away, for good.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Step `done` of `all` of something long. Where lines are printed, a thing with many steps gets one for each tenth.
    pub(crate) fn step(&self, what: &str, done: usize, all: usize) {
        let text = format!("{} {done}/{all}", inert(what));
        let now = (what.to_owned(), done * 10 / all.max(1));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.bar {
            Some(bar) => bar.set_message(text),
            None if *last != now => out::note(&text),
            None => {}
        }
        *last = now;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// Where a grading is, made from its events.
#[derive(Debug, Default)]
struct Fold {
    stage: String,
    passes: [Option<Tally>; 4],
}

#[derive(Debug, Default, Clone)]
struct Tally {
    tests: usize,
    done: Vec<(String, TestStatus)>,
}

impl Tally {
    fn failed(&self) -> usize {
        self.done.iter().filter(|(_, s)| *s == TestStatus::Failed).count()
    }
}

impl Fold {
    /// Take one event in; the line to print where lines are printed.
    fn on(&mut self, event: &Event) -> Option<String> {
        match event {
            Event::Step { step } => {
                let stage = match step {
                    Step::Screen => "reading the files",
                    Step::Build => "compiling",
                    Step::Plain | Step::Race | Step::Stress => "running",
                    Step::Observe => "observing one more run",
                    Step::Bench => "measuring",
                    Step::Judge => "weighing",
                };
                stage.clone_into(&mut self.stage);
                let of_pass = matches!(step, Step::Plain | Step::Race | Step::Stress | Step::Bench);
                (!of_pass).then(|| self.stage.clone())
            }
            Event::Plan { pass, tests } => {
                self.passes[index(*pass)] = Some(Tally { tests: tests.len(), done: vec![] });
                Some(match pass {
                    PassName::Bench => format!("measuring {}", count(tests.len(), "benchmark")),
                    _ => format!("running {} ({pass})", count(tests.len(), "test")),
                })
            }
            Event::Test { pass, name, status, .. } => {
                let tally = self.passes[index(*pass)].get_or_insert_default();
                let first = match tally.done.iter_mut().find(|(n, _)| n == name) {
                    Some((_, s)) if *status == TestStatus::Passed || *s == *status => return None,
                    Some((_, s)) => {
                        *s = *status;
                        true
                    }
                    None => {
                        tally.done.push((name.clone(), *status));
                        true
                    }
                };
                (first && *status == TestStatus::Failed).then(|| format!("{} failed ({pass})", inert(name)))
            }
            Event::Queued { position } => {
                self.stage = format!("waiting at place {position}");
                Some(self.stage.clone())
            }
            Event::Started { attempt } => {
                // What an earlier try had come to counts no more.
                *self = Fold { stage: "taken".to_owned(), passes: Default::default() };
                (*attempt > 1).then(|| format!("taken again after a fault of the server's, try {attempt}"))
            }
            Event::Evidence { .. }
            | Event::Finished { .. }
            | Event::Faulted { .. }
            | Event::Canceled
            | Event::Unknown => None,
        }
    }
}

impl std::fmt::Display for Fold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.stage)?;
        for pass in [PassName::Plain, PassName::Race, PassName::Stress, PassName::Bench] {
            if let Some(tally) = &self.passes[index(pass)] {
                write!(f, " · {pass} {}/{}", tally.done.len(), tally.tests)?;
                if tally.failed() > 0 {
                    write!(f, " ({} failed)", tally.failed())?;
                }
            }
        }
        Ok(())
    }
}

fn index(pass: PassName) -> usize {
    match pass {
        PassName::Plain => 0,
        PassName::Race => 1,
        PassName::Stress => 2,
        PassName::Bench => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_where_a_grading_is() {
        let test = |pass, name: &str, status| Event::Test { pass, name: name.into(), status, duration_ms: 1 };
        let plan = |pass| Event::Plan { pass, tests: vec!["TestA".into(), "TestB".into()] };
        let (plain, race) = (PassName::Plain, PassName::Race);
        let events = [
            (Event::Queued { position: 3 }, Some("waiting at place 3"), "waiting at place 3"),
            (Event::Started { attempt: 1 }, None, "taken"),
            (Event::Step { step: Step::Screen }, Some("reading the files"), "reading the files"),
            (Event::Step { step: Step::Build }, Some("compiling"), "compiling"),
            (plan(plain), Some("running 2 tests (plain)"), "compiling · plain 0/2"),
            (Event::Step { step: Step::Plain }, None, "running · plain 0/2"),
            (test(plain, "TestA", TestStatus::Passed), None, "running · plain 1/2"),
            (plan(race), Some("running 2 tests (race)"), "running · plain 1/2 · race 0/2"),
            (
                test(plain, "TestA", TestStatus::Failed),
                Some("TestA failed (plain)"),
                "running · plain 1/2 (1 failed) · race 0/2",
            ),
            (test(plain, "TestA", TestStatus::Passed), None, "running · plain 1/2 (1 failed) · race 0/2"),
            (test(race, "TestB", TestStatus::NotRun), None, "running · plain 1/2 (1 failed) · race 1/2"),
            (
                Event::Started { attempt: 2 },
                Some("taken again after a fault of the server's, try 2"),
                "taken",
            ),
        ];
        let mut fold = Fold::default();
        for (event, line, state) in events {
            assert_eq!(fold.on(&event).as_deref(), line, "{event:?}");
            assert_eq!(fold.to_string(), state, "{event:?}");
        }
    }
}
