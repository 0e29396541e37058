//! What was measured of the exercises: `figures.toml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use crate::ContentError;
use crate::error::line_of;

/// Head of the file.
const HEAD: &str =
    "# Measured: `assay mutate --all --keep` writes the mutants, `assay flake --all --keep` the flakes.\n";

/// Figures by exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures(pub BTreeMap<String, Figure>);

/// What was measured of one exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// By mutation.
    pub kills: Option<Kills>,
    /// By running the tests of what is right again and again.
    pub flakes: Option<Flakes>,
}

/// How many wrong copies of right solutions the tests tell from these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kills {
    /// Mutants that were graded.
    pub mutants: u32,
    /// Of these, what the tests told.
    pub killed: u32,
    /// Of these, what is right as well.
    pub equivalent: u32,
    /// Gradings of each.
    pub times: u32,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
}

/// How often right solutions fail their tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flakes {
    /// Repetitions of all tests, summed over right solutions and flavours.
    pub iterations: u32,
    /// Tests that failed in them.
    pub failures: u32,
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    mutants: Option<u32>,
    killed: Option<u32>,
    equivalent: Option<u32>,
    times: Option<u32>,
    date: Option<String>,
    flake_iterations: Option<u32>,
    flake_failures: Option<u32>,
}

impl Figures {
    /// The figures in `text`; `path` is how the file is called in errors.
    pub fn read(path: &Path, text: &str) -> Result<Figures, ContentError> {
        let refuse = |line, message: String| ContentError { path: path.to_owned(), line, message };
        let rows: BTreeMap<String, Row> = toml::from_str(text).map_err(|e| {
            refuse(e.span().map(|span| line_of(text, span.start)), e.message().trim().to_owned())
        })?;
        let mut all = BTreeMap::new();
        for (slug, row) in rows {
            let figure = row.figure().map_err(|message| {
                let header = format!("[{slug}]");
                let line = (1..).zip(text.lines()).find(|(_, line)| line.trim() == header);
                refuse(line.map(|(n, _)| n), format!("`{slug}` {message}"))
            })?;
            all.insert(slug, figure);
        }
        Ok(Figures(all))
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut out = HEAD.to_owned();
        for (slug, figure) in &self.0 {
            let _ = writeln!(out, "\n[{slug}]");
            if let Some(Kills { mutants, killed, equivalent, times, date }) = &figure.kills {
                let _ = writeln!(
                    out,
                    "mutants = {mutants}\nkilled = {killed}\nequivalent = {equivalent}\ntimes = {times}\ndate = \"{date}\""
                );
            }
            if let Some(Flakes { iterations, failures }) = figure.flakes {
                let _ = writeln!(out, "flake_iterations = {iterations}\nflake_failures = {failures}");
            }
        }
        out
    }
}

impl Row {
    fn figure(self) -> Result<Figure, &'static str> {
        let kills = match (self.mutants, self.killed, self.equivalent, self.times, self.date) {
            (Some(mutants), Some(killed), Some(equivalent), Some(times), Some(date)) => {
                Some(Kills { mutants, killed, equivalent, times, date })
            }
            (None, None, None, None, None) => None,
            _ => return Err("needs all of mutants, killed, equivalent, times and date, or none of them"),
        };
        if kills
            .as_ref()
            .is_some_and(|k| u64::from(k.killed) + u64::from(k.equivalent) > u64::from(k.mutants))
        {
            return Err("has more killed and equivalent mutants than mutants");
        }
        let flakes = match (self.flake_iterations, self.flake_failures) {
            (Some(iterations), Some(failures)) if failures <= iterations => {
                Some(Flakes { iterations, failures })
            }
            (None, None) => None,
            (Some(_), Some(_)) => return Err("has more flake_failures than flake_iterations"),
            _ => return Err("needs both flake_iterations and flake_failures, or none of them"),
        };
        Ok(Figure { kills, flakes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[a-b]\nmutants = 9\nkilled = 7\nequivalent = 1\ntimes = 2\ndate = \"2026-11-22\"\n\n\
                        [c]\nflake_iterations = 500\nflake_failures = 0\n";

    #[track_caller]
    fn refused(text: &str, want: &str) {
        assert_eq!(Figures::read(Path::new("f.toml"), text).unwrap_err().to_string(), want);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let figures = Figures::read(Path::new("f.toml"), GOOD).unwrap();
        assert_eq!(figures.text(), format!("{HEAD}\n{GOOD}"));
        assert_eq!(Figures::read(Path::new("f.toml"), &figures.text()), Ok(figures));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_line() {
        refused(
            &GOOD.replace("times = 2\n", ""),
            "f.toml:1: `a-b` needs all of mutants, killed, equivalent, times and date, or none of them",
        );
        refused(
            &GOOD.replace("killed = 7", "killed = 9"),
            "f.toml:1: `a-b` has more killed and equivalent mutants than mutants",
        );
        refused(
            &GOOD.replace("failures = 0", "failures = 501"),
            "f.toml:8: `c` has more flake_failures than flake_iterations",
        );
        refused(
            &GOOD.replace("times", "tims"),
            "f.toml:5: unknown field `tims`, expected one of `mutants`, `killed`, `equivalent`, `times`, `date`, `flake_iterations`, `flake_failures`",
        );
    }
}
