use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a budget limits: what one iteration of a benchmark costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Measure {
    /// Allocations.
    #[serde(rename = "allocs/op")]
    Allocs,
    /// Bytes allocated.
    #[serde(rename = "bytes/op")]
    Bytes,
    /// Processor time, picoseconds.
    #[serde(rename = "time")]
    Time,
}

impl Measure {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Allocs => "allocs/op",
            Measure::Bytes => "bytes/op",
            Measure::Time => "time",
        }
    }

    /// `value` as a person reads it: a count, or a time with its unit.
    pub fn shown(self, value: u64) -> String {
        match self {
            Measure::Allocs | Measure::Bytes => value.to_string(),
            Measure::Time => time(value),
        }
    }

    /// What stands behind a shown value.
    fn unit(self) -> &'static str {
        match self {
            Measure::Allocs => " allocs/op",
            Measure::Bytes => " B/op",
            Measure::Time => "/op",
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What one iteration of a benchmark cost, beside what it may cost and what it costs the reference in the same grading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Name of the Go function.
    pub benchmark: String,
    /// What was measured.
    pub what: Measure,
    /// An iteration of the submission: a number, bytes or picoseconds.
    pub measured: u64,
    /// The most that it may be; more is over budget.
    pub allowed: u64,
    /// The same of the reference.
    pub reference: u64,
    /// What the reference is: `start`, or the name of a right solution.
    pub against: String,
}

impl Figure {
    /// Whether the budget holds.
    pub fn holds(&self) -> bool {
        self.measured <= self.allowed
    }

    /// `BenchmarkSubmit: 7 allocs/op, allowed 2 (start: 9)`
    pub fn sentence(&self) -> String {
        let Figure { benchmark, what, measured, allowed, reference, against } = self;
        let [measured, allowed, reference] = [measured, allowed, reference].map(|v| what.shown(*v));
        format!("{benchmark}: {measured}{}, allowed {allowed} ({against}: {reference})", what.unit())
    }
}

/// Picoseconds with three digits and the unit that suits them.
fn time(picoseconds: u64) -> String {
    let mut value = picoseconds as f64 / 1e3;
    let mut unit = "ns";
    for larger in ["µs", "ms", "s"] {
        if value < 999.5 {
            break;
        }
        value /= 1e3;
        unit = larger;
    }
    let digits = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_one_sentence() {
        let figure = |what, measured, allowed, reference| Figure {
            benchmark: "BenchmarkSubmit".into(),
            what,
            measured,
            allowed,
            reference,
            against: "start".into(),
        };
        for (figure, holds, want) in [
            (figure(Measure::Allocs, 7, 2, 9), false, "7 allocs/op, allowed 2 (start: 9)"),
            (figure(Measure::Bytes, 256, 256, 1024), true, "256 B/op, allowed 256 (start: 1024)"),
            (
                figure(Measure::Time, 1_240_000, 200_000, 400_000),
                false,
                "1.24 µs/op, allowed 200 ns (start: 400 ns)",
            ),
        ] {
            assert_eq!(figure.sentence(), format!("BenchmarkSubmit: {want}"));
            assert_eq!(figure.holds(), holds);
        }
    }

    #[test]
    fn times_have_three_digits() {
        for (ps, want) in [
            (0, "0.00 ns"),
            (1_234, "1.23 ns"),
            (12_345, "12.3 ns"),
            (123_456, "123 ns"),
            (999_600, "1.00 µs"),
            (45_600_000_000, "45.6 ms"),
            (7_000_000_000_000, "7.00 s"),
            (u64::MAX, "18446744 s"),
        ] {
            assert_eq!(time(ps), want, "{ps}");
        }
    }
}
