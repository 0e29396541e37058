//! From times to figures.

use std::time::Duration;

use serde::Serialize;

/// Times of one contender, milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Figures {
    pub(super) n: usize,
    pub(super) min_ms: f64,
    pub(super) median_ms: f64,
    pub(super) p95_ms: f64,
}

impl Figures {
    /// Of at least one time.
    pub(super) fn of(times: &[Duration]) -> Figures {
        let mut ms: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        ms.sort_by(f64::total_cmp);
        let at = |share: f64| {
            ms.get(((ms.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(f64::NAN)
        };
        Figures { n: ms.len(), min_ms: round(at(0.0)), median_ms: round(at(0.5)), p95_ms: round(at(0.95)) }
    }
}

/// To a microsecond, or a thousandth of a ratio.
pub(super) fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The middle one.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_of_the_sorted_times() {
        let times: Vec<Duration> = (1..=101).rev().map(Duration::from_millis).collect();
        let figures = Figures::of(&times);
        assert_eq!(figures, Figures { n: 101, min_ms: 1.0, median_ms: 51.0, p95_ms: 96.0 });
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
