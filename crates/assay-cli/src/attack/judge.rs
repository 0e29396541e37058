//! Whether an outcome is safe.

use assay_sandbox::{Exit, Killed, Outcome};

use super::table::Safe;

/// What must never leave a box: the text of the secret file that [`super::bait`] lays out.
pub(super) const CANARY: &[u8] = b"attack-canary-a-secret-of-the-host";

/// `Err` says why it is not safe.
pub(super) fn judge(safe: Safe, outcome: &Outcome) -> Result<(), String> {
    let streams = [&outcome.stdout.bytes, &outcome.stderr.bytes];
    if streams.into_iter().chain(&outcome.outputs).any(|bytes| holds(bytes, CANARY)) {
        return Err("it read the secret file of the host".to_owned());
    }
    let said = outcome.stdout.text();
    let reached: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("reached ")).collect();
    if !reached.is_empty() {
        return Err(format!("it reached {}", reached.join(", ")));
    }
    let other = || Err(format!("it ended with {:?}, killed: {:?}", outcome.exit, outcome.killed));
    match safe {
        Safe::Held if outcome.succeeded() && said == "held\n" => Ok(()),
        Safe::Ended(by) if outcome.killed.is_some_and(|why| by.contains(&why)) => {
            let cut = outcome.stdout.truncated || outcome.stderr.truncated;
            if outcome.killed == Some(Killed::Output) && !cut {
                return Err("its output was not cut".to_owned());
            }
            Ok(())
        }
        Safe::Refused if outcome.pids_refused || !outcome.usage.whole_box => Ok(()),
        Safe::Said(code, text) if outcome.killed.is_none() && outcome.exit == Exit::Code(code) => {
            let found = outcome.stderr.text().contains(text);
            if found { Ok(()) } else { Err(format!("its standard error does not say {text:?}")) }
        }
        Safe::Either(one, another) => judge(*one, outcome).or_else(|_| judge(*another, outcome)),
        _ => other(),
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_sandbox::{Captured, Usage};

    fn outcome(stdout: &str, killed: Option<Killed>) -> Outcome {
        Outcome {
            exit: if killed.is_some() { Exit::Signal(9) } else { Exit::Code(0) },
            killed,
            pids_refused: false,
            cpu_share_at_end: 0.0,
            usage: Usage { whole_box: true, ..Usage::default() },
            stdout: Captured { bytes: stdout.into(), truncated: false },
            stderr: Captured::default(),
            outputs: vec![],
        }
    }

    #[test]
    fn only_the_asserted_outcome_is_safe() {
        let ok = |safe, stdout: &str, killed| judge(safe, &outcome(stdout, killed)).is_ok();
        assert!(ok(Safe::Held, "held\n", None));
        assert!(!ok(Safe::Held, "", None), "it must have come to its end");
        assert!(!ok(Safe::Held, "reached ptrace\nheld\n", None));
        assert!(!ok(Safe::Held, "held\n", Some(Killed::Wall)));
        assert!(ok(Safe::Ended(&[Killed::Wall]), "", Some(Killed::Wall)));
        assert!(!ok(Safe::Ended(&[Killed::Memory]), "", Some(Killed::Wall)));
        assert!(!ok(Safe::Ended(&[Killed::Output]), "", Some(Killed::Output)), "nothing was cut");
        assert!(!ok(Safe::Refused, "", None));
        assert!(!ok(Safe::Said(66, "DATA RACE"), "", None));
        let either = Safe::Either(&Safe::Ended(&[Killed::Wall]), &Safe::Said(0, "no thread"));
        assert!(ok(either, "", Some(Killed::Wall)));
        assert!(!ok(either, "", Some(Killed::Memory)) && !ok(either, "", None), "neither of the two");
        let secret = format!("x{}", String::from_utf8_lossy(CANARY));
        assert!(!ok(Safe::Ended(&[Killed::Wall]), &secret, Some(Killed::Wall)));
    }
}
