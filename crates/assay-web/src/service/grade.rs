use assay_content::Exercise;
use assay_core::{Event, Fault, Report, Submission};
use assay_grade::{Grader, Options};

/// What grades for the workers: [`Grader`], or a script in tests.
pub trait Grade: Send + Sync + 'static {
    /// As [`Grader::grade`]: blocks, `emit` from any thread.
    fn grade(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault>;

    /// What it compiles with, as its reports say: what another toolchain found is no answer.
    fn toolchain(&self) -> String {
        String::new()
    }

    /// Whether it could grade now; if not, why, for the operator.
    fn ready(&self) -> Result<(), Fault> {
        Ok(())
    }
}

impl Grade for Grader {
    fn grade(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault> {
        Grader::grade(self, exercise, submission, options, emit)
    }

    fn toolchain(&self) -> String {
        Grader::toolchain(self)
    }
}
