//! GoKer: real concurrency bugs of large projects, cut down to a file each (Yuan et al., CGO 2021). A folder for each bug, with a
//! README whose table holds its label.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assay_core::Verdict;

use super::case::{self, Call, Case, Effort, Expected};
use crate::problem::Problem;

/// All bugs below `dir`, `seconds` for each.
pub(super) fn cases(dir: &Path, seconds: u64) -> Result<Vec<Case>, Problem> {
    let mut folders = vec![];
    find(dir, &mut folders)?;
    folders.sort();
    let stress = Duration::from_secs(seconds.saturating_sub(SHORT_PASSES).max(1));
    folders
        .iter()
        .map(|folder| read(dir, folder, Effort { language: LANGUAGE, repetitions: 3, stress }))
        .collect()
}

/// Some of the bugs are loop variables that goroutines share: since Go 1.22 they are none.
const LANGUAGE: &str = "1.21";

/// What compiling, the plain and the race pass take of a bug's time, seconds.
const SHORT_PASSES: u64 = 6;

/// Folders with a README and a test file.
fn find(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let entries = fs::read_dir(dir).map_err(|e| Problem::path("read", dir, &e))?;
    let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    if paths.iter().any(|p| p.ends_with("README.md")) && paths.iter().any(|p| is_test(p)) {
        found.push(dir.to_owned());
    }
    paths.iter().filter(|p| p.is_dir()).try_for_each(|p| find(p, found))
}

fn is_test(path: &Path) -> bool {
    path.to_str().is_some_and(|p| p.ends_with("_test.go"))
}

fn read(root: &Path, folder: &Path, effort: Effort) -> Result<Case, Problem> {
    let name = folder.strip_prefix(root).unwrap_or(folder).to_string_lossy().into_owned();
    let text = |path: &Path| fs::read_to_string(path).map_err(|e| Problem::path("read", path, &e));
    let entries = fs::read_dir(folder).map_err(|e| Problem::path("read", folder, &e))?;
    let mut files = vec![];
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| is_test(path)) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((file, text(&path)?));
    }
    let tests = files.iter().flat_map(|(_, text)| case::tests(text));
    let calls: Vec<Call> = tests.map(|test| Call::of_test(&test)).collect();
    let label = label(&text(&folder.join("README.md"))?).ok_or_else(|| {
        Problem::input(format!("{name} has no label"), "its README.md should hold GoKer's table row")
    })?;
    let expected = Expected { test: None, verdicts: right(&label), label };
    case::case(&name, "goker", files, &calls, effort, vec![expected])
}

/// `Blocking | Mixed Deadlock | Channel & Lock`, from the one row of the README's table.
fn label(readme: &str) -> Option<String> {
    let row = readme.lines().find(|line| line.starts_with("|["))?;
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    cells.get(3..6).map(|cells| cells.join(" · "))
}

/// The verdicts that a senior reader would call right for a label.
fn right(label: &str) -> Vec<Verdict> {
    use Verdict::{DataRace, Deadlock, Failed, Leak, Panic};
    let has = |word| label.contains(word);
    match () {
        // A goroutine that waits for ever is a leak to the test that has ended, and a deadlock to the one that waits for it.
        () if label.starts_with("Blocking") => vec![Deadlock, Leak],
        () if has("Data race") || has("Anonymous function") => vec![DataRace],
        // The detector sees the race on the channel or counter if it is quicker than the panic.
        () if has("Misuse channel") || has("WaitGroup") => vec![Panic, DataRace],
        () => vec![Panic, DataRace, Failed],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_stands_in_the_tables_row() {
        let readme = "# GoKer\n\n| Bug ID|  Ref | Patch | Type | SubType | SubsubType |\n| ----  |\n|[x#1]|[pull request]|[patch]| Blocking | Mixed Deadlock | Channel & Lock |\n";
        assert_eq!(label(readme).as_deref(), Some("Blocking · Mixed Deadlock · Channel & Lock"));
        assert_eq!(right("Blocking · Mixed Deadlock · Channel & Lock"), [Verdict::Deadlock, Verdict::Leak]);
        assert_eq!(right("NonBlocking · Traditional · Data race"), [Verdict::DataRace]);
    }
}
