//! Compile and link in the box, by driving the toolchain's own `compile` and `link` directly.
//!
//! Inside the box: `compile` or `link`, `std/` (the prepared archives of one flavour), `submission/`, `tests/` or `main/`
//! (sources), `dep/` (archives made before), `map` (the import map: for a candidate's package it lists only what may be
//! imported, which makes the compiler a second gate), descriptor 10 for the result.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use assay_core::Fault;
use assay_sandbox::{BoxPath, Entry, Job, Killed, Limits, Outcome, Sandbox, Silent, Source};
use sha2::{Digest, Sha256};

use crate::diagnostics::{self, Diagnostic};
use crate::prepare::HARNESS;
use crate::{Detachable, Flavour, Go};

/// A compiled package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive(pub(crate) Arc<Vec<u8>>);

/// An executable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program(pub Vec<u8>);

/// Which packages of the standard library a package may import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library<'a> {
    /// These only.
    Only(&'a [&'a str]),
    /// All, and the harness: for code of ours.
    All,
}

/// The language of code that says nothing else: that of the least toolchain we take.
pub const LANGUAGE: &str = "1.27";

/// One package to compile.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// Import path; `main` for a program.
    pub path: &'a str,
    /// Path in the box, as positions will show it (`submission/pool.go`, `tests/pool_test.go`, `main/main.go`), and text.
    pub files: &'a [(&'a str, &'a str)],
    /// Version of the language it is written in, e.g. `1.27`; [`LANGUAGE`] unless an exercise is about an older one.
    pub language: &'a str,
    /// What it may import from the standard library.
    pub library: Library<'a>,
    /// Packages made before that it imports.
    pub dependencies: &'a [(&'a str, &'a Archive)],
}

/// What a build step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Built<T> {
    /// Made.
    Done(T),
    /// The tool refused the code.
    Refused(Vec<Diagnostic>),
    /// The tool ran into a limit of its box: a compile bomb.
    Limit(Killed),
}

/// Limits of one compile or link: a normal compile takes 40 ms and 25 MB, a link 110 ms and 150 MB (measured); bombs want
/// gigabytes.
fn limits() -> Limits {
    Limits {
        wall: Duration::from_secs(20),
        cpu: Duration::from_secs(8),
        memory: 1 << 30,
        pids: 64,
        output: 256 << 10,
        disk: 1 << 20,
        ..Limits::default()
    }
}

/// The limits of a compile or link, in words.
pub fn build_limits() -> String {
    let Limits { cpu, memory, output, .. } = limits();
    let (cpu, memory, output) = (cpu.as_secs(), memory >> 30, output >> 10);
    format!("{cpu} s of CPU, {memory} GiB of memory, {output} KiB of messages")
}

impl Go {
    /// Compile one package.
    pub fn compile(
        &self,
        sandbox: &dyn Sandbox,
        flavour: Flavour,
        package: &Package<'_>,
    ) -> Result<Built<Archive>, Fault> {
        self.compiled(sandbox, flavour, package, &["-complete"])
    }

    /// Compile one package whose functions need no bodies. What comes of it can be imported, not linked.
    pub fn compile_declarations(
        &self,
        sandbox: &dyn Sandbox,
        flavour: Flavour,
        package: &Package<'_>,
    ) -> Result<Built<Archive>, Fault> {
        self.compiled(sandbox, flavour, package, &[])
    }

    fn compiled(
        &self,
        sandbox: &dyn Sandbox,
        flavour: Flavour,
        package: &Package<'_>,
        more: &[&str],
    ) -> Result<Built<Archive>, Fault> {
        let mut job = self.job("compile", flavour, package.dependencies)?;
        let map = self.map(flavour, package);
        job.entries.push(Entry { at: path("map")?, source: Source::Bytes(map.into_bytes()) });
        let rewrite = rewrites(package.files);
        let language = format!("-lang=go{}", package.language);
        let threads = format!("-c={}", self.threads);
        let mut args: Vec<String> =
            ["-o", OUTPUT, "-p", package.path, "-importcfg", "map", "-trimpath", &rewrite]
                .into_iter()
                .chain([&language, "-nolocalimports", "-pack", &threads, "-dwarf=false", "-e"])
                .chain(more.iter().copied())
                .map(str::to_owned)
                .collect();
        if flavour.is_race() {
            args.push("-race".into());
        }
        for (at, text) in package.files {
            args.push(format!("./{at}")); // never a bare name: `@x.go` would be read as a list of arguments
            job.entries.push(Entry { at: path(at)?, source: Source::Bytes(text.as_bytes().to_vec()) });
        }
        job.args = args;
        let outcome = sandbox.run(&job, &mut Silent)?;
        Ok(match result("compile", outcome)? {
            Built::Done(bytes) => Built::Done(Archive(Arc::new(bytes))),
            Built::Refused(d) => Built::Refused(d),
            Built::Limit(k) => Built::Limit(k),
        })
    }

    /// Link `main` with everything it needs.
    pub fn link(
        &self,
        sandbox: &dyn Sandbox,
        flavour: Flavour,
        main: &Archive,
        dependencies: &[(&str, &Archive)],
    ) -> Result<Built<Program>, Fault> {
        let mut job = self.job("link", flavour, dependencies)?;
        let all =
            Package { path: "main", files: &[], language: LANGUAGE, library: Library::All, dependencies };
        job.entries
            .push(Entry { at: path("map")?, source: Source::Bytes(self.map(flavour, &all).into_bytes()) });
        job.entries.push(Entry { at: path("main.a")?, source: Source::Bytes(main.0.to_vec()) });
        let mut args: Vec<String> =
            ["-o", OUTPUT, "-importcfg", "map", "-s", "-w", "-buildid=", "-buildmode=exe"]
                .map(str::to_owned)
                .to_vec();
        if flavour.is_race() {
            job.entries.push(self.loader()?);
            args.extend(["-race", "-libgcc=lib/libgcc.a", "-I", "lib/ld.so", "-r", "lib"].map(str::to_owned));
        }
        args.push("main.a".into());
        job.args = args;
        let outcome = sandbox.run(&job, &mut Silent)?;
        Ok(match result("link", outcome)? {
            Built::Done(bytes) => Built::Done(Program(bytes)),
            Built::Refused(d) => Built::Refused(d),
            Built::Limit(k) => Built::Limit(k),
        })
    }

