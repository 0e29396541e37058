//! The reference arm: the exercise's first right solution passes its tests here, or what they say of others is not believed.
//!
//! It runs in processes of its own, where nothing of a candidate's can reach it, and once: that it held is kept beside the prepared
//! toolchain under the exercise's version and the flavour, so that it costs a submission nothing.

use assay_content::{Exercise, Kind, TestsIn, Variant};
use assay_core::{Evidence, Fault, PassName, Verdict};
use assay_go::{Built, Flavour};

use crate::assemble::{self, Builder};
use crate::plan;
use crate::quote::Quotes;
use crate::{Grader, Scope, judge, pass};

/// The reference may meet a bad moment of the machine; it must not fail twice.
const TRIES: usize = 2;

/// `Err` when the reference of `exercise` does not hold in a flavour in which submissions are judged.
pub(crate) fn holds(grader: &Grader, exercise: &Exercise) -> Result<(), Fault> {
    let right = exercise.solutions.iter().find(|s| s.expect.verdict == Verdict::Accepted);
    // Nobody has proven tests from elsewhere, nor promised that their own solution holds.
    let ours = exercise.kind != Kind::Exhibit && exercise.tests_in == TestsIn::OwnPackage;
    let Some(right) = right.filter(|_| ours) else { return Ok(()) };
    let check = |(name, flavour)| Check { grader, exercise, right, name, flavour }.once();
    std::thread::scope(|threads| {
        let native = grader.sandbox.runs_native();
        let race =
            threads.spawn(move || if native { check((PassName::Race, Flavour::Race)) } else { Ok(()) });
        let plain = check((PassName::Plain, grader.plain()));
        plain.and(race.join().unwrap_or_else(|_| Err(Fault::new("the reference's run panicked"))))
    })
}

#[derive(Clone, Copy)]
struct Check<'a> {
    grader: &'a Grader,
    exercise: &'a Exercise,
    right: &'a Variant,
    name: PassName,
    flavour: Flavour,
}

impl Check<'_> {
    fn once(self) -> Result<(), Fault> {
        let Exercise { slug, version, .. } = self.exercise;
        let machine = if self.flavour.is_wasm() { "-wasm" } else { "" };
        let key = format!("reference-{slug}-{version}-{}{machine}", self.name);
        if self.grader.go.is_kept(&key) {
            return Ok(());
        }
        let mut last = None;
        for _ in 0..TRIES {
            match self.failure()? {
                None => {
                    self.grader.go.keep(&key);
                    return Ok(());
                }
                why => last = why,
            }
        }
        let slug = &self.exercise.slug;
        Err(Fault::new(format!(
            "the reference solution `{}` of {slug} fails here in the {} pass, so nothing can be judged by its tests: {}",
            self.right.name,
            self.name,
            last.unwrap_or_default()
        ))
        .advise(format!("run `assay prove {slug}`; if it holds, the machine is at fault: `assay doctor`")))
    }

    /// Why the reference fails, if it does.
    fn failure(self) -> Result<Option<String>, Fault> {
        let (go, sandbox) = (self.grader.go.as_ref(), self.grader.sandbox.as_ref());
        let plan = plan::plan(self.exercise, Scope::All, self.grader.plain(), pass::random_seed());
        let planned = plan.passes.into_iter().find(|p| p.name == self.name);
        let Some(planned) = planned else { return Ok(None) };
        let planned = planned.repeated(plan.tests.len(), 1, pass::random_seed());
        let (exercise, files) = (self.exercise, &self.right.files);
        // Built as submissions are, so that the way in which they are is tried out as well.
        let outline = &go.screen(sandbox, &exercise.package, &exercise.imports, files)?.outline;
        let (scope, flavour) = (Scope::All, self.flavour);
        let built = Builder { go, sandbox, exercise, files, outline, scope, flavour }.program(&plan.tests)?;
        let program = match built {
            Built::Done(program) => assemble::keep(&program)?,
            other => return Ok(Some(format!("it does not build: {other:?}"))),
        };
        let runs = pass::run(go, sandbox, &planned, &plan.tests, &program, &|_| {})?;
        let quotes = Quotes { files: &self.right.files, sites: &[] };
        let judged = judge::pass(&planned, &plan.tests, &runs, &quotes)?;
        Ok(judged.findings.first().map(|(_, evidence)| Evidence::headline(evidence)))
    }
}
