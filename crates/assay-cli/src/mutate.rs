use std::fmt::Write as _;
use std::time::Instant;

use assay_content::Kills;
use assay_core::Verdict;
use assay_grade::{Fate, GradedMutant, Mutated, Mutating};
use serde::Serialize;

use crate::args::MutateArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::prove::AT_ONCE;
use crate::shelf::Shelf;
use crate::text::{BAD, BOLD, DIM, GOOD, count, inert, inert_json, millis, paint};
use crate::{engine, figures, out};

/// Measure how many mistakes the tests of exercises tell.
pub(crate) fn run(args: &MutateArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    let exercises = shelf.chosen(&args.chosen)?;
    let kept = args.keep.then(|| places.writable_content()).transpose()?;
    let grader = engine::batch(places, AT_ONCE, &Progress::new())?;
    let mut all = Vec::new();
    for exercise in exercises {
        let begun = Instant::now();
        let progress = Progress::new();
        let how = Mutating {
            most: args.most as usize,
            only: args.only.as_deref(),
            times: args.times,
            seed: args.seed,
            at_once: AT_ONCE,
            done: &|done, all, id| {
                progress.step(&format!("{} · {id}", exercise.slug), done, all);
            },
        };
        let mutated = assay_grade::mutate(&grader, exercise, &how)?;
        if let Some(content) = &kept {
            figures::keep(content, &mutated.slug, |figure| figure.kills = Some(kills(&mutated, args.times)))?;
        }
        all.push(Timed { mutated, ms: begun.elapsed().as_millis() as u64 });
    }
    out::result(&if args.json { json(&all) } else { human(&all) })?;
    Ok(Exit::when(all.iter().all(|t| t.mutated.holds())))
}

fn kills(mutated: &Mutated, times: u32) -> Kills {
    Kills {
        mutants: mutated.mutants.len() as u32,
        killed: mutated.count(Fate::Killed) as u32,
        equivalent: mutated.count(Fate::Equivalent) as u32,
        times,
        date: today(),
    }
}

/// The day, in UTC.
fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// What an exercise came to and how long it took.
#[derive(Debug, Serialize)]
struct Timed {
    #[serde(flatten)]
    mutated: Mutated,
    ms: u64,
}

fn json(all: &[Timed]) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        exercises: &'a [Timed],
        holds: bool,
    }
    inert_json(&All { exercises: all, holds: all.iter().all(|t| t.mutated.holds()) })
}

fn human(all: &[Timed]) -> String {
    let mut out = String::new();
    let width = all.iter().map(|t| t.mutated.slug.len()).max().unwrap_or_default();
    for Timed { mutated, ms } in all {
        let (style, mark) =
            if mutated.holds() { (GOOD, Verdict::Accepted.mark()) } else { (BAD, Verdict::Failed.mark()) };
        let facts = format!(
            "{} of {} · {} killed · {} equivalent · {} alive · {} did not compile · {}",
            count(mutated.mutants.len(), "mutant"),
            mutated.made,
            mutated.count(Fate::Killed),
            mutated.count(Fate::Equivalent),
            mutated.count(Fate::Alive),
            mutated.uncompiled,
            millis(*ms)
        );
        let name = paint(BOLD, &format!("{:<width$}", mutated.slug));
        let _ = writeln!(out, "{} {name}  {}", paint(style, &mark.to_string()), paint(DIM, &facts));
        mutated.mutants.iter().filter(|m| m.fate == Fate::Alive).for_each(|m| survivor(&mut out, m));
        for finding in &mutated.findings {
            let _ = writeln!(out, "    equivalent.toml: {}", inert(finding));
        }
    }
    let of = |fate| all.iter().map(|t| t.mutated.count(fate)).sum::<usize>();
    let (killed, equivalent, alive) = (of(Fate::Killed), of(Fate::Equivalent), of(Fate::Alive));
    let _ = writeln!(out, "mutate: {killed} killed, {equivalent} equivalent, {alive} alive");
    out
}

fn survivor(out: &mut String, m: &GradedMutant) {
    let verdicts: Vec<String> = m.verdicts.iter().map(|(v, n)| format!("{v} ×{n}")).collect();
    let facts =
        format!("line {} · killed in {} of {} · {}", m.line, m.kills, m.gradings, verdicts.join(", "));
    let _ = writeln!(out, "    {}  {}", inert(&m.id), paint(DIM, &facts));
    let _ = writeln!(out, "      {}", paint(BAD, &format!("- {}", inert(&m.before))));
    if !m.after.is_empty() {
        let _ = writeln!(out, "      {}", paint(GOOD, &format!("+ {}", inert(&m.after))));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn graded(fate: Fate, kills: u32, after: &str) -> GradedMutant {
        let verdicts = [(Verdict::DataRace, kills), (Verdict::Accepted, 3 - kills)];
        GradedMutant {
            id: "channels/pool.go:Pool.Submit/drop-lock#2".into(),
            line: 31,
            before: "p.mu.Lock() … p.mu.Unlock()".into(),
            after: after.into(),
            fate,
            gradings: 3,
            kills,
            verdicts: verdicts.into_iter().filter(|(_, n)| *n > 0).collect::<BTreeMap<_, _>>(),
        }
    }

    fn mutated(slug: &str, mutants: Vec<GradedMutant>, findings: Vec<String>) -> Mutated {
        Mutated { slug: slug.into(), made: 90, uncompiled: 4, mutants, findings }
    }

    #[test]
    fn what_lives_is_under_its_exercise() {
        let all = [
            Timed { mutated: mutated("worker-pool", vec![graded(Fate::Killed, 3, "")], vec![]), ms: 2400 },
            Timed {
                mutated: mutated(
                    "select-repair",
                    vec![
                        graded(Fate::Alive, 1, ""),
                        graded(Fate::Alive, 0, "p.mu.RLock() … p.mu.RUnlock()"),
                        graded(Fate::Equivalent, 0, ""),
                    ],
                    vec!["no mutant is called `swap/peer.go:f/logic#1`; name the one that is meant, or take the entry out".into()],
                ),
                ms: 900,
            },
        ];
        insta::assert_snapshot!(anstream::adapter::strip_str(&human(&all)).to_string());
    }

    #[test]
    fn kept_figures_are_counts_of_a_day() {
        let mutants = vec![graded(Fate::Killed, 3, ""), graded(Fate::Alive, 0, "")];
        let kills = kills(&mutated("a", mutants, vec![]), 3);
        assert_eq!((kills.mutants, kills.killed, kills.equivalent, kills.times), (2, 1, 0, 3));
        assert_eq!(kills.date.len(), "2026-11-22".len());
    }
}
