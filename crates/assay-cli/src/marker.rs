use std::path::Path;

use assay_content::Exercise;
use assay_core::Slug;
use serde::Deserialize;

use crate::problem::Problem;

/// The file that says which exercise a folder is for.
pub(crate) const NAME: &str = ".assay.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marker {
    exercise: Slug,
}

/// What to write into the marker of a folder for `exercise`.
pub(crate) fn text(exercise: &Exercise) -> String {
    format!("# Tells `assay check` which exercise this folder is for.\nexercise = \"{}\"\n", exercise.slug)
}

/// The exercise that `dir` is for, by its marker.
pub(crate) fn read(dir: &Path) -> Result<Slug, Problem> {
    let path = dir.join(NAME);
    let text = std::fs::read_to_string(&path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Problem::input(
            format!("`{}` does not say which exercise it is for", dir.display()),
            "add --exercise SLUG; `assay list` names them, and `assay start` makes folders that say it",
        ),
        _ => Problem::path("read", &path, &e),
    })?;
    let marker: Marker = toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(1, |s| 1 + text[..s.start].matches('\n').count());
        Problem::input(
            format!("`{}:{line}`: {}", path.display(), e.message()),
            "it holds one line, such as exercise = \"worker-pool\"",
        )
    })?;
    Ok(marker.exercise)
}
