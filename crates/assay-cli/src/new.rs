use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assay_content::scaffold;

use crate::args::NewArgs;
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::start::{must_be_free, shell_word, write_new};
use crate::text::{BOLD, paint};

/// Make the folder of a new exercise.
pub(crate) fn run(args: &NewArgs, places: &Places) -> Result<Exit, Problem> {
    let content = places.writable_content()?;
    let dir = place(&content).join(args.slug.as_str());
    must_be_free(&dir, "choose another name, or go on with what is there: assay prove SLUG --watch")?;
    let mut said = format!("{}\n", paint(BOLD, args.slug.as_str()));
    for (name, text) in scaffold(&args.slug, args.kind.into()) {
        let path = dir.join(&name);
        let folder = path.parent().unwrap_or(&dir);
        fs::create_dir_all(folder).map_err(|e| Problem::path("make the folder", folder, &e))?;
        write_new(&path, &text)?;
        let _ = writeln!(said, "  {}", path.display());
    }
    let option = match &places.content {
        Some(dir) => format!(" --content {}", shell_word(dir)),
        None => String::new(),
    };
    let _ = writeln!(said, "Write what TODO(author) marks; docs/authoring.md says how. Meanwhile:");
    let _ = writeln!(said, "  assay prove {} --watch{option}", args.slug);
    out::result(&said)?;
    Ok(Exit::Good)
}

/// Where exercises lie below a content folder: in `coding/`, unless some lie in it directly.
fn place(content: &Path) -> PathBuf {
    let direct = fs::read_dir(content)
        .is_ok_and(|mut all| all.any(|e| e.is_ok_and(|e| e.path().join("exercise.toml").is_file())));
    if direct { content.to_owned() } else { content.join("coding") }
}
