//! Schedules by the thousand: a program in WebAssembly runs under one seed after another, and those that end badly can be run again, exactly.

use std::time::Duration;

use assay_core::{Fault, SourceFile};
use assay_go::{ALLOWED_IMPORTS, Built, Diagnostic, Flavour, Go, LANGUAGE, Library, Package};
use assay_sandbox::{
    Dialogue as _, Exploration, Job, Limits, Mark, Next, Outcome, Sandbox as _, Seeds, Silent, Wasi,
};

use crate::assemble::{self, AtExit, OnDisk};
use crate::controls::{Arm, Control, Deal};
use crate::pass;
use crate::session::{Session, State};
use crate::trace::SUBMISSION;

/// What a seed makes of the scheduler: most toss coins, every fourth has random priorities. Delays are left out: they pass by executing
/// instructions here, and would take longer than everything else.
const MODES: [&str; 4] = ["coin:", "coin:", "coin:", "pct:"];

/// The environment variable that the perturbed scheduler reads.
pub(crate) const SCHEDULE: &str = "ASSAY_SCHEDULE";

/// Which seeds to try.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// The first.
    pub first: u64,
    /// How many, one after another.
    pub count: u64,
    /// No further run begins after so many bad ends,
    pub enough: u64,
    /// nor after this time.
    pub time: Duration,
    /// Runs at once.
    pub threads: usize,
}

impl Search {
    /// For a program that is told `script` on descriptor 3 and must give `answers`.
    pub(crate) fn seeds(self, script: Vec<u8>, answers: Vec<String>) -> Seeds {
        let modes = MODES.iter().map(|mode| (*mode).to_owned()).collect();
        Seeds {
            first: self.first,
            count: self.count,
            variable: (SCHEDULE.to_owned(), modes),
            script,
            answers,
            enough: self.enough,
            millis: self.time.as_millis() as u64,
            threads: self.threads,
        }
    }
}

/// What a seed says to the scheduler.
pub(crate) fn schedule(seed: u64) -> String {
    format!("{}{seed}", MODES[(seed % MODES.len() as u64) as usize])
}

/// What stands before a schedule of WebAssembly in reports.
pub(crate) const MARK: &str = "wasm:";

/// The seed of a schedule of WebAssembly.
pub(crate) fn seed_of(schedule: &str) -> Option<u64> {
    schedule.strip_prefix(MARK)?.split_once(':')?.1.parse().ok()
}

/// All that a process is told that is dealt `deal` and does well, and what it answers, with `*` for what is measured.
pub(crate) fn foretold(deal: &Deal) -> (Vec<u8>, Vec<String>) {
    let mut answers = vec![format!("ready {}", deal.order.len())];
    let mut session = Session::new(deal.clone(), pass::token, |_| {});
    let (mut script, mut said) = (vec![], answers[0].clone());
    while let Next::Send(lines) = session.on_line(said.as_bytes(), Mark::default()) {
        script.extend_from_slice(&lines);
        let result = |arm: Arm, token: &str, micros: &str| {
            let word = match arm {
                Arm::Control(Control::Fails | Control::FailsBelow) => "fail",
                Arm::Control(Control::Holds) | Arm::Test(_) => "ok",
            };
            let slot = deal.slot(arm).unwrap_or_default();
            format!("res {slot} {token} {word} {micros} 0 -")
        };
        let (answer, pattern) = match &session.state {
            State::Running { arm, token, .. } => (result(*arm, token, "0"), result(*arm, token, "*")),
            State::Sealing { token } => (format!("sealed {token}"), format!("sealed {token}")),
            _ => break,
        };
        answers.push(pattern);
        said = answer;
    }
    (script, answers)
}

/// A program of its own (package main, without tests), in WebAssembly.
pub struct Explorable {
    program: OnDisk,
}

/// Limits of one run: short programs, of which thousands are run.
fn limits() -> Limits {
    let wall = Duration::from_secs(10);
    Limits { wall, cpu: Duration::from_secs(2), memory: 256 << 20, disk: 0, ..Limits::default() }
}

impl Explorable {
    /// Compile and link `files`, natively in the box around `wasi`. `Ok(Err)` is what the compiler said.
    pub fn build(
        go: &Go,
        wasi: &Wasi,
        files: &[SourceFile],
    ) -> Result<Result<Explorable, Vec<Diagnostic>>, Fault> {
        let sources: Vec<(String, &str)> =
            files.iter().map(|f| (format!("{SUBMISSION}/{}", f.path), f.content.as_str())).collect();
        let borrowed: Vec<(&str, &str)> = sources.iter().map(|(at, text)| (at.as_str(), *text)).collect();
        let package = Package {
            path: "main",
            files: &borrowed,
            language: LANGUAGE,
            library: Library::Only(ALLOWED_IMPORTS),
            dependencies: &[],
        };
        let limit = |limit| Err(Fault::new(format!("building it was ended by the {limit:?} limit")));
        let main = match go.compile(wasi, Flavour::Wasm, &package)? {
            Built::Done(main) => main,
            Built::Refused(said) => return Ok(Err(said)),
            Built::Limit(killed) => return limit(killed),
        };
        match go.link(wasi, Flavour::Wasm, &main, &[])? {
            Built::Done(program) => Ok(Ok(Explorable { program: assemble::keep(&program)? })),
            Built::Refused(said) => Ok(Err(said)),
            Built::Limit(killed) => limit(killed),
        }
    }

    /// Run it under one seed after another. The first call compiles the module.
    pub fn explore(&self, go: &Go, wasi: &Wasi, search: Search) -> Result<Exploration, Fault> {
        wasi.explore(&self.job(go, 0)?, &search.seeds(vec![], vec![]))
    }

    /// Run it under `seed`, as [`Explorable::explore`] did.
    pub fn replay(&self, go: &Go, wasi: &Wasi, seed: u64) -> Result<Outcome, Fault> {
        let mut job = self.job(go, seed)?;
        job.env.push((SCHEDULE.to_owned(), schedule(seed)));
        wasi.run(&job, &mut Silent)
    }

    fn job(&self, go: &Go, seed: u64) -> Result<Job, Fault> {
        let job = assemble::job(go, &self.program.path, Flavour::Wasm, AtExit::Go)?;
        Ok(Job { seed, limits: limits(), ..job })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foretold_is_what_a_session_believes() {
        let challenges: Vec<_> = (0..4).map(|test| crate::session::Challenge { test }).collect();
        let deal = Deal::new(4, &challenges, 7);
        let (script, answers) = foretold(&deal);
        let script = String::from_utf8(script).unwrap();
        assert_eq!(script.lines().count(), 1 + 4 + 3 + 1, "{script}");
        assert_eq!(answers.len(), 1 + 4 + 3 + 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|a| a.contains(" fail * 0 -")).count(), 2);
        assert!(script.lines().last().unwrap().starts_with("seal "));
    }

    #[test]
    fn a_schedule_of_ours_has_its_seed() {
        assert_eq!(seed_of("wasm:coin:42"), Some(42));
        assert_eq!((seed_of("coin:42"), seed_of("wasm:coin")), (None, None));
    }

    #[test]
    fn a_seed_means_the_same_in_a_search_and_alone() {
        let search = Search { first: 1, count: 9, enough: 1, time: Duration::ZERO, threads: 1 };
        let seeds = search.seeds(vec![], vec![]);
        for seed in 0..9 {
            assert_eq!(seeds.value(seed), schedule(seed));
        }
    }
}
