use std::fmt::Write as _;

use assay_core::{Figure, Verdict};

use crate::text::{BAD, DIM, GOOD, inert, paint};

/// Longest bar, characters.
const LONGEST: u64 = 40;

/// Three bars from the same edge: what was measured, what is allowed, and what the reference takes.
pub(crate) fn bars(f: &Figure) -> String {
    let against = inert(&f.against);
    let rows =
        [("measured", f.measured, BAD), ("allowed", f.allowed, GOOD), (against.as_str(), f.reference, DIM)];
    let longest = rows.iter().map(|(_, value, _)| *value).max().unwrap_or_default().max(1);
    let widest = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for (name, value, style) in rows {
        let length = (u128::from(value) * u128::from(LONGEST)).div_ceil(u128::from(longest)) as usize;
        let _ = writeln!(
            out,
            "    {name:<widest$}  {} {}",
            paint(style, &"━".repeat(length)),
            f.what.shown(value)
        );
    }
    out
}

/// One line a budget: what was measured, what is allowed, and what the reference takes.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut out = String::new();
    let widest = figures.iter().map(|f| f.benchmark.len()).max().unwrap_or_default();
    for f in figures {
        let (style, verdict) = if f.holds() { (GOOD, Verdict::Accepted) } else { (BAD, Verdict::Budget) };
        let mark = paint(style, &verdict.mark().to_string());
        let [measured, allowed, reference] =
            [f.measured, f.allowed, f.reference].map(|value| f.what.shown(value));
        let name = inert(&f.benchmark);
        let beside = format!("allowed {allowed}, {} {reference}", inert(&f.against));
        let what = f.what.name();
        let _ = writeln!(
            out,
            "         {mark} {name:<widest$}  {what:<9}  {measured:>8}  {}",
            paint(DIM, &beside)
        );
    }
    out
}
