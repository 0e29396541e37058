//! `assay attack`: real hostile programs in this machine's box, and what came of each.

mod bait;
mod judge;
mod soak;
mod table;
mod workshop;

pub(crate) use workshop::{Unmade, Workshop};

use std::fmt::Write as _;
use std::time::Instant;

use assay_go::{Built, Flavour};
use assay_sandbox::{Census, Job, Limits, Outcome, Sandbox, Silent};
use serde::Serialize;

use crate::args::AttackArgs;
use crate::boxed::ended;
use crate::exit::Exit;
use crate::limits::LimitWords;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::text::{BAD, BOLD, DIM, GOOD, inert, inert_json, paint};
use crate::{engine, out};
use bait::Bait;
use judge::judge;
use soak::{Soak, leaks, settled, soak};
use table::{ATTACKS, Attack, CLEAN, Program, Safe};

/// Attacks that talk to each other need two.
const SLOTS: usize = 2;

#[derive(Debug, Serialize)]
struct Answer<'a> {
    backend: &'a str,
    held: bool,
    safe: usize,
    not_safe: usize,
    skipped: usize,
    attacks: Vec<Row>,
    soak: Option<Soak>,
}

/// What came of one attack.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    tries: &'static str,
    state: State,
    /// How it ended; for what is not safe or was skipped, why.
    outcome: String,
    millis: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Safe,
    Unsafe,
    Skipped,
}

/// Run the suite, or a soak, and print the table.
pub(crate) fn run(args: AttackArgs, places: &Places) -> Result<Exit, Problem> {
    let chosen: Vec<&Attack> = match args.names.as_slice() {
        [] if args.soak.is_some() => vec![],
        [] => ATTACKS.iter().collect(),
        names => names.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
    };
    // The helpers first, while this process is small.
    let sandbox = places.backend.open(SLOTS, places)?;
    if !sandbox.hands_down_descriptors() {
        return Err(Problem::input(
            format!("the attacks need output files, which {} cannot give", sandbox.name()),
            "`assay doctor` says why; use another backend",
        ));
    }
    let progress = Progress::new();
    let mut range = Range::open(&*sandbox, places, &progress)?;
    let mut rows = vec![];
    for (done, attack) in chosen.iter().enumerate() {
        progress.step(attack.name, done, chosen.len());
        rows.push(range.attack(attack));
    }
    let soak = args.soak.map(|runs| soak(runs as usize, &*sandbox, &mut range.workshop)).transpose()?;
    drop(progress);
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    let (safe, not_safe, skipped) = (count(State::Safe), count(State::Unsafe), count(State::Skipped));
    let soaked = soak.as_ref().is_none_or(Soak::is_clean);
    // A suite of which nothing ran has shown nothing.
    let held = not_safe == 0 && soaked && (safe > 0 || chosen.is_empty());
    let answer = Answer { backend: sandbox.name(), held, safe, not_safe, skipped, attacks: rows, soak };
    let text = if args.json { inert_json(&answer) } else { human(&answer) };
    out::result(&text)?;
    Ok(Exit::when(held))
}

fn find(name: &str) -> Result<&'static Attack, Problem> {
    let all = || ATTACKS.iter().map(|attack| attack.name).collect::<Vec<_>>().join(", ");
    let found = ATTACKS.iter().find(|attack| attack.name == name);
    found
        .ok_or_else(|| Problem::input(format!("there is no attack `{name}`"), format!("there are {}", all())))
}

/// Limits of the table, which a test checks.
fn limits(words: &str) -> Limits {
    words.parse::<LimitWords>().expect("the table's limits are limits").0
}

/// Where attacks are tried.
struct Range<'a> {
    sandbox: &'a dyn Sandbox,
    workshop: Workshop,
    bait: Bait,
    clean: Option<Job>,
}

/// Why a run did not come to a safe end.
enum Trouble {
    Skipped(String),
    Unsafe(String),
}

impl From<Unmade> for Trouble {
    fn from(unmade: Unmade) -> Trouble {
        match unmade {
            Unmade::Lacks(why) => Trouble::Skipped(why),
            Unmade::Failed(why) => Trouble::Unsafe(format!("the attack could not be built: {why}")),
        }
    }
}

impl From<assay_sandbox::Fault> for Trouble {
    fn from(fault: assay_sandbox::Fault) -> Trouble {
        Trouble::Unsafe(format!("a fault of ours: {fault}"))
    }
}

