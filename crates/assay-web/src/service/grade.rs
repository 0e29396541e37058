use assay_content::Exercise;
use assay_core::{Event, Fault, Report, SourceFile, Submission};
use assay_grade::{Formatted, Grader, Options, Revoked};
use assay_store::Capabilities;

/// What grades for the workers: [`Grader`], or a script in tests.
pub trait Grade: Send + Sync + 'static {
    /// As [`Grader::grade`]: blocks, `emit` from any thread. Ends soon after `revoked` is set, with any answer.
    fn grade(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        revoked: &Revoked,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault>;

    /// Files as gofmt writes them, or what it cannot read. Blocks.
    fn format(&self, _: &[SourceFile]) -> Result<Formatted, Fault> {
        Err(Fault::new("this grader formats nothing"))
    }

    /// What it compiles with, as its reports say: what another toolchain found is no answer.
    fn toolchain(&self) -> String {
        String::new()
    }

    /// What it can do, for those who hand out work.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Grades something whose verdict is known, before it is trusted with anything else.
    fn canary(&self) -> Result<(), Fault> {
        Ok(())
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
        revoked: &Revoked,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault> {
        self.revocable(revoked).grade(exercise, submission, options, emit)
    }

    fn format(&self, files: &[SourceFile]) -> Result<Formatted, Fault> {
        Grader::format(self, files)
    }

    fn toolchain(&self) -> String {
        Grader::toolchain(self)
    }

    fn capabilities(&self) -> Capabilities {
        Grader::capabilities(self).into_iter().collect()
    }

    fn canary(&self) -> Result<(), Fault> {
        Grader::canary(self)
    }
}
