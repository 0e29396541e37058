use std::fmt::Write as _;
use std::time::Instant;

use assay_content::{ContentError, Library};
use assay_core::{Slug, Verdict};
use assay_grade::{Proof, Role};
use serde::Serialize;

use crate::args::ProveArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::shelf::Shelf;
use crate::text::{BAD, BOLD, DIM, GOOD, count, inert, inert_json, millis, paint};
use crate::{engine, out};

/// Gradings at once. One: each fills two processors, and a time limit must not depend on a neighbour.
const AT_ONCE: usize = 2;

/// Show that exercises hold.
pub(crate) fn run(args: ProveArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    let slugs: Vec<Slug> =
        if args.all { shelf.catalogue().iter().map(|e| e.slug.clone()).collect() } else { args.slugs };
    let exercises = slugs.iter().map(|s| shelf.get(s)).collect::<Result<Vec<_>, _>>()?;
    let unsound: Vec<&ContentError> = if args.all { shelf.errors.iter().collect() } else { vec![] };
    let mut proven = Vec::new();
    {
        let progress = Progress::new();
        let grader = engine::grader(places, AT_ONCE, &progress)?;
        for exercise in exercises {
            let start = Instant::now();
            let proof = assay_grade::prove(&grader, exercise, AT_ONCE, &|done, all, folder| {
                progress.step(&format!("{}/{folder}", exercise.slug), done, all);
            })?;
            proven.push(Proven { proof, ms: start.elapsed().as_millis() as u64 });
        }
    }
    let holds = unsound.is_empty() && proven.iter().all(|p| p.proof.holds());
    let formats = if args.all { Formats::of(&shelf.library) } else { Formats::default() };
    let text = if args.json { json(&proven, &unsound, &formats) } else { human(&proven, &unsound, &formats) };
    out::result(&text)?;
    Ok(Exit::when(holds))
}

/// An exercise's proof and how long it took.
#[derive(Debug, Serialize)]
struct Proven {
    #[serde(flatten)]
    proof: Proof,
    ms: u64,
}

/// Questions and interviews whose sums, links and plans hold; the shelf holds no others.
#[derive(Debug, Default, Serialize)]
struct Formats {
    questions: Vec<String>,
    interviews: Vec<String>,
    /// Expected points of all questions.
    #[serde(skip)]
    points: usize,
}

impl Formats {
    fn of(library: &Library) -> Formats {
        Formats {
            questions: library.questions().map(|q| q.slug.to_string()).collect(),
            interviews: library.interviews().map(|i| i.slug.to_string()).collect(),
            points: library.questions().map(|q| q.points.len()).sum(),
        }
    }

    fn len(&self) -> usize {
        self.questions.len() + self.interviews.len()
    }
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
    }
    if formats.len() > 0 {
        let what = format!(
            "{} · {}",
            count(formats.questions.len(), "question"),
            count(formats.interviews.len(), "interview")
        );
        let facts = format!("{} · links, totals, bands and minutes hold", count(formats.points, "point"));
        let mark = paint(GOOD, &Verdict::Accepted.mark().to_string());
        let _ = writeln!(out, "{mark} {}  {}", paint(BOLD, &what), paint(DIM, &facts));
    }
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
        let proof = |slug: &str, findings| Proof {
            slug: slug.into(),
            version: "00".into(),
            graded: vec![
                graded(Role::Start, "start", Verdict::Failed),
                graded(Role::Solution, "solutions/channels", Verdict::Accepted),
                graded(Role::Wrong, "wrong/racy", Verdict::DataRace),
            ],
            findings,
        };
        let finding = |folder: &str, what: &str| Finding { folder: folder.into(), what: what.into() };
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
        let formats = Formats { questions: vec!["sums".into()], interviews: vec!["maths".into()], points: 8 };
        insta::assert_snapshot!(
            anstream::adapter::strip_str(&human(&proven, &[&error], &formats)).to_string()
        );
    }
}