impl<'a> Range<'a> {
    fn open(sandbox: &'a dyn Sandbox, places: &Places, progress: &Progress) -> Result<Range<'a>, Problem> {
        let mut workshop = Workshop::open(engine::toolchain(places, progress))?;
        let clean = workshop.c(CLEAN).ok().map(|job| Job { limits: limits("wall=30"), ..job });
        let range = Range { sandbox, workshop, bait: Bait::lay()?, clean };
        // What is made once and kept is there before anything is counted.
        let _ = range.is_clean();
        Ok(range)
    }

    fn attack(&mut self, attack: &Attack) -> Row {
        let start = Instant::now();
        let (state, outcome) = match self.try_attack(attack) {
            Ok(outcome) => (State::Safe, outcome),
            Err(Trouble::Skipped(why)) => (State::Skipped, why),
            Err(Trouble::Unsafe(why)) => (State::Unsafe, why),
        };
        let millis = start.elapsed().as_millis() as u64;
        Row { name: attack.name, tries: attack.tries, state, outcome, millis }
    }

    fn try_attack(&mut self, attack: &Attack) -> Result<String, Trouble> {
        let jobs = self.jobs(attack)?;
        let before = Census::take();
        let said = match jobs.as_slice() {
            [] => self.compile(attack)?,
            jobs => {
                let outcome = self.run(jobs)?;
                judge(attack.safe, &outcome).map_err(Trouble::Unsafe)?;
                let refused = if outcome.pids_refused { ", processes refused" } else { "" };
                format!("{}{refused}", ended(&outcome))
            }
        };
        let leaked = leaks(&before, &settled(&before));
        if !leaked.is_empty() {
            return Err(Trouble::Unsafe(format!("it left something: {}", leaked.join("; "))));
        }
        self.is_clean().map_err(|why| Trouble::Unsafe(format!("the next run was not clean: {why}")))?;
        Ok(said)
    }

    /// What has to run; nothing for what is only compiled.
    fn jobs(&mut self, attack: &Attack) -> Result<Vec<Job>, Trouble> {
        let made = match attack.program {
            Program::C(text) => vec![self.workshop.c(text)?],
            Program::Pair(one, two) => {
                // Both are shown the same file of the host, as two candidates are shown the same library.
                let both = format!("{}\n{}\n{PAIRED}", renamed(one, "one"), renamed(two, "two"));
                let job = self.workshop.c(&both)?;
                vec![Job { args: vec!["one".to_owned()], ..job.clone() }, job]
            }
            Program::Go(text) => vec![self.workshop.go_program(text, Flavour::Plain, self.sandbox)?],
            Program::Race(text) => vec![self.workshop.go_program(text, Flavour::Race, self.sandbox)?],
            Program::Compile(..) => vec![],
        };
        let env = self.bait.env();
        let dressed = |job| Job {
            env: env.clone(),
            outputs: 1,
            output_bytes: 1 << 20,
            limits: limits(attack.limits),
            ..job
        };
        Ok(made.into_iter().map(dressed).collect())
    }

    /// All at the same time; the last one's outcome.
    fn run(&self, jobs: &[Job]) -> Result<Outcome, Trouble> {
        std::thread::scope(|threads| {
            let (last, others) = jobs.split_last().ok_or_else(|| Trouble::Unsafe("no job".to_owned()))?;
            let others: Vec<_> =
                others.iter().map(|job| threads.spawn(|| self.sandbox.run(job, &mut Silent))).collect();
            let outcome = self.sandbox.run(last, &mut Silent)?;
            for other in others {
                let other =
                    other.join().map_err(|_| Trouble::Unsafe("a thread of ours panicked".to_owned()))??;
                judge(Safe::Held, &other).map_err(Trouble::Unsafe)?;
            }
            Ok(outcome)
        })
    }

    fn compile(&self, attack: &Attack) -> Result<String, Trouble> {
        let Program::Compile(head, line, times) = attack.program else { return Ok(String::new()) };
        let go = self.workshop.go()?;
        match workshop::compile(go, &format!("{head}{}", line.repeat(times)), Flavour::Plain, self.sandbox)? {
            Built::Limit(limit) => {
                Ok(format!("the compiler was ended by the {limit:?} limit").to_lowercase())
            }
            Built::Refused(_) => Ok("refused by the compiler".to_owned()),
            Built::Done(_) => Err(Trouble::Unsafe("it was compiled".to_owned())),
        }
    }

    fn is_clean(&self) -> Result<(), String> {
        let Some(job) = &self.clean else { return Ok(()) };
        let outcome = self.sandbox.run(job, &mut Silent).map_err(|fault| fault.to_string())?;
        judge(Safe::Held, &outcome)
    }
}

/// Two programs in one file: the first argument chooses.
const PAIRED: &str =
    "int main(int argc, char **argv) { return argc > 1 ? one(argc, argv) : two(argc, argv); }";

fn renamed(text: &str, name: &str) -> String {
    text.replacen("int main(", &format!("int {name}("), 1)
}

fn human(answer: &Answer<'_>) -> String {
    let width = answer.attacks.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for row in &answer.attacks {
        let (style, mark, word) = match row.state {
            State::Safe => (GOOD, '●', "safe"),
            State::Unsafe => (BAD, '✕', "NOT SAFE"),
            State::Skipped => (DIM, '○', "skipped"),
        };
        let mark = paint(style, &format!("{mark} {word:<8}"));
        let tries = paint(DIM, row.tries);
        let _ = writeln!(text, "{mark}  {:<width$}  {}  {tries}", row.name, inert(&row.outcome));
    }
    if let Some(soak) = &answer.soak {
        let _ = writeln!(text, "{} runs in {:.1} s, {} wrong", soak.runs, soak.seconds, soak.wrong);
        for example in &soak.examples {
            let _ = writeln!(text, "  {}", inert(example));
        }
        let _ = writeln!(text, "before  {:?}\nafter   {:?}", soak.before, soak.after);
        for leak in &soak.leaked {
            let _ = writeln!(text, "  leaked: {leak}");
        }
    }
    let sum = format!(
        "{} safe, {} not safe, {} skipped on {}",
        answer.safe, answer.not_safe, answer.skipped, answer.backend
    );
    let _ = writeln!(text, "{}", paint(BOLD, &sum));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let mut names: Vec<&str> = ATTACKS.iter().map(|attack| attack.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ATTACKS.len(), "a name is there twice");
        for attack in ATTACKS {
            limits(attack.limits);
            let compiles = matches!(attack.program, Program::Compile(..));
            assert_eq!(compiles, attack.safe == Safe::NotBuilt, "{}", attack.name);
        }
    }
}
