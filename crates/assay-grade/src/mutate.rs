//! How strong an exercise's tests are: copies of its right solutions with one small mistake each are graded, and none should be Accepted.
//!
//! The mutator makes more of them than anybody wants to wait for. [`order`] (pure) says in which order they are taken, [`outcome`] and
//! [`findings`] (pure) what their gradings mean; [`mutate`] only compiles and grades.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use assay_content::{Equivalent, Exercise, Variant};
use assay_core::{Fault, FileName, SourceFile, Submission, Verdict};
use assay_go::Mutation;
use serde::Serialize;

use crate::plan::SplitMix;
use crate::spread::spread;
use crate::vet::Cue;
use crate::{Grader, Options, assemble};

/// Of a hundred gradings of a mutant, so many must not be Accepted.
const ENOUGH: u32 = 99;

/// A copy of a right solution with one mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mutant<'a> {
    id: String,
    solution: &'a Variant,
    made: Mutation,
}

/// What tests make of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// They tell it from the solution.
    Killed,
    /// They do not, and cannot: it is right as well.
    Equivalent,
    /// They do not, or too seldom.
    Alive,
}

/// A graded mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GradedMutant {
    /// `solution/file:function/operator#ordinal within the function`.
    pub id: String,
    /// Line of the mistake.
    pub line: u32,
    /// The changed lines of the solution.
    pub before: String,
    /// What became of them.
    pub after: String,
    /// What the gradings mean.
    pub fate: Fate,
    /// Gradings.
    pub gradings: u32,
    /// Gradings that did not come to Accepted.
    pub kills: u32,
    /// How many gradings came to which verdict.
    pub verdicts: BTreeMap<Verdict, u32>,
}

/// What mutating one exercise came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mutated {
    /// Its name.
    pub slug: String,
    /// Mutants that there are.
    pub made: usize,
    /// Mutants that were picked and do not compile; neither killed nor alive.
    pub uncompiled: usize,
    /// Those that were picked and graded.
    pub mutants: Vec<GradedMutant>,
    /// What is wrong with `equivalent.toml`.
    pub findings: Vec<String>,
}

impl Mutated {
    /// Whether the tests tell every mutant that can be told, and nothing is listed that should not be.
    pub fn holds(&self) -> bool {
        self.findings.is_empty() && self.count(Fate::Alive) == 0
    }

    /// How many mutants came to that.
    pub fn count(&self, fate: Fate) -> usize {
        self.mutants.iter().filter(|m| m.fate == fate).count()
    }
}

/// How mutants are picked and graded.
#[derive(Clone, Copy)]
pub struct Mutating<'a> {
    /// Most mutants.
    pub most: usize,
    /// Only those whose id holds this.
    pub only: Option<&'a str>,
    /// Gradings of each.
    pub times: u32,
    /// Where the choice comes from.
    pub seed: u64,
    /// Mutants graded at a time.
    pub at_once: usize,
    /// Told after each mutant: how many are done, how many there are, and its id.
    pub done: &'a (dyn Fn(usize, usize, &str) + Sync),
}

/// Pick mutants of the right solutions of `exercise` and grade them.
pub fn mutate(grader: &Grader, exercise: &Exercise, how: &Mutating<'_>) -> Result<Mutated, Fault> {
    let all = mutants(grader, exercise)?;
    let ids: BTreeSet<String> = all.iter().map(|m| m.id.clone()).collect();
    let made = all.len();
    let (picked, uncompiled) = pick(grader, exercise, all, how)?;
    let finished = AtomicUsize::new(0);
    let graded = spread(how.at_once, &picked, &AtomicBool::new(false), |mutant| {
        let graded = grade(grader, exercise, mutant, how.times)?;
        (how.done)(finished.fetch_add(1, Ordering::Relaxed) + 1, picked.len(), &mutant.id);
        Ok(graded)
    });
    let mut mutants = Vec::with_capacity(graded.len());
    for (mutant, verdicts) in picked.iter().zip(graded) {
        let verdicts =
            verdicts.unwrap_or_else(|| Err(Fault::new(format!("{} was not graded", mutant.id))))?;
        mutants.push(outcome(mutant, verdicts, &exercise.equivalent));
    }
    let findings = findings(&exercise.equivalent, &ids, &mutants);
    Ok(Mutated { slug: exercise.slug.to_string(), made, uncompiled, mutants, findings })
}

fn mutants<'a>(grader: &Grader, exercise: &'a Exercise) -> Result<Vec<Mutant<'a>>, Fault> {
    let mut all = Vec::new();
    for solution in &exercise.solutions {
        for made in grader.go.mutate(grader.sandbox.as_ref(), &solution.files)? {
            let Mutation { operator, file, function, ordinal, .. } = &made;
            let id = format!("{}/{file}:{function}/{operator}#{ordinal}", solution.name);
            all.push(Mutant { id, solution, made });
        }
    }
    Ok(all)
}

