//! What `go vet` says, found out beside a grading.
//!
//! The builds fill both boxes of a grading and both processors of a small machine, so beside them its 20 ms would be a delay every time. It begins
//! when the first pass is over, in the box of that pass: where a stress pass follows nobody ever waits for it, elsewhere only when the passes end
//! within those 20 ms of each other. Code that does not get that far is not vetted. No verdict comes of it, so whatever goes wrong is no finding.

use std::sync::mpsc;

use assay_content::Exercise;
use assay_core::{Fault, Report, Submission, VetFinding};
use assay_go::Vetted;

use crate::trace::SUBMISSION;
use crate::{Grader, assemble};

/// Most findings in a report.
const MOST: usize = 20;

/// Says that there is a box for vet now. The default one is heard by nobody.
#[derive(Debug, Default)]
pub(crate) struct Cue(Option<mpsc::Sender<()>>);

impl Cue {
    /// The first time counts.
    pub(crate) fn give(&self) {
        if let Some(heard) = &self.0 {
            let _ = heard.send(());
        }
    }
}

/// The report of `grade`, with what vet says of the submission, if the cue was given.
pub(crate) fn beside(
    grader: &Grader,
    exercise: &Exercise,
    submission: &Submission,
    grade: impl FnOnce(&Cue) -> Result<Report, Fault>,
) -> Result<Report, Fault> {
    let (cue, given) = mpsc::channel();
    std::thread::scope(|threads| {
        let vet = threads.spawn(move || match given.recv() {
            Ok(()) => {
                assemble::vet(grader.go.as_ref(), grader.sandbox.as_ref(), exercise, submission.files())
            }
            Err(mpsc::RecvError) => Ok(vec![]),
        });
        let cue = Cue(Some(cue));
        let report = grade(&cue);
        drop(cue);
        let said = vet.join().unwrap_or_else(|_| Err(Fault::new("the thread of vet panicked")));
        Ok(Report { vet: findings(said), ..report? })
    })
}

fn findings(said: Result<Vec<Vetted>, Fault>) -> Vec<VetFinding> {
    let said = said.unwrap_or_else(|fault| {
        tracing::warn!("a report goes without findings of vet: {fault}");
        vec![]
    });
    said.into_iter().filter(|v| v.said.folder == SUBMISSION).filter_map(finding).take(MOST).collect()
}

fn finding(Vetted { analyzer, said }: Vetted) -> Option<VetFinding> {
    Some(VetFinding { position: said.position?, analyzer, message: said.message })
}

#[cfg(test)]
mod tests {
    use assay_core::Position;
    use assay_go::Diagnostic;

    use super::*;

    fn vetted(folder: &str, line: u32) -> Vetted {
        let position = Some(Position { file: "pool.go".into(), line, column: 1 });
        let said = Diagnostic { folder: folder.into(), position, message: "m".into() };
        Vetted { analyzer: "copylocks".into(), said }
    }

    #[test]
    fn findings_are_the_candidates_own_and_bounded() {
        let found = findings(Ok(vec![vetted("tests", 1), vetted("submission", 2)]));
        assert_eq!(found.iter().map(VetFinding::line).collect::<Vec<_>>(), ["pool.go:2:1 copylocks: m"]);
        assert_eq!(findings(Ok(vec![vetted("submission", 1); 5000])).len(), MOST);
    }

    #[test]
    fn a_fault_is_no_finding() {
        assert_eq!(findings(Err(Fault::new("vet is not there"))), []);
    }

    #[test]
    fn a_cue_that_nobody_hears_does_nothing() {
        Cue::default().give();
    }
}
