//! The file of what was measured, `figures.toml` beside the exercises.

use std::fs;
use std::path::Path;

use assay_content::{Figure, Figures};

use crate::problem::Problem;

/// Name of the file in a folder of content.
const FILE: &str = "figures.toml";

/// Change what `content` says of the exercise `slug`. What else stands there stays.
pub(crate) fn keep(content: &Path, slug: &str, change: impl FnOnce(&mut Figure)) -> Result<(), Problem> {
    let path = &content.join(FILE);
    let text = match fs::read_to_string(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|e| Problem::path("read", path, &e))?,
    };
    let mut figures = Figures::read(path, &text)
        .map_err(|e| Problem::input(e.to_string(), "mend the line, or remove the file and measure anew"))?;
    change(figures.0.entry(slug.to_owned()).or_default());
    fs::write(path, figures.text()).map_err(|e| Problem::path("write", path, &e))
}

#[cfg(test)]
mod tests {
    use assay_content::Flakes;

    use super::*;

    #[test]
    fn figures_of_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let kills = "mutants = 2\nkilled = 1\nequivalent = 0\ntimes = 3\ndate = \"2026-11-22\"\n";
        fs::write(&path, format!("[other]\nflake_iterations = 5\nflake_failures = 0\n[a]\n{kills}")).unwrap();
        keep(folder.path(), "a", |figure| figure.flakes = Some(Flakes { iterations: 7, failures: 1 }))
            .unwrap();
        let figures = Figures::read(&path, &fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(figures.0["other"].flakes.map(|f| f.iterations), Some(5));
        assert_eq!(figures.0["a"].flakes.map(|f| f.failures), Some(1));
        assert_eq!(figures.0["a"].kills.as_ref().map(|k| k.times), Some(3));
    }
}
