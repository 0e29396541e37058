//! `./x soak`: hands in while processes die, and counts.

use std::process::ExitCode;
use std::time::Duration;

use assay_tests::services::{Nats, Postgres};
use assay_tests::trial::{Setting, Trial, run};

const USAGE: &str = "\
usage: ./x soak [--minutes N] [--submissions N] [--kill-every SECONDS] [--on sqlite|fleet] [--seed N]

Starts servers of its own, hands in without end, and kills one of the processes every few seconds. Afterwards everything that was
taken must have its one right verdict. `fleet` has PostgreSQL, NATS and two workers, which are paused and restarted too.";

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)) {
        Ok(trial) => soak(&trial),
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Trial, String> {
    let mut trial = Trial {
        setting: Setting::Sqlite,
        submissions: usize::MAX,
        lasts: Duration::from_mins(10),
        kill_every: Duration::from_secs(3),
        seed: std::process::id().into(),
    };
    while let Some(word) = words.next() {
        let mut number = |most: u64| -> Result<u64, String> {
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            let number = value.parse().map_err(|_| format!("{word}: `{value}` is no number"))?;
            if number == 0 && word != "--seed" || number > most {
                Err(format!("{word}: 1 to {most}"))
            } else {
                Ok(number)
            }
        };
        match word.as_str() {
            "--minutes" => trial.lasts = Duration::from_secs(60 * number(100_000)?),
            "--submissions" => trial.submissions = number(u64::from(u32::MAX))? as usize,
            "--kill-every" => trial.kill_every = Duration::from_secs(number(3600)?),
            "--seed" => trial.seed = number(u64::MAX)?,
            "--on" => {
                trial.setting = match words.next().as_deref() {
                    Some("sqlite") => Setting::Sqlite,
                    Some("fleet") => Setting::Fleet,
                    other => return Err(format!("--on: {other:?} is neither sqlite nor fleet")),
                }
            }
            other => return Err(format!("`{other}` is unknown")),
        }
    }
    Ok(trial)
}

fn soak(trial: &Trial) -> ExitCode {
    if trial.setting == Setting::Fleet
        && let Some(why) = Postgres::lacking().or_else(Nats::lacking)
    {
        eprintln!("{why}");
        return ExitCode::from(3);
    }
    println!(
        "{:?}, seed {}, something dies every {:.0} s or so",
        trial.setting,
        trial.seed,
        trial.kill_every.as_secs_f64()
    );
    let outcome = run(trial);
    print!("{}", outcome.lines());
    if outcome.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
