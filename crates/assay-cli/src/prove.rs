use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use assay_content::{ContentError, Exercise};
use assay_core::Verdict;
use assay_grade::{Grader, Proof, Proving, Role};
use serde::Serialize;

use crate::args::ProveArgs;
use crate::exit::Exit;
use crate::formats::Formats;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BAD, BOLD, DIM, GOOD, count, inert, inert_json, millis, paint};
use crate::{engine, out, watch};

/// Gradings at once: while one or two wait for a limit, another has the processors.
pub(crate) const AT_ONCE: usize = 3;

/// Show that exercises hold.
pub(crate) fn run(args: &ProveArgs, places: &Places) -> Result<Exit, Problem> {
    if args.watch {
        return watch::run(args, places);
    }
    let shelf = Shelf::open(places)?;
    let mut round = Round::new(args, &shelf)?;
    // Questions and interviews need no toolchain.
    if !round.exercises().is_empty() {
        let grader = engine::batch(places, AT_ONCE, &Progress::new())?;
        for exercise in round.exercises() {
            round.prove(&grader, exercise, None, args.all, &AtomicBool::new(false))?;
        }
    }
    out::result(&if args.json { round.json() } else { round.human() })?;
    Ok(Exit::when(round.holds()))
}

/// Everything that one call is to prove, and what came of it.
pub(crate) struct Round<'s> {
    exercises: Vec<&'s Arc<Exercise>>,
    unsound: Vec<&'s ContentError>,
    formats: Formats,
    proven: Vec<Proven>,
}

impl<'s> Round<'s> {
    /// Nothing graded yet.
    pub(crate) fn new(args: &ProveArgs, shelf: &'s Shelf) -> Result<Round<'s>, Problem> {
        let formats = Formats::of(&shelf.library, |slug| args.all || args.slugs.contains(slug));
        let (exercises, unsound) = wanted(args, shelf, &formats)?;
        Ok(Round { exercises, unsound, formats, proven: Vec::new() })
    }

    /// The exercises to be proven.
    pub(crate) fn exercises(&self) -> Vec<&'s Arc<Exercise>> {
        self.exercises.clone()
    }

    /// Prove one, `brief`ly or not; of what was proven `before` only what changed since.
    pub(crate) fn prove(
        &mut self,
        grader: &Grader,
        exercise: &Exercise,
        before: Option<(&Exercise, &Proof)>,
        brief: bool,
        stop: &AtomicBool,
    ) -> Result<Proof, Problem> {
        let start = Instant::now();
        let progress = Progress::new();
        let done = |done: usize, all: usize, folder: &str| {
            progress.step(&format!("{}/{folder}", exercise.slug), done, all);
        };
        let how = Proving { at_once: AT_ONCE, before, brief, stop, done: &done };
        let proof = assay_grade::prove(grader, exercise, &how)?;
        self.proven.push(Proven { proof: proof.clone(), ms: start.elapsed().as_millis() as u64 });
        Ok(proof)
    }

    fn holds(&self) -> bool {
        self.unsound.is_empty() && self.proven.iter().all(|p| p.proof.holds())
    }

    fn json(&self) -> String {
        json(&self.proven, &self.unsound, &self.formats)
    }

    /// For people.
    pub(crate) fn human(&self) -> String {
        human(&self.proven, &self.unsound, &self.formats)
    }
}

/// The exercises to be proven, and what is wrong with what does not load.
fn wanted<'s>(
    args: &ProveArgs,
    shelf: &'s Shelf,
    formats: &Formats,
) -> Result<(Vec<&'s Arc<Exercise>>, Vec<&'s ContentError>), Problem> {
    if args.all {
        return Ok((shelf.catalogue().iter().collect(), shelf.errors.iter().collect()));
    }
    let mut exercises = Vec::new();
    let mut unsound = Vec::new();
    for slug in &args.slugs {
        let errors = shelf.format_errors_of(slug);
        if errors.is_empty() && !formats.has(slug) {
            exercises.push(shelf.get(slug)?);
        }
        unsound.extend(errors);
    }
    Ok((exercises, unsound))
}

