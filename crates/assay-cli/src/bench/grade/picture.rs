//! Where the time of one grading goes, as a picture: a row for each box, in the order of their starts.

use std::fmt::Write as _;

use super::{Measured, go_test};

const WIDTH: f64 = 900.0;
const LABELS: f64 = 130.0;
const ROW: f64 = 22.0;

/// An SVG, readable on light and on dark.
pub(super) fn draw(measured: &Measured) -> String {
    let whole = measured.contenders["assay"].median_ms;
    let race = measured.contenders[go_test::RACE.name].median_ms;
    let scale = (WIDTH - LABELS - 10.0) / race.max(whole).max(1.0);
    let mut runs = measured.runs.clone();
    runs.sort_by_key(|r| r.from);
    let mut rows = String::new();
    let mut y = 34.0;
    let mut row = |name: &str, from: f64, took: f64, colour: &str| {
        let (x, width) = (LABELS + from * scale, (took * scale).max(1.0));
        let _ = writeln!(
            rows,
            r#"<text x="{:.0}" y="{:.0}" text-anchor="end">{name}</text><rect x="{x:.1}" y="{:.0}" width="{width:.1}" height="14" fill="{colour}"/><text x="{:.1}" y="{:.0}">{took:.0} ms</text>"#,
            LABELS - 8.0,
            y + 11.0,
            y,
            (x + width + 5.0).min(WIDTH - 60.0),
            y + 11.0,
        );
        y += ROW;
    };
    for run in &runs {
        let ms = |d: std::time::Duration| d.as_secs_f64() * 1000.0;
        row(&run.name(), ms(run.from), ms(run.took), colour(run.stage));
    }
    row("assay", 0.0, whole, "#7a869a");
    row(go_test::RACE.name, 0.0, race, "#7a869a");
    let height = y + 8.0;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12" fill="#7a869a" role="img">
<title>Where the time of one grading of {0} goes</title>
<text x="10" y="18" font-size="14">{0}: one grading, {1:.0} ms from the call to the verdict; go test -race {2:.0} ms</text>
{rows}</svg>
"##,
        measured.exercise, whole, race
    )
}

fn colour(stage: &str) -> &'static str {
    match stage {
        "screen" => "#8a63d2",
        "compile" => "#2f7ed8",
        "link" => "#d98324",
        _ => "#2e9e5b",
    }
}
