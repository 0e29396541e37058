//! `assay prove --watch`: prove again what changed, whenever a file is saved. Times and sizes are looked at a few times a second: that
//! takes a millisecond for the folders of an exercise, works on every file system, and needs nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use assay_content::Exercise;
use assay_core::Slug;
use assay_grade::{Grader, Proof};

use crate::args::ProveArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::prove::{AT_ONCE, Round};
use crate::runs::block_on;
use crate::shelf::Shelf;
use crate::{engine, out};

/// How often is looked.
const PAUSE: Duration = Duration::from_millis(300);

/// What is known of the files: when each was changed, and its size.
type Stamps = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Prove, wait for a change, and so on, until Ctrl-C.
pub(crate) fn run(args: &ProveArgs, places: &Places) -> Result<Exit, Problem> {
    let content = places.writable_content()?;
    let places = Places { content: Some(content.clone()), ..places.clone() };
    let grader = engine::batch(&places, AT_ONCE, &Progress::new())?;
    let stop = interrupted();
    let mut before = BTreeMap::new();
    while !stop.load(Ordering::Relaxed) {
        let seen = stamps(&content, &args.slugs);
        if let Err(problem) = prove(args, &places, &grader, &stop, &mut before)
            && !stop.load(Ordering::Relaxed)
        {
            out::problem(&problem);
        }
        out::note("waiting for a change; Ctrl-C ends");
        wait(&content, &args.slugs, seen, &stop);
    }
    Ok(Exit::Good)
}

/// The exercises as they were proven last.
type Before = BTreeMap<Slug, (Arc<Exercise>, Proof)>;

fn prove(
    args: &ProveArgs,
    places: &Places,
    grader: &Grader,
    stop: &AtomicBool,
    before: &mut Before,
) -> Result<(), Problem> {
    let shelf = Shelf::open(places)?;
    let mut round = Round::new(args, &shelf)?;
    for exercise in round.exercises() {
        let known = before.get(&exercise.slug).map(|(exercise, proof)| (exercise.as_ref(), proof));
        let proof = round.prove(grader, exercise, known, false, stop)?;
        before.insert(exercise.slug.clone(), (exercise.clone(), proof));
    }
    out::result(&round.human())
}

/// Until something is no longer as it was `seen`, and then until nothing changes any more: editors save in several steps.
fn wait(content: &Path, slugs: &[Slug], seen: Stamps, stop: &AtomicBool) {
    let mut last = seen.clone();
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(PAUSE);
        let now = stamps(content, slugs);
        if now == last && now != seen {
            for path in changed(&seen, &now) {
                out::note(&format!("changed: {}", path.display()));
            }
            return;
        }
        last = now;
    }
}

/// The files that are new, gone or other.
fn changed<'a>(then: &'a Stamps, now: &'a Stamps) -> Vec<&'a Path> {
    let other = |path: &&PathBuf| then.get(*path) != now.get(*path);
    let gone = then.keys().filter(|path| !now.contains_key(*path));
    now.keys().filter(other).chain(gone).map(PathBuf::as_path).collect()
}

/// Of all files below the folders of that name.
fn stamps(content: &Path, slugs: &[Slug]) -> Stamps {
    let mut all = Stamps::new();
    for slug in slugs {
        for shelf in ["", "coding", "written", "interviews"] {
            stamp(&content.join(shelf).join(slug.as_str()), &mut all);
        }
    }
    all
}

fn stamp(dir: &Path, all: &mut Stamps) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        // What vanishes meanwhile is told by the next look.
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() {
            stamp(&entry.path(), all);
        } else {
            all.insert(entry.path(), (meta.modified().ok(), meta.len()));
        }
    }
}

/// Set by the first Ctrl-C, which lets the gradings under way end; the second ends the process.
fn interrupted() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = stop.clone();
    let listen = async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if told.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(Exit::Fault.code()));
            }
        }
        Ok(())
    };
    // Without it Ctrl-C still ends the process, only less cleanly.
    thread::spawn(|| block_on(listen).unwrap_or_else(|problem| out::problem(&problem)));
    stop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_gone_and_other_files_are_changed_ones() {
        let dir = tempfile::tempdir().unwrap();
        let slug: Slug = "lamp".parse().unwrap();
        let slugs = std::slice::from_ref(&slug);
        let write = |name: &str, text: &str| {
            let path = dir.path().join("coding/lamp").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("prompt.md", "a");
        write("wrong/a/lamp.go", "a");
        write("start/lamp.go", "a");
        let then = stamps(dir.path(), slugs);
        write("prompt.md", "ab");
        write("wrong/b/lamp.go", "");
        fs::remove_dir_all(dir.path().join("coding/lamp/wrong/a")).unwrap();
        write("../other/prompt.md", "a");
        let now = stamps(dir.path(), slugs);
        let names: Vec<_> = changed(&then, &now)
            .iter()
            .map(|p| p.strip_prefix(dir.path().join("coding/lamp")).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["prompt.md", "wrong/b/lamp.go", "wrong/a/lamp.go"]);
    }
}
