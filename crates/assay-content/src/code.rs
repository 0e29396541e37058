//! The folders that hold Go files.

use std::path::Path;

use assay_core::{FileName, SourceFile, Submission};

use crate::error::Problems;
use crate::exercise::TestFile;
use crate::folder::{Entry, Folder};
use crate::gosource::{package_clause, test_functions};
use crate::texts::{refuse_other, text};

/// The Go files of a folder of candidate's code, as a submission would carry them. `beside` may stand there too. With a
/// `package`, every file must be of it.
pub(crate) fn code_files(
    path: &Path,
    folder: &Folder,
    beside: Option<&str>,
    package: Option<&str>,
    problems: &Problems,
) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for (name, content) in go_files(path, folder, beside, problems) {
        if let Some(want) = package {
            check_package(&path.join(name.as_str()), &content, want, problems);
        }
        files.push(SourceFile { path: name, content });
    }
    if files.is_empty() {
        problems.at(path, "holds no Go file; put the code here");
        return files;
    }
    // Which exercise does not matter for the bounds.
    let bounds = Submission::new("bounds".parse().expect("a slug"), files.clone());
    if let Err(e) = bounds {
        problems.at(path, format!("no candidate could hand this in: {e}"));
    }
    files
}

/// The test files of a folder.
pub(crate) fn test_files(
    path: &Path,
    folder: &Folder,
    package: Option<&str>,
    problems: &Problems,
) -> Vec<TestFile> {
    let mut files = Vec::new();
    for (name, content) in go_files(path, folder, None, problems) {
        let file = path.join(name.as_str());
        if !name.as_str().ends_with("_test.go") {
            problems.at(&file, "is no test file; name it `…_test.go`");
        }
        let package = package.map(|package| format!("{package}_test"));
        files.push(test_file(&file, name, &content, package.as_deref(), problems));
    }
    files
}

/// A test file, of the package if one is named.
pub(crate) fn test_file(
    file: &Path,
    name: FileName,
    content: &str,
    package: Option<&str>,
    problems: &Problems,
) -> TestFile {
    if let Some(package) = package {
        check_package(file, content, package, problems);
    }
    let functions = test_functions(content);
    for f in functions.iter().filter(|f| !f.fits) {
        let message = if f.name == "TestMain" {
            "`TestMain` would never be called, the harness has its own main; set things up in each test"
                .into()
        } else {
            format!("`{}` must take a lone `t *testing.T` to be run as a test; change or rename it", f.name)
        };
        problems.at_line(file, f.line, message);
    }
    let tests = functions.iter().filter(|f| f.fits).map(|f| f.name.to_owned()).collect();
    TestFile { name, content: content.to_owned(), tests }
}

fn go_files(
    path: &Path,
    folder: &Folder,
    beside: Option<&str>,
    problems: &Problems,
) -> Vec<(FileName, String)> {
    let mut files = Vec::new();
    for (name, entry) in folder.iter().filter(|(name, _)| Some(*name) != beside) {
        let path = path.join(name);
        match entry {
            Entry::Other(what) => problems.at(&path, refuse_other(what)),
            Entry::Folder(_) => problems.at(&path, "does not belong here; Go files lie flat"),
            Entry::File(bytes) => match (name.parse::<FileName>(), text(&path, bytes, problems)) {
                (Ok(name), Some(text)) => files.push((name, text.to_owned())),
                (Ok(_), None) => {}
                (Err(e), _) => problems.at(&path, format!("does not belong here; {e}")),
            },
        }
    }
    files
}

/// Refuse a file of another package.
pub(crate) fn check_package(file: &Path, content: &str, want: &str, problems: &Problems) {
    match package_clause(content) {
        Some((found, _)) if found == want => {}
        Some((found, line)) => {
            problems.at_line(file, line, format!("is `package {found}`; write `package {want}`"));
        }
        None => problems.at(file, format!("has no package clause; begin with `package {want}`")),
    }
}
