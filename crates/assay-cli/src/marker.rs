use std::path::Path;

use assay_core::Slug;
use serde::Deserialize;

use crate::problem::Problem;
use crate::remote::ServerUrl;

/// The file that says which exercise a folder is for.
pub(crate) const NAME: &str = ".assay.toml";

/// What a folder is for.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Marker {
    /// Which exercise.
    pub(crate) exercise: Slug,
    /// The server that it is from, if it is from one.
    #[serde(default)]
    pub(crate) server: Option<ServerUrl>,
}

/// What to write into the marker of a folder for `exercise`.
pub(crate) fn text(exercise: &Slug, server: Option<&ServerUrl>) -> String {
    let server = server.map(|url| format!("server = \"{url}\"\n")).unwrap_or_default();
    format!("# Tells assay which exercise this folder is for.\nexercise = \"{exercise}\"\n{server}")
}

/// What `dir` is for, by its marker.
pub(crate) fn read(dir: &Path) -> Result<Marker, Problem> {
    let path = dir.join(NAME);
    let text = std::fs::read_to_string(&path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Problem::input(
            format!("`{}` does not say which exercise it is for", dir.display()),
            "add --exercise SLUG; `assay list` names them, and `assay start` makes folders that say it",
        ),
        _ => Problem::path("read", &path, &e),
    })?;
    toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(1, |s| 1 + text[..s.start].matches('\n').count());
        Problem::input(
            format!("`{}:{line}`: {}", path.display(), e.message()),
            "it holds a line such as exercise = \"worker-pool\"",
        )
    })
}