/// An exercise's proof and how long it took.
#[derive(Debug, Serialize)]
struct Proven {
    #[serde(flatten)]
    proof: Proof,
    ms: u64,
}

fn json(proven: &[Proven], unsound: &[&ContentError], formats: &Formats) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        exercises: &'a [Proven],
        #[serde(flatten)]
        formats: &'a Formats,
        unsound: Vec<String>,
        holds: bool,
    }
    inert_json(&All {
        exercises: proven,
        formats,
        unsound: unsound.iter().map(ToString::to_string).collect(),
        holds: unsound.is_empty() && proven.iter().all(|p| p.proof.holds()),
    })
}

fn human(proven: &[Proven], unsound: &[&ContentError], formats: &Formats) -> String {
    let mut out = String::new();
    let width = proven.iter().map(|p| p.proof.slug.len()).max().unwrap_or_default();
    for Proven { proof, ms } in proven {
        let (style, mark) =
            if proof.holds() { (GOOD, Verdict::Accepted.mark()) } else { (BAD, Verdict::Failed.mark()) };
        let of = |role| proof.graded.iter().filter(|g| g.role == role).count();
        let facts = format!(
            "start · {} · {} wrong · {}",
            count(of(Role::Solution), "solution"),
            of(Role::Wrong),
            millis(*ms)
        );
        let name = paint(BOLD, &format!("{:<width$}", proof.slug));
        let _ = writeln!(out, "{} {name}  {}", paint(style, &mark.to_string()), paint(DIM, &facts));
        for finding in &proof.findings {
            let folder = if finding.folder.is_empty() { "exercise" } else { &finding.folder };
            let _ = writeln!(out, "    {folder}: {}", inert(&finding.what).replace('\n', " "));
        }
        for wobble in &proof.wobbles {
            let what = inert(&wobble.what).replace('\n', " ");
            let line = format!("    {} wobbles: {what}", wobble.folder);
            let _ = writeln!(out, "{}", paint(DIM, &line));
        }
    }
    out.push_str(&formats.line());
    for error in unsound {
        let _ = writeln!(out, "{} {error}", paint(BAD, &Verdict::Failed.mark().to_string()));
    }
    let proofs = proven.iter().filter(|p| p.proof.holds()).count();
    let hold = proofs + formats.len();
    let not = proven.len() - proofs + unsound.len();
    let _ = writeln!(out, "prove: {hold} passed, {not} failed");
    out
}

#[cfg(test)]
mod tests {
    use assay_grade::{Finding, Graded};

    use super::*;
    use crate::report::sample;

    #[test]
    fn what_does_not_hold_is_under_its_exercise() {
        let graded = |role, folder: &str, expected| Graded {
            role,
            folder: folder.into(),
            expected,
            report: sample(expected),
        };
        let finding = |folder: &str, what: &str| Finding { folder: folder.into(), what: what.into() };
        let proof = |slug: &str, findings| Proof {
            slug: slug.into(),
            version: "00".into(),
            graded: vec![
                graded(Role::Start, "start", Verdict::Failed),
                graded(Role::Solution, "solutions/channels", Verdict::Accepted),
                graded(Role::Wrong, "wrong/racy", Verdict::DataRace),
            ],
            findings,
            wobbles: vec![finding(
                "wrong/racy",
                "2 of 3 gradings were as declared: expected DataRace, got Failed: TestA (seed 3)",
            )],
        };
        let findings = vec![
            finding("wrong/racy", "expected DataRace, got Accepted: all well (seed 7)"),
            finding("", "TestDrain is failed by no wrong solution: nothing shows that it can fail"),
        ];
        let proven = [
            Proven { proof: proof("worker-pool", vec![]), ms: 2400 },
            Proven { proof: proof("select-repair", findings), ms: 900 },
        ];
        let error =
            ContentError { path: "exercises/coding/x".into(), line: Some(3), message: "no title".into() };
        let formats = Formats::sample();
        insta::assert_snapshot!(
            anstream::adapter::strip_str(&human(&proven, &[&error], &formats)).to_string()
        );
    }
}
