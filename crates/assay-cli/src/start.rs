use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assay_content::{Exercise, Kind};

use crate::args::StartArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::shelf::Shelf;
use crate::text::{BOLD, paint};
use crate::{marker, out};

/// Make a folder to work on an exercise in.
pub(crate) fn run(args: StartArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    let exercise = shelf.get(&args.slug)?;
    let dir = args.dir.unwrap_or_else(|| PathBuf::from(exercise.slug.as_str()));
    must_be_free(&dir, "name a new folder after the exercise: assay start SLUG DIR")?;
    fs::create_dir_all(&dir).map_err(|e| Problem::path("make the folder", &dir, &e))?;
    let files = files(exercise);
    for (name, content) in &files {
        write_new(&dir.join(name), content)?;
    }
    let mut said = format!("{}  {}\n", paint(BOLD, exercise.slug.as_str()), exercise.title);
    for (name, _) in &files {
        let _ = writeln!(said, "  {}", dir.join(name).display());
    }
    let _ = writeln!(said, "Read README.md, edit, then: assay check {}", shell_word(&dir));
    out::result(&said)?;
    Ok(Exit::Good)
}

/// Everything that goes into the folder.
fn files(exercise: &Exercise) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = vec![("README.md".into(), readme(exercise))];
    files.extend(exercise.start.iter().map(|f| (f.path.to_string(), f.content.clone())));
    files.extend(exercise.visible.iter().map(|f| (f.name.to_string(), f.content.clone())));
    files.push(("go.mod".into(), format!("module assay.test/{}\n\ngo 1.27\n", exercise.package)));
    files.push((marker::NAME.into(), marker::text(exercise)));
    files
}

fn readme(exercise: &Exercise) -> String {
    let prompt = exercise.prompt.trim();
    let title = if prompt.starts_with("# ") { String::new() } else { format!("# {}\n\n", exercise.title) };
    let own = match exercise.kind {
        Kind::Exhibit => "`go run .` runs it",
        Kind::Implement | Kind::Repair => "`go test -race` runs the tests that are here",
    };
    format!("{title}{prompt}\n\n---\n\n{own}; `assay check .` grades it.\n")
}

/// Refuse a folder that is there and not empty, with what else to do.
pub(crate) fn must_be_free(dir: &Path, help: &str) -> Result<(), Problem> {
    match fs::read_dir(dir).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Problem::input(
            format!("`{}` is not empty, and nothing in it is overwritten", dir.display()),
            help,
        )),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Problem::path("use the folder", dir, &e)),
    }
}

/// Write a file that is not there yet.
pub(crate) fn write_new(path: &Path, content: &str) -> Result<(), Problem> {
    fs::File::create_new(path)
        .and_then(|mut f| f.write_all(content.as_bytes()))
        .map_err(|e| Problem::path("write", path, &e))
}

/// The path as one word of a shell command.
pub(crate) fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+@%".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
