use serde::{Deserialize, Serialize};

use crate::{Evidence, PassName, Report, TestStatus};

/// A stage of a grading, for progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Reading the files against the policy.
    Screen,
    /// Compiling and linking.
    Build,
    /// Running the plain pass.
    Plain,
    /// Running the race pass.
    Race,
    /// Running under perturbed schedules.
    Stress,
    /// Running once more to see what a run looks like.
    Observe,
    /// Measuring benchmarks.
    Bench,
    /// Weighing what was found.
    Judge,
}

/// What happens to one submission, in order. A stream of these ends with exactly one `Finished`, `Faulted` or `Canceled`; terminal,
/// page and tests fold the same stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It waits; `position` 1 is next.
    Queued {
        /// Place in the queue, from 1.
        position: usize,
    },
    /// A grader has it. `attempt` counts from 1.
    Started {
        /// Which try this is; more than 1 after a fault of ours.
        attempt: u32,
    },
    /// A stage begins. Stages of the two passes may overlap.
    Step {
        /// Which.
        step: Step,
    },
    /// The tests that a pass will run, in order.
    Plan {
        /// Which pass.
        pass: PassName,
        /// Their names.
        tests: Vec<String>,
    },
    /// One test of one pass is done for now (a later repetition may make it worse).
    Test {
        /// Which pass.
        pass: PassName,
        /// Which test.
        name: String,
        /// How it ended.
        status: TestStatus,
        /// Milliseconds.
        duration_ms: u64,
    },
    /// The first thing that a pass showed, while the rest still runs: for whoever waits. Only the report weighs it; a repetition may
    /// clear a test of it.
    Evidence {
        /// Which pass.
        pass: PassName,
        /// What it showed.
        evidence: Box<Evidence>,
    },
    /// The verdict: always the last.
    Finished {
        /// All of it.
        report: Box<Report>,
    },
    /// Our fault, and no more tries: always the last. The attempt is not charged.
    Faulted {
        /// What happened, for the candidate: never internals.
        message: String,
    },
    /// It was called back before there was a verdict: always the last.
    Canceled,
    /// Something that a newer version tells on the way; to be passed over.
    Unknown,
}

impl Event {
    /// One that any version may have written. What this one does not know is `Unknown`, unless it is the end: that has to be understood.
    pub fn read(json: &str) -> serde_json::Result<Event> {
        serde_json::from_str(json).or_else(|error| {
            let value: serde_json::Value = serde_json::from_str(json)?;
            match value["type"].as_str() {
                None | Some("finished" | "faulted" | "canceled") => Err(error),
                Some(_) => Ok(Event::Unknown),
            }
        })
    }

    /// Whether nothing follows.
    pub fn is_last(&self) -> bool {
        matches!(self, Event::Finished { .. } | Event::Faulted { .. } | Event::Canceled)
    }
}

/// An event with its number in the submission's stream, from 1, so that a reader can go on from where it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// Number, from 1, without gaps.
    pub seq: u64,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

impl Numbered {
    /// One with its number, read as [`Event::read`] does.
    pub fn read(json: &str) -> serde_json::Result<Numbered> {
        #[derive(Deserialize)]
        struct Seq {
            seq: u64,
        }
        let Seq { seq } = serde_json::from_str(json)?;
        Ok(Numbered { seq, event: Event::read(json)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_newer_version_knows_is_passed_over_unless_it_is_the_end() {
        let read = |json: &str| Numbered::read(json).map(|n| (n.seq, n.event)).ok();
        let known = r#"{"seq": 3, "type": "queued", "position": 2, "more": true}"#;
        assert_eq!(read(known), Some((3, Event::Queued { position: 2 })));
        for passed_over in [
            r#"{"seq": 3, "type": "shouted", "how": "loud"}"#,
            r#"{"seq": 3, "type": "step", "step": "sing"}"#,
            r#"{"seq": 3, "type": "evidence", "pass": "plain", "evidence": {"kind": "hunch"}}"#,
        ] {
            assert_eq!(read(passed_over), Some((3, Event::Unknown)), "{passed_over}");
        }
        for broken in [
            r#"{"seq": 3, "type": "finished", "report": {}}"#,
            r#"{"seq": 3}"#,
            r#"{"type": "canceled"}"#,
            "3",
            "",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
