//! Bands must hold each number of points exactly once.

use super::Band;
use crate::section::{At, Section};

/// Reads `[[part.band]]` and checks that the bands cover 0 to `points` without a hole and without an overlap.
pub(crate) fn bands(part: &mut Section<'_>, name: &str, points: Option<u32>) -> Vec<Band> {
    let tables = part.sections("band");
    let (written, first) = (tables.len(), tables.first().map(Section::line));
    let mut all: Vec<At<Band>> = tables.into_iter().filter_map(band).collect();
    all.sort_by_key(|b| (b.value.from, b.value.to));
    match points {
        Some(0) if written > 0 => {
            part.fault(first, format!("part `{name}` has no points, so it has no bands"));
        }
        Some(points) if points > 0 && written == 0 => {
            part.missing("band", &format!("tables `[[part.band]]` that cover 0 to {points}"));
        }
        // A band that cannot be read has been named; what it leaves open would only be noise.
        Some(points) if written == all.len() && written > 0 => cover(part, &all, points),
        _ => {}
    }
    all.into_iter().rev().map(|b| b.value).collect()
}

fn cover(part: &Section<'_>, all: &[At<Band>], points: u32) {
    let mut next = 0;
    let mut before: Option<&Band> = None;
    for At { line, value: band } in all {
        if let Some(before) = before.filter(|_| band.from < next) {
            part.fault(
                Some(*line),
                format!(
                    "`{}` ({}-{}) overlaps `{}` ({}-{}); each number of points belongs to one band",
                    band.name, band.from, band.to, before.name, before.from, before.to
                ),
            );
        } else if band.from > next {
            let hole = numbers(next, band.from - 1);
            part.fault(Some(*line), format!("no band below `{}` holds {hole}; close the hole", band.name));
        }
        next = next.max(band.to + 1);
        before = Some(band);
    }
    if let Some(At { line, value: last }) = all.last() {
        if next > points + 1 {
            part.fault(
                Some(*line),
                format!("`{}` goes up to {}, the part has {points} points", last.name, last.to),
            );
        } else if next <= points {
            let hole = numbers(next, points);
            part.fault(Some(*line), format!("no band above `{}` holds {hole}; close the hole", last.name));
        }
    }
}

fn numbers(from: u32, to: u32) -> String {
    if from == to { from.to_string() } else { format!("{from}-{to}") }
}

fn band(mut s: Section<'_>) -> Option<At<Band>> {
    let line = s.line();
    let name = s.text("name", "e.g. `name = \"strong\"`");
    let from = s.needed_within("from", 0, super::load::MOST_POINTS);
    let to = s.needed_within("to", 0, super::load::MOST_POINTS);
    let means = s.text("means", "what such an answer is like");
    if let Some((from, to)) = from.as_ref().zip(to.as_ref()).filter(|(from, to)| from.value > to.value) {
        let message = format!("the band goes from {} down to {}; exchange them", from.value, to.value);
        s.fault(Some(from.line), message);
        return None;
    }
    s.finish();
    let value = Band { name: name?.value, from: from?.value, to: to?.value, means: means?.value };
    Some(At { line, value })
}
