//! From the text of a program to a job.

use std::collections::BTreeMap;
use std::path::PathBuf;

use assay_go::{Built, Flavour, Go, LANGUAGE, Library, Package, Program as Linked};
use assay_sandbox::host::Tool;
use assay_sandbox::{Entry, Fault, Job, Limits, Sandbox, Source};
use tempfile::TempDir;

use super::table::PRELUDE;
use crate::problem::Problem;

/// Compilers, and a folder for what they make.
pub(crate) struct Workshop {
    folder: TempDir,
    made: BTreeMap<(String, String), PathBuf>,
    cc: Result<(), String>,
    go: Result<Go, String>,
}

/// What could not be made, and whether that is for want of a compiler.
pub(crate) enum Unmade {
    /// This machine lacks the compiler: the attack is skipped.
    Lacks(String),
    /// The compiler is there and failed.
    Failed(String),
}

impl From<Fault> for Unmade {
    fn from(fault: Fault) -> Unmade {
        Unmade::Failed(fault.to_string())
    }
}

impl Workshop {
    /// Look for the compilers.
    pub(crate) fn open(go: Result<Go, Problem>) -> Result<Workshop, Problem> {
        use std::os::unix::fs::PermissionsExt as _;
        let failed =
            |e: std::io::Error| Problem::input(format!("cannot make a folder for programs: {e}"), "");
        let folder = tempfile::Builder::new().prefix("programs-").tempdir().map_err(failed)?;
        // The box's user has to come by.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).map_err(failed)?;
        let mut workshop = Workshop { folder, made: BTreeMap::new(), cc: Ok(()), go: go.map_err(|p| p.what) };
        if let Err(Unmade::Lacks(why) | Unmade::Failed(why)) = workshop.c("int main() { return held(); }") {
            workshop.cc =
                Err(format!("no C compiler with a static C library: {}", why.lines().next().unwrap_or("")));
        }
        Ok(workshop)
    }

    /// The Go toolchain, or why there is none.
    pub(crate) fn go(&self) -> Result<&Go, Unmade> {
        self.go.as_ref().map_err(|why| Unmade::Lacks(format!("no Go toolchain: {why}")))
    }

    /// A job for a C program.
    pub(crate) fn c(&mut self, text: &str) -> Result<Job, Unmade> {
        self.cc.clone().map_err(Unmade::Lacks)?;
        let key = ("c".to_owned(), text.to_owned());
        if let Some(path) = self.made.get(&key) {
            return Ok(job(path.clone()));
        }
        let path = self.folder.path().join(format!("{}", self.made.len()));
        // Not optimised: a program that fills memory means it.
        let flags = ["-static", "-O0", "-w", "-x", "c", "-", "-lpthread", "-o"];
        let cc =
            Tool::new("cc").args(flags).arg(&path).keep_env(&["PATH"]).stdin(format!("{PRELUDE}\n{text}"));
        cc.run_ok()?;
        self.made.insert(key, path.clone());
        Ok(job(path))
    }

    /// A job for a Go program, compiled and linked in the box.
    pub(crate) fn go_program(
        &mut self,
        text: &str,
        flavour: Flavour,
        sandbox: &dyn Sandbox,
    ) -> Result<Job, Unmade> {
        let key = (format!("{flavour:?}"), text.to_owned());
        let go = self.go()?;
        let path = match self.made.get(&key) {
            Some(path) => path.clone(),
            None => {
                let archive = done(compile(go, text, flavour, sandbox)?)?;
                let Linked(bytes) = done(go.link(sandbox, flavour, &archive, &[])?)?;
                let path = self.folder.path().join(format!("{}", self.made.len()));
                write_program(&path, &bytes)
                    .map_err(|e| Unmade::Failed(format!("writing a program: {e}")))?;
                path
            }
        };
        let mut job = job(path.clone());
        if flavour == Flavour::Race {
            job.entries.push(go.loader()?);
        }
        self.made.insert(key, path);
        Ok(job)
    }
}

/// Compile one file as package main.
pub(crate) fn compile(
    go: &Go,
    text: &str,
    flavour: Flavour,
    sandbox: &dyn Sandbox,
) -> Result<Built<assay_go::Archive>, Fault> {
    let package = Package {
        path: "main",
        files: &[("main/main.go", text)],
        language: LANGUAGE,
        library: Library::All,
        dependencies: &[],
    };
    go.compile(sandbox, flavour, &package)
}

fn done<T>(built: Built<T>) -> Result<T, Unmade> {
    match built {
        Built::Done(made) => Ok(made),
        Built::Refused(why) => Err(Unmade::Failed(format!("Go refused it: {:?}", why.first()))),
        Built::Limit(limit) => Err(Unmade::Failed(format!("Go ran into the limit {limit:?}"))),
    }
}

fn write_program(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, bytes)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

fn job(program: PathBuf) -> Job {
    let at: assay_sandbox::BoxPath = "program".parse().expect("a path of the box");
    let entries = vec![Entry { at: at.clone(), source: Source::Host(program) }];
    Job { entries, limits: Limits::default(), ..Job::new(at) }
}