    /// The read-only entry that a race program needs at start: the loader and the C library, at `lib/`.
    pub fn loader(&self) -> Result<Entry, Fault> {
        Ok(Entry { at: path("lib")?, source: Source::Host(self.library.join("lib")) })
    }

    /// What is kept under a key made by [`Go::key`].
    pub fn kept(&self, key: &str) -> Option<Detachable> {
        self.kept.get(key)
    }

    /// Keep it for [`Go::kept`].
    pub fn keep_detached(&self, key: String, detached: Detachable) {
        self.kept.put(key, detached);
    }

    /// A key that stands for this toolchain, its harness, a flavour, and `parts`: all that archives are made from.
    pub fn key<'a>(&self, flavour: Flavour, parts: impl IntoIterator<Item = &'a str>) -> String {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        part(&self.kit.file_name().unwrap_or_default().to_string_lossy());
        part(flavour.folder());
        parts.into_iter().for_each(part);
        hex::encode(hash.finalize())
    }

    /// Import path of the harness that test programs' `main` calls.
    pub fn harness(&self) -> &'static str {
        HARNESS
    }

    fn job(&self, tool: &str, flavour: Flavour, dependencies: &[(&str, &Archive)]) -> Result<Job, Fault> {
        let mut entries = vec![
            Entry { at: path(tool)?, source: Source::Host(self.tool(tool)) },
            Entry { at: path("std")?, source: Source::Host(self.archives(flavour)) },
        ];
        let harness = format!("harness-{}.a", flavour.folder());
        entries.push(Entry { at: path("harness.a")?, source: Source::Host(self.kit.join(harness)) });
        for (n, (_, archive)) in dependencies.iter().enumerate() {
            entries
                .push(Entry { at: path(&format!("dep/{n}.a"))?, source: Source::Bytes(archive.0.to_vec()) });
        }
        Ok(Job {
            tool: true,
            // The tools are short-lived: collecting garbage costs more than the memory it saves.
            env: [("GOGC", "off"), ("GOMAXPROCS", &self.threads.to_string())]
                .iter()
                .chain(flavour.target())
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
            entries,
            outputs: 1,
            output_bytes: 64 << 20,
            limits: limits(),
            ..Job::new(path(tool)?)
        })
    }

    /// Import path of each package of the standard library that `library` lets a package import, and its archive in `std/`.
    pub(crate) fn importable(
        &self,
        flavour: Flavour,
        library: Library<'_>,
    ) -> impl Iterator<Item = (&str, &str)> {
        let is_allowed = move |import: &str| match library {
            Library::All => true,
            Library::Only(list) => list.contains(&import),
        };
        let all = self.packages.get(&flavour).into_iter().flatten();
        all.map(|(import, file)| (import.as_str(), file.as_str()))
            .filter(move |(import, _)| is_allowed(import))
    }

    fn map(&self, flavour: Flavour, package: &Package<'_>) -> String {
        let mut map = String::new();
        for (import, file) in self.importable(flavour, package.library) {
            map.push_str(&format!("packagefile {import}=std/{file}\n"));
        }
        if package.library == Library::All {
            map.push_str(&format!("packagefile {HARNESS}=harness.a\n"));
        }
        for (n, (import, _)) in package.dependencies.iter().enumerate() {
            map.push_str(&format!("packagefile {import}=dep/{n}.a\n"));
        }
        map
    }
}

/// What `-trimpath` takes to show the files under their paths in the box, not under the place that the box has on this machine.
fn rewrites(files: &[(&str, &str)]) -> String {
    let folders: BTreeSet<&str> = files.iter().filter_map(|(at, _)| at.split('/').next()).collect();
    folders.iter().map(|folder| format!("/{folder}=>{folder}")).collect::<Vec<_>>().join(";")
}

/// The first output file, opened again by path because the tools want a path.
const OUTPUT: &str = "/proc/self/fd/10";

fn path(text: &str) -> Result<BoxPath, Fault> {
    text.parse().map_err(|e: assay_sandbox::BoxPathError| Fault::new(e.to_string()))
}

/// The output file of a tool that succeeded, its words if it refused.
fn result(tool: &str, mut outcome: Outcome) -> Result<Built<Vec<u8>>, Fault> {
    if let Some(killed) = outcome.killed {
        return Ok(Built::Limit(killed));
    }
    let said = outcome.stdout.text() + &outcome.stderr.text();
    if out_of_memory(&said) {
        return Ok(Built::Limit(Killed::Memory));
    }
    if outcome.succeeded() && outcome.outputs.first().is_some_and(|o| !o.is_empty()) {
        return Ok(Built::Done(outcome.outputs.swap_remove(0)));
    }
    let diagnostics = diagnostics::parse(&said);
    if diagnostics.is_empty() {
        return Err(Fault::new(format!("`{tool}` ended with {:?} and said nothing", outcome.exit)));
    }
    Ok(Built::Refused(diagnostics))
}

/// The Go runtime's words when the system refuses it memory.
fn out_of_memory(said: &str) -> bool {
    said.contains("fatal error: runtime: out of memory")
        || said.contains("fatal error: runtime: cannot allocate memory")
}
