//! Budgets: what was measured beside what is allowed.

use assay_core::Figure;

use super::shown::Shown;
use super::verdict::Sign;

/// One budget, ready to be drawn.
pub(crate) struct Row {
    pub(crate) sign: Sign,
    pub(crate) benchmark: Shown,
    pub(crate) what: &'static str,
    pub(crate) measured: String,
    pub(crate) allowed: String,
    pub(crate) reference: String,
    /// What the reference is.
    pub(crate) against: Shown,
    pub(crate) bars: Bars,
}

/// Lengths from 0 to 100, the longest 100.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bars {
    pub(crate) measured: u64,
    pub(crate) allowed: u64,
    pub(crate) reference: u64,
}

impl From<&Figure> for Row {
    fn from(f: &Figure) -> Row {
        let holds = if f.holds() { assay_core::Verdict::Accepted } else { assay_core::Verdict::Budget };
        let word = if f.holds() { "holds" } else { "over" };
        Row {
            sign: Sign { word, ..Sign::from(holds) },
            benchmark: Shown::new(&f.benchmark),
            what: f.what.name(),
            measured: f.what.shown(f.measured),
            allowed: f.what.shown(f.allowed),
            reference: f.what.shown(f.reference),
            against: Shown::new(&f.against),
            bars: Bars::of(f),
        }
    }
}

impl Bars {
    fn of(f: &Figure) -> Bars {
        let longest = f.measured.max(f.allowed).max(f.reference).max(1);
        let length = |value: u64| (u128::from(value) * 100 / u128::from(longest)) as u64;
        Bars { measured: length(f.measured), allowed: length(f.allowed), reference: length(f.reference) }
    }
}

#[cfg(test)]
mod tests {
    use assay_core::Measure;

    use super::*;

    #[test]
    fn the_longest_bar_is_whole() {
        for (figure, want) in
            [([7, 2, 9], [77, 22, 100]), ([0, 0, 0], [0, 0, 0]), ([u64::MAX, 1, 0], [100, 0, 0])]
        {
            let [measured, allowed, reference] = figure;
            let figure = Figure {
                benchmark: "BenchmarkA".into(),
                what: Measure::Allocs,
                measured,
                allowed,
                reference,
                against: "start".into(),
            };
            let [measured, allowed, reference] = want;
            assert_eq!(Bars::of(&figure), Bars { measured, allowed, reference });
        }
    }
}