/// The first mutants in [`order`] that compile, and how many before them do not.
fn pick<'a>(
    grader: &Grader,
    exercise: &Exercise,
    all: Vec<Mutant<'a>>,
    how: &Mutating<'_>,
) -> Result<(Vec<Mutant<'a>>, usize), Fault> {
    let wanted: Vec<Mutant<'a>> =
        all.into_iter().filter(|m| how.only.is_none_or(|word| m.id.contains(word))).collect();
    let (mut picked, mut uncompiled) = (Vec::new(), 0);
    for index in order(&wanted, how.seed) {
        if picked.len() == how.most {
            break;
        }
        let mutant = &wanted[index];
        if assemble::compiles(&grader.go, grader.sandbox.as_ref(), exercise, &files(mutant)?)? {
            picked.push(mutant.clone());
        } else {
            uncompiled += 1;
        }
    }
    Ok((picked, uncompiled))
}

fn files(mutant: &Mutant<'_>) -> Result<Vec<SourceFile>, Fault> {
    let path: FileName = mutant.made.file.parse().map_err(|e| Fault::new(format!("{}: {e}", mutant.id)))?;
    let mut files = mutant.solution.files.clone();
    for file in files.iter_mut().filter(|f| f.path == path) {
        file.content.clone_from(&mutant.made.content);
    }
    Ok(files)
}

/// What the gradings of a mutant came to.
fn grade(
    grader: &Grader,
    exercise: &Exercise,
    mutant: &Mutant<'_>,
    times: u32,
) -> Result<Vec<Verdict>, Fault> {
    let submission = Submission::new(exercise.slug.clone(), files(mutant)?)
        .map_err(|e| Fault::new(format!("{}: {e}", mutant.id)))?;
    let once = |_| {
        let report = grader.grade_alone(exercise, &submission, Options::default(), &|_| {}, &Cue::default());
        report.map(|r| r.verdict).map_err(|fault| Fault {
            what: format!("{}, mutant {}: {}", exercise.slug, mutant.id, fault.what),
            advice: fault.advice,
        })
    };
    (0..times).map(once).collect()
}

/// The order in which mutants are taken: operators in turn, those of concurrency first, and of an operator's mutants the next of the
/// solution that has had the fewest. Which comes first where nothing decides follows from the seed and the mutant's own name, so that
/// a change elsewhere moves few.
fn order(all: &[Mutant<'_>], seed: u64) -> Vec<usize> {
    let mut groups: BTreeMap<(bool, u64, &str), BTreeMap<&str, VecDeque<usize>>> = BTreeMap::new();
    let mut indices: Vec<usize> = (0..all.len()).collect();
    indices.sort_by_cached_key(|i| drawn(seed, &all[*i].id));
    for index in indices {
        let Mutant { solution, made, .. } = &all[index];
        let group = (!made.concurrency, drawn(seed, &made.operator), made.operator.as_str());
        groups.entry(group).or_default().entry(&solution.name).or_default().push_back(index);
    }
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let mut order = Vec::with_capacity(all.len());
    while order.len() < all.len() {
        for (group, solutions) in &mut groups {
            let fewest = |name: &&str| {
                (taken.get(*name).copied().unwrap_or_default(), drawn(seed, &format!("{name} {}", group.2)))
            };
            let left = solutions.iter().filter(|(_, left)| !left.is_empty()).map(|(name, _)| *name);
            let Some(name) = left.min_by_key(fewest) else { continue };
            *taken.entry(name).or_default() += 1;
            order.extend(solutions.get_mut(name).and_then(VecDeque::pop_front));
        }
    }
    order
}

/// A number that follows from the seed and a name.
fn drawn(seed: u64, name: &str) -> u64 {
    name.bytes().fold(SplitMix(seed).next(), |at, byte| SplitMix(at ^ u64::from(byte)).next())
}

fn outcome(mutant: &Mutant<'_>, all: Vec<Verdict>, equivalent: &[Equivalent]) -> GradedMutant {
    let gradings = all.len() as u32;
    let mut verdicts = BTreeMap::new();
    for verdict in all {
        *verdicts.entry(verdict).or_default() += 1;
    }
    let kills = gradings - verdicts.get(&Verdict::Accepted).copied().unwrap_or_default();
    let fate = if equivalent.iter().any(|e| e.id == mutant.id) {
        Fate::Equivalent
    } else if kills * 100 >= gradings * ENOUGH {
        Fate::Killed
    } else {
        Fate::Alive
    };
    let Mutation { line, before, after, .. } = mutant.made.clone();
    GradedMutant { id: mutant.id.clone(), line, before, after, fate, gradings, kills, verdicts }
}

/// What does not hold of the entries of `equivalent.toml`, where `ids` are all mutants that there are.
fn findings(entries: &[Equivalent], ids: &BTreeSet<String>, mutants: &[GradedMutant]) -> Vec<String> {
    let gone = entries.iter().filter(|e| !ids.contains(&e.id)).map(|e| {
        format!("no mutant is called `{}`; name the one that is meant, or take the entry out", e.id)
    });
    let killed = mutants.iter().filter(|m| m.fate == Fate::Equivalent && m.kills > 0).map(|m| {
        format!(
            "`{}` is listed, but was killed in {} of {} gradings; take the entry out, or mend the test",
            m.id, m.kills, m.gradings
        )
    });
    gone.chain(killed).collect()
}

#[cfg(test)]
#[path = "mutate_tests.rs"]
mod tests;
