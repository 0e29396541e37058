use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use assay_core::{FileError, FileName, MAX_FILE_BYTES, MAX_FILES, Slug, SourceFile, Submission};

use crate::marker;
use crate::problem::Problem;

/// The submission that lies in `dir`: its flat `*.go` files without tests. Symbolic links and other special files are
/// refused, whatever else is there is not looked at.
pub(crate) fn read(dir: &Path, exercise: Slug) -> Result<Submission, Problem> {
    let mut files = Vec::new();
    for name in go_names(dir)? {
        files.push(file(dir, &name)?);
    }
    submission(dir, exercise, files)
}

/// A submission of `files`, which lie in `dir`.
pub(crate) fn submission(dir: &Path, exercise: Slug, files: Vec<SourceFile>) -> Result<Submission, Problem> {
    Submission::new(exercise, files).map_err(|e| refused(dir, &e))
}

/// Refuse anything that is no folder, saying what would be.
pub(crate) fn must_be_folder(dir: &Path) -> Result<(), Problem> {
    match fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => Err(Problem::input(
            format!("`{}` is not a folder", dir.display()),
            "give the folder that holds your .go files",
        )),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(Problem::input(
            format!("there is no folder `{}`", dir.display()),
            "give the folder that holds your .go files; `assay start SLUG` makes one to begin with",
        )),
        Err(e) => Err(Problem::path("look at", dir, &e)),
    }
}

/// Names of the files to hand in, sorted.
fn go_names(dir: &Path) -> Result<Vec<String>, Problem> {
    let cannot = |e: std::io::Error| Problem::path("read the folder", dir, &e);
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name();
        let text = name.to_string_lossy();
        if text.starts_with('.') || !text.ends_with(".go") || text.ends_with("_test.go") {
            continue;
        }
        match name.into_string() {
            Ok(name) => names.push(name),
            Err(name) => return Err(refused(dir, &FileError::Name(name.to_string_lossy().into_owned()))),
        }
        if names.len() > MAX_FILES {
            let what = format!("`{}` holds more than {MAX_FILES} .go files", dir.display());
            return Err(Problem::input(what, "give the folder of one exercise"));
        }
    }
    names.sort();
    Ok(names)
}

fn file(dir: &Path, name: &str) -> Result<SourceFile, Problem> {
    let path = dir.join(name);
    let cannot = |e: std::io::Error| Problem::path("read", &path, &e);
    let kind = fs::symlink_metadata(&path).map_err(cannot)?.file_type();
    if !kind.is_file() {
        let what = if kind.is_symlink() { "a symbolic link" } else { "not a plain file" };
        let help = if kind.is_dir() { "rename the folder" } else { "put the file itself there" };
        return Err(Problem::input(format!("`{}` is {what}", path.display()), help));
    }
    let path_name: FileName = name.parse().map_err(|e| refused(dir, &e))?;
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(cannot)?;
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() > MAX_FILE_BYTES {
        let what = format!("`{}` is larger than {} KiB", path.display(), MAX_FILE_BYTES >> 10);
        return Err(Problem::input(what, "a submission is small; leave generated code out"));
    }
    let content =
        String::from_utf8(bytes).map_err(|_| refused(dir, &FileError::NotUtf8(path_name.to_string())))?;
    Ok(SourceFile { path: path_name, content })
}

fn refused(dir: &Path, error: &FileError) -> Problem {
    let help = match error {
        FileError::Empty if !dir.join(marker::NAME).exists() => {
            "give the folder that holds your .go files; `assay start SLUG` makes one to begin with"
        }
        FileError::Empty => "write your solution there; _test.go files are not handed in",
        FileError::Name(_) => "rename the file",
        FileError::NotUtf8(_) => "save the file as UTF-8",
        FileError::TooMany(_) | FileError::TooLarge(_) | FileError::Twice(_) => {
            "give the folder of one exercise"
        }
    };
    Problem::input(format!("`{}`: {error}", dir.display()), help)
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
