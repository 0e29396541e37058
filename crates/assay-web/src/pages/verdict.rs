use assay_core::{TestStatus, Verdict};
use assay_store::{Record, State};

/// A verdict as it is drawn: shape, word, and the class that gives the colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sign {
    pub(crate) shape: char,
    pub(crate) word: &'static str,
    pub(crate) class: String,
}

impl From<Verdict> for Sign {
    fn from(verdict: Verdict) -> Sign {
        let word = verdict.name();
        Sign { shape: verdict.mark(), word, class: format!("v v-{}", word.to_ascii_lowercase()) }
    }
}

impl From<TestStatus> for Sign {
    fn from(status: TestStatus) -> Sign {
        let (shape, word, class) = match status {
            TestStatus::Passed => ('●', "passed", "v v-passed"),
            TestStatus::Failed => ('✕', "failed", "v v-failed"),
            TestStatus::NotRun => ('–', "not run", "v"),
        };
        Sign { shape, word, class: class.to_owned() }
    }
}

impl From<&Record> for Sign {
    fn from(record: &Record) -> Sign {
        let (shape, word) = match (record.verdict, record.state) {
            (Some(verdict), _) => return verdict.into(),
            (None, State::Queued) => ('·', "waits"),
            (None, State::Running | State::Finished) => ('…', "runs"),
            (None, State::Faulted) => ('!', "our fault"),
            (None, State::Canceled) => ('–', "called back"),
        };
        Sign { shape, word, class: "v".to_owned() }
    }
}
