use std::str::FromStr;
use std::time::Duration;

use assay_sandbox::Limits;

/// The box's limits as one word of the command line: `wall=5,memory=256m`. What is not named keeps its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LimitWords(pub(crate) Limits);

/// What can be named, for messages.
const NAMES: &str =
    "wall, cpu, step, idle (seconds, or 300ms), memory, output, disk (bytes, or 64k, 256m, 1g), pids";

impl FromStr for LimitWords {
    type Err = String;

    fn from_str(words: &str) -> Result<LimitWords, String> {
        let mut limits = Limits::default();
        for word in words.split(',').filter(|word| !word.is_empty()) {
            let (name, value) =
                word.split_once('=').ok_or_else(|| format!("`{word}` is not of the form name=value"))?;
            match name {
                "wall" => limits.wall = time(value)?,
                "cpu" => limits.cpu = time(value)?,
                "step" => limits.step = Some(time(value)?),
                "idle" => limits.idle = Some(time(value)?),
                "memory" => limits.memory = size(value)?,
                "output" => limits.output = size(value)?,
                "disk" => limits.disk = size(value)?,
                "pids" => limits.pids = value.parse().map_err(|e| format!("pids={value}: {e}"))?,
                _ => return Err(format!("there is no limit `{name}`; there are {NAMES}")),
            }
        }
        Ok(LimitWords(limits))
    }
}

/// `5`, `0.3`, `300ms`; at most a day.
fn time(text: &str) -> Result<Duration, String> {
    const MOST: f64 = 86_400.0;
    let (number, unit) = text.strip_suffix("ms").map_or((text, 1.0), |number| (number, 0.001));
    let seconds = number.trim_end_matches('s').parse::<f64>().ok().map(|n| n * unit);
    match seconds {
        Some(seconds) if seconds > 0.0 && seconds <= MOST => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("`{text}` is no time: seconds or 300ms, more than nothing and at most a day")),
    }
}

/// `4096`, `64k`, `256m`, `1g`.
fn size(text: &str) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &lower[digits.len()..] {
        "" => Some(0),
        "k" | "kib" => Some(10),
        "m" | "mib" => Some(20),
        "g" | "gib" => Some(30),
        _ => None,
    };
    let bytes = shift.and_then(|shift| digits.parse::<u64>().ok()?.checked_mul(1 << shift));
    bytes.ok_or_else(|| format!("`{text}` is no size: bytes, or 64k, 256m, 1g"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_changes_and_the_rest_stays() {
        let LimitWords(limits) = "wall=5,cpu=0.5,idle=300ms,memory=256m,pids=7,disk=0".parse().unwrap();
        let expect = Limits {
            wall: Duration::from_secs(5),
            cpu: Duration::from_millis(500),
            idle: Some(Duration::from_millis(300)),
            memory: 256 << 20,
            pids: 7,
            disk: 0,
            ..Limits::default()
        };
        assert_eq!(limits, expect);
        assert_eq!("".parse(), Ok(LimitWords(Limits::default())));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (words, expect) in [
            ("wall", "`wall` is not of the form"),
            ("speed=1", "no limit `speed`"),
            ("wall=0", "`0` is no time"),
            ("wall=-1", "`-1` is no time"),
            ("wall=NaN", "`NaN` is no time"),
            ("wall=1e9", "`1e9` is no time"),
            ("memory=1x", "`1x` is no size"),
            ("memory=99999999999g", "is no size"),
            ("pids=-1", "pids=-1"),
        ] {
            let error = words.parse::<LimitWords>().unwrap_err();
            assert!(error.contains(expect), "{words}: {error}");
        }
    }
}
