//! ARCHITECTURE.md is true: crates depend on what its table allows, and only assay-sandbox starts processes or is unsafe.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use assay_tests::root;

/// What the table allows each crate of ours to depend on, by crate name without `assay-`; `None` for "all".
fn allowed() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
        let [place, _, may] = cells[..] else { return None };
        let name = place.strip_prefix("`crates/assay-")?.strip_suffix('`')?.to_owned();
        let may = match may {
            "all" => None,
            "-" => Some(BTreeSet::new()),
            list => Some(list.split(", ").map(str::to_owned).collect()),
        };
        Some((name, may))
    });
    rows.collect()
}

/// The crates of ours in one table of a manifest, without `assay-`.
fn ours(manifest: &toml::Table, section: &str) -> BTreeSet<String> {
    let names = manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
    names.filter_map(|n| n.strip_prefix("assay-")).map(str::to_owned).collect()
}

#[test]
fn crates_depend_on_what_the_table_allows() {
    let allowed = allowed();
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(root().join("crates")).expect("crates/") {
        let dir = entry.expect("an entry of crates/").path();
        let text = fs::read_to_string(dir.join("Cargo.toml")).expect("a crate has a Cargo.toml");
        let manifest: toml::Table = text.parse().expect("Cargo.toml is TOML");
        let folder = dir.file_name().expect("a name").to_string_lossy().into_owned();
        let name = folder.strip_prefix("assay-").unwrap_or(&folder).to_owned();
        let may = allowed.get(&name).unwrap_or_else(|| panic!("{folder} has no row in ARCHITECTURE.md"));
        let mut uses = ours(&manifest, "dependencies");
        uses.extend(ours(&manifest, "build-dependencies"));
        if let Some(may) = may {
            let extra: Vec<_> = uses.difference(may).collect();
            assert!(extra.is_empty(), "{folder} depends on {extra:?}, which ARCHITECTURE.md does not allow");
        }
        seen.insert(name);
    }
    let gone: Vec<_> = allowed.keys().filter(|n| !seen.contains(*n)).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names crates that are not there: {gone:?}");
}

/// Every Rust source of the workspace's crates, with its path from the root.
fn sources() -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, out: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(dir).expect("a folder").map(|e| e.expect("an entry").path()) {
            if entry.is_dir() {
                walk(&entry, out);
            } else if entry.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&entry).expect("source is text");
                out.push((entry.strip_prefix(root()).expect("in the repository").to_owned(), text));
            }
        }
    }
    let mut out = Vec::new();
    walk(&root().join("crates"), &mut out);
    out
}

/// Places outside assay-sandbox where a line of code (comments aside) holds one of `words`.
fn places(words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources().iter().filter(|(p, _)| !p.starts_with("crates/assay-sandbox")) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|w| code.contains(w)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn only_the_sandbox_is_unsafe_or_starts_processes() {
    let words =
        ["unsafe {", "unsafe fn", "unsafe impl", "allow(unsafe_code)", "process::Command", "Command::new("];
    assert_eq!(places(&words), [""; 0]);
    let sandbox = sources().into_iter().filter(|(p, _)| p.starts_with("crates/assay-sandbox"));
    let uses: Vec<String> = sandbox.map(|(_, text)| text).collect();
    for word in ["unsafe {", "Command::new("] {
        assert!(uses.iter().any(|t| t.contains(word)), "this test no longer knows what {word:?} looks like");
    }
}

#[test]
fn only_the_web_knows_http_and_only_the_store_knows_sql() {
    for (dependency, owner) in [("axum", "assay-web"), ("sqlx", "assay-store")] {
        for entry in fs::read_dir(root().join("crates")).expect("crates/") {
            let dir = entry.expect("an entry").path();
            let text = fs::read_to_string(dir.join("Cargo.toml")).expect("Cargo.toml");
            let manifest: toml::Table = text.parse().expect("TOML");
            let has = manifest["dependencies"].as_table().is_some_and(|t| t.contains_key(dependency));
            assert_eq!(has, dir.ends_with(owner), "{dependency} in {}", dir.display());
        }
    }
}
