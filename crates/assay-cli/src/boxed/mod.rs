//! `assay box`: any program of the operator's, in the box.

mod elf;
mod shown;

pub(crate) use shown::ended;

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use assay_sandbox::{BoxPath, Entry, Job, Silent, Source};

use crate::args::BoxArgs;
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;

/// Run the program and say what came of it.
pub(crate) fn run(args: BoxArgs, places: &Places) -> Result<Exit, Problem> {
    let program = find(&args.program[0])?;
    let mut job = job(&program)?;
    job.args = args.program[1..].to_vec();
    job.env.extend(args.env.iter().map(|variable| (variable.name.clone(), variable.value.clone())));
    job.limits = args.limits.0.clone();
    if let Some(path) = &args.stdin {
        job.stdin = read_stdin(path)?;
    }
    // The one slot's helper starts before anything else of this process grows.
    let outcome = places.backend.open(1, places)?.run(&job, &mut Silent)?;
    let text = if args.json { shown::json(&args.program[0], &outcome) } else { shown::human(&outcome) };
    out::result(&text)?;
    Ok(Exit::when(outcome.succeeded()))
}

/// A name without a slash is looked up in `PATH`, as a shell would.
fn find(named: &str) -> Result<PathBuf, Problem> {
    let nowhere =
        || Problem::input(format!("there is no program `{named}`"), "give its path, or a name in PATH");
    if named.contains('/') {
        return Path::new(named).canonicalize().map_err(|e| Problem::path("run", Path::new(named), &e));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let runs =
        |file: &PathBuf| file.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    std::env::split_paths(&path).map(|folder| folder.join(named)).find(runs).ok_or_else(nowhere)
}

/// A job for the host's program at `path` with what it needs to start: nothing else of the host is in the box.
fn job(path: &Path) -> Result<Job, Problem> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let at: BoxPath =
        name.parse().map_err(|e| Problem::input(format!("{e}"), "rename the program, or link to it"))?;
    if ["dev", "proc", "tmp"].contains(&at.as_str()) {
        return Err(Problem::input(
            format!("`{at}` is a folder of the box's own"),
            "rename the program, or link to it",
        ));
    }
    let libraries = elf::needs(path)
        .map_err(|why| Problem::input(why, "give a static program, or one whose libraries are here"))?;
    let mut job = Job { entries: vec![Entry { at: at.clone(), source: source(path)? }], ..Job::new(at) };
    let mut folders: Vec<&str> = vec![];
    for library in &libraries {
        let text = library.to_str().unwrap_or_default();
        let at = text.trim_start_matches('/').parse();
        let at = at.map_err(|e| {
            Problem::input(format!("{e}"), "a library lies at a path that the box cannot have")
        })?;
        let source = source(&library.canonicalize().map_err(|e| Problem::path("read", library, &e))?)?;
        job.entries.push(Entry { at, source });
        folders.extend(library.parent().and_then(Path::to_str));
    }
    folders.dedup();
    if !folders.is_empty() {
        // The host's list of library folders is not in the box.
        job.env.push(("LD_LIBRARY_PATH".to_owned(), folders.join(":")));
    }
    Ok(job)
}

/// The file itself where the box's user may read it, else its bytes.
fn source(path: &Path) -> Result<Source, Problem> {
    let failed = |e| Problem::path("read", path, &e);
    let mode = path.metadata().map_err(failed)?.permissions().mode();
    // Libraries are read, not executed, and often have no bit to execute them.
    let wanted = if mode & 0o111 == 0 { 0o004 } else { 0o005 };
    if mode & wanted == wanted {
        return Ok(Source::Host(path.to_owned()));
    }
    Ok(Source::Bytes(std::fs::read(path).map_err(failed)?))
}

fn read_stdin(path: &Path) -> Result<Vec<u8>, Problem> {
    if path != Path::new("-") {
        return std::fs::read(path).map_err(|e| Problem::path("read", path, &e));
    }
    let mut bytes = vec![];
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|e| Problem::path("read", path, &e))?;
    Ok(bytes)
}
