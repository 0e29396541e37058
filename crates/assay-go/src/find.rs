//! Which Go to use.

use std::path::{Path, PathBuf};

use assay_core::Fault;
use assay_sandbox::host::Tool;

/// The architecture's name as Go writes it.
pub(crate) const GOARCH: &str = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };

/// Oldest Go that has what grading needs (goroutine leak profile, `testing/synctest`).
const OLDEST: (u32, u32) = (1, 27);

/// A toolchain as found.
pub(crate) struct Toolchain {
    /// GOROOT.
    pub(crate) root: PathBuf,
    /// E.g. `go1.27.3`.
    pub(crate) release: String,
}

/// `ASSAY_GO` (a GOROOT or a `go` program), else `go` on PATH, else the newest `go-*` folder under `tools`.
pub(crate) fn toolchain(tools: &Path) -> Result<Toolchain, Fault> {
    if let Some(given) = std::env::var_os("ASSAY_GO").filter(|v| !v.is_empty()) {
        let given = PathBuf::from(given);
        let found = inspect(&given).map_err(|why| {
            Fault::new(format!("ASSAY_GO={}: {why}", given.display()))
                .advise("point it at a Go 1.27 or newer (its folder or its `go` program), or unset it")
        })?;
        return Ok(found);
    }
    let on_path =
        std::env::var_os("PATH").into_iter().flat_map(|p| std::env::split_paths(&p).collect::<Vec<_>>());
    let candidates = on_path.map(|d| d.join("go")).filter(|p| p.is_file()).chain(installed(tools));
    let mut refused = Vec::new();
    for candidate in candidates {
        match inspect(&candidate) {
            Ok(found) => return Ok(found),
            Err(why) => refused.push(format!("{}: {why}", candidate.display())),
        }
    }
    let seen =
        if refused.is_empty() { String::new() } else { format!("; passed over {}", refused.join(", ")) };
    Err(Fault::new(format!("no Go 1.27 or newer found on PATH or in {}{seen}", tools.display()))
        .advise("start through `./x`, which installs a pinned one, or set ASSAY_GO"))
}

fn installed(tools: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(tools).into_iter().flatten().flatten().map(|e| e.path());
    let mut found: Vec<PathBuf> = entries
        .filter(|p| {
            p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("go-"))
                && p.join("bin/go").is_file()
        })
        .collect();
    found.sort();
    found.reverse();
    found
}

/// GOROOT and release of a `go` program or a GOROOT folder, or why it does not serve.
fn inspect(given: &Path) -> Result<Toolchain, String> {
    let program = if given.is_dir() { given.join("bin/go") } else { given.to_owned() };
    let output = Tool::new(&program)
        .args(["env", "GOROOT", "GOVERSION"])
        .env("GOTOOLCHAIN", "local")
        .env("HOME", "/nonexistent")
        .run()
        .map_err(|f| f.to_string())?;
    if !output.succeeded() {
        return Err(format!("`go env` failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let text = output.text();
    let mut lines = text.lines();
    let (root, release) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    match parse(release) {
        Some(version) if version >= OLDEST => {
            Ok(Toolchain { root: root.into(), release: release.to_owned() })
        }
        Some((major, minor)) => Err(format!("is Go {major}.{minor}, older than 1.27")),
        None => Err(format!("`go env GOVERSION` said {release:?}")),
    }
}

/// `go1.27.3`, `go1.28rc1`, `devel go1.28-abc` → (1, 27).
fn parse(release: &str) -> Option<(u32, u32)> {
    let (_, numbers) = release.split_once("go")?;
    let mut parts = numbers.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
    Some((major, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn releases_are_read_as_go_writes_them() {
        for (text, want) in [
            ("go1.27.3", Some((1, 27))),
            ("go1.28rc1", Some((1, 28))),
            ("devel go1.28-0123abc", Some((1, 28))),
            ("go1.19", Some((1, 19))),
            ("", None),
            ("gofish", None),
        ] {
            assert_eq!(parse(text), want, "{text}");
        }
    }
}
