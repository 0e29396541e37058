//! A built program where a box can show it, and the job that runs it.

use std::path::{Path, PathBuf};

use assay_content::{Exercise, TestsIn};
use assay_core::{Fault, SourceFile};
use assay_go::{Flavour, Go, Program};
use assay_sandbox::{Entry, Job, Source};

/// A program on disk under a name of ours, removed with its folder.
pub(crate) struct OnDisk {
    _folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
    /// What the box shows beside it.
    pub(crate) beside: Vec<Entry>,
}

impl OnDisk {
    /// With the candidate's files where the tests' `main` has them look, if these are of the kind that looks.
    pub(crate) fn beside(self, exercise: &Exercise, files: &[SourceFile]) -> OnDisk {
        if exercise.tests_in == TestsIn::OwnPackage {
            return self;
        }
        let entry = |f: &SourceFile| Entry {
            at: format!("{WORK}/{}", f.path).parse().expect("a box path"),
            source: Source::Bytes(f.content.clone().into_bytes()),
        };
        OnDisk { beside: files.iter().map(entry).collect(), ..self }
    }
}

/// Keep `program` where a box can show it.
pub(crate) fn keep(program: &Program) -> Result<OnDisk, Fault> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |e: std::io::Error| {
        Fault::io("keep a built program in the temporary folder", &e).advise("make room there or set TMPDIR")
    };
    let folder = tempfile::Builder::new().prefix("assay-run-").tempdir().map_err(failed)?;
    // The box's user is not ours: it must be able to read and run what is shown to it, and nothing else.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).map_err(failed)?;
    let path = folder.path().join("prog");
    std::fs::write(&path, &program.0).map_err(failed)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o555)).map_err(failed)?;
    Ok(OnDisk { _folder: folder, path, beside: vec![] })
}

/// Where in the box the candidate's files lie for tests that look for them.
const WORK: &str = "work";

/// The statement of a `main` that takes tests to the files that they look for.
pub(crate) fn work(tests_in: &TestsIn) -> String {
    match tests_in {
        TestsIn::OwnPackage => String::new(),
        TestsIn::CandidatesPackage { .. } => format!("\tharness.Foreign({WORK:?}, \"tmp\")\n"),
    }
}

/// What a process of the race detector does at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtExit {
    /// It goes at once: the harness waits itself, where somebody may still be at work.
    Go,
    /// It stays for 100 ms, which catches every race that the end of main uncovers; going at once catches 9 of 12 (measured).
    Linger,
}

/// A job that runs the program at `path`.
pub(crate) fn job(go: &Go, path: &Path, flavour: Flavour, at_exit: AtExit) -> Result<Job, Fault> {
    let at: assay_sandbox::BoxPath = "prog".parse().expect("a box path");
    let mut entries = vec![Entry { at: at.clone(), source: Source::Host(path.to_owned()) }];
    let mut env = vec![("GOTRACEBACK".to_owned(), "all".to_owned())];
    if flavour.is_race() {
        entries.push(go.loader()?);
        let sleep = if at_exit == AtExit::Linger { 100 } else { 0 };
        // The first race ends the run: what it proves is enough, and reading on with torn memory is not safe.
        env.push(("GORACE".to_owned(), format!("halt_on_error=1 atexit_sleep_ms={sleep}")));
    }
    Ok(Job { entries, env, last_words: Some(crate::plan::LAST_WORDS), ..Job::new(at) })
}
