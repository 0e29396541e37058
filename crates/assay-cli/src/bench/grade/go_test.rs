//! The bare tool: `go test` on the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assay_content::Exercise;
use assay_core::SourceFile;
use assay_sandbox::host::Tool;

use crate::places::Places;
use crate::problem::Problem;

/// A way of testing.
pub(super) struct Way {
    pub(super) name: &'static str,
    args: &'static [&'static str],
    gorace: &'static str,
}

pub(super) const PLAIN: Way = Way { name: "go test", args: &["test", "-count=1"], gorace: "" };
/// What everything is compared with.
pub(super) const RACE: Way = Way { name: "go test -race", args: &["test", "-race", "-count=1"], gorace: "" };
/// Without vet and without the detector's second of sleep at exit.
pub(super) const LEAN: Way = Way {
    name: "go test -race -vet=off, no exit sleep",
    args: &["test", "-race", "-vet=off", "-count=1"],
    gorace: "atexit_sleep_ms=0",
};

/// The tool, with a build cache of its own that knows the standard library.
pub(super) struct Bare {
    go: PathBuf,
    cache: PathBuf,
}

impl Bare {
    pub(super) fn new(go: PathBuf, places: &Places) -> Bare {
        Bare { go, cache: places.tools.join("bench-cache") }
    }

    /// How long it takes to say that all is well.
    pub(super) fn tested(&self, way: &Way, module: &Path) -> Result<Duration, Problem> {
        let tool = Tool::new(&self.go)
            .args(way.args)
            .cwd(module)
            .keep_env(&["PATH", "HOME"])
            .env("GOCACHE", &self.cache)
            .env("GOTOOLCHAIN", "local")
            .env("GOPROXY", "off")
            .env("GOFLAGS", "-mod=mod");
        let tool = if way.gorace.is_empty() { tool } else { tool.env("GORACE", way.gorace) };
        let begun = Instant::now();
        tool.run_ok()?;
        Ok(begun.elapsed())
    }
}

/// A module that holds the files and all tests, for the bare tool.
pub(super) fn module(exercise: &Exercise, files: &[SourceFile]) -> Result<tempfile::TempDir, Problem> {
    let folder =
        tempfile::tempdir().map_err(|e| Problem::path("use", Path::new("the temporary folder"), &e))?;
    let go_mod = format!("module assay.test/{}\n\ngo {}\n", exercise.package, exercise.language);
    let own = files.iter().map(|f| (f.path.as_str(), &f.content));
    let tests = exercise.visible.iter().chain(&exercise.hidden).map(|f| (f.name.as_str(), &f.content));
    for (name, text) in own.chain(tests).chain([("go.mod", &go_mod)]) {
        let path = folder.path().join(name);
        fs::write(&path, text).map_err(|e| Problem::path("write", &path, &e))?;
    }
    Ok(folder)
}
