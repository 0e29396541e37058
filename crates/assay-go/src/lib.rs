//! The Go toolchain: find it, prepare the standard library once, screen, compile, link, vet.
//!
//! Preparing runs the operator's own toolchain on the operator's own sources, on the host. Everything that touches a
//! candidate's text runs in the box.

mod compile;
mod diagnostics;
mod find;
mod kept;
mod mutate;
mod object;
mod observe;
mod overlay;
mod prepare;
mod screen;
mod shelf;
mod vet;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use assay_core::Fault;
use serde::{Deserialize, Serialize};

use kept::Kept;

pub use compile::{Archive, Built, LANGUAGE, Library, Package, Program, build_limits};
pub use diagnostics::Diagnostic;
pub use kept::{Detachable, Detached};
pub use mutate::Mutation;
pub use observe::Read;
pub use screen::{Finding, Formatted, Observed, Screened, Site};
pub use vet::Vetted;

/// Progress of a preparation: what is done now, steps done, steps in all.
pub type Progress<'a> = &'a mut dyn FnMut(&str, usize, usize);

/// Packages that any exercise lets a candidate import. Without os, syscall, unsafe, reflect, runtime, testing, flag,
/// embed, plugin and net there is no way to a descriptor, the environment or the test's own state.
pub const ALLOWED_IMPORTS: &[&str] = &[
    "bufio",
    "bytes",
    "cmp",
    "container/heap",
    "container/list",
    "container/ring",
    "context",
    "encoding/binary",
    "encoding/hex",
    "encoding/json",
    "errors",
    "fmt",
    "hash/fnv",
    "hash/maphash",
    "io",
    "iter",
    "log/slog",
    "maps",
    "math",
    "math/bits",
    "math/rand",
    "math/rand/v2",
    "slices",
    "sort",
    "strconv",
    "strings",
    "sync",
    "sync/atomic",
    "time",
    "unicode",
    "unicode/utf8",
    "unique",
];

/// How a program is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavour {
    /// As `go build` does.
    Plain,
    /// As `go build -race` does.
    Race,
    /// Plain, with a scheduler that `ASSAY_SCHEDULE` perturbs.
    Stress,
    /// Race, with the same.
    StressRace,
    /// WebAssembly for WASI, with the same.
    Wasm,
}

impl Flavour {
    /// All of them.
    pub const ALL: [Flavour; 5] =
        [Flavour::Plain, Flavour::Race, Flavour::Stress, Flavour::StressRace, Flavour::Wasm];

    /// Whether the race detector is built in.
    pub fn is_race(self) -> bool {
        matches!(self, Flavour::Race | Flavour::StressRace)
    }

    /// Whether the scheduler can be perturbed.
    pub fn is_perturbed(self) -> bool {
        matches!(self, Flavour::Stress | Flavour::StressRace | Flavour::Wasm)
    }

    /// Whether programs are WebAssembly.
    pub fn is_wasm(self) -> bool {
        self == Flavour::Wasm
    }

    /// What tells the toolchain for which machine it works.
    fn target(self) -> &'static [(&'static str, &'static str)] {
        if self.is_wasm() { &[("GOOS", "wasip1"), ("GOARCH", "wasm")] } else { &[] }
    }

    fn folder(self) -> &'static str {
        match self {
            Flavour::Plain => "plain",
            Flavour::Race => "race",
            Flavour::Stress => "stress",
            Flavour::StressRace => "stress-race",
            Flavour::Wasm => "wasm",
        }
    }
}

/// A Go toolchain with its prepared standard library.
#[derive(Debug)]
pub struct Go {
    root: PathBuf,
    version: String,
    /// The prepared standard library: `plain/`, `race/` (archives), `lib/` (what a race program loads).
    library: PathBuf,
    /// The same for the perturbed flavours: `stress/`, `stress-race/`, `wasm/`.
    perturbed: PathBuf,
    /// What assay adds: `harness-<flavour>.a`, `screen`, `mutate`.
    kit: PathBuf,
    /// Import path and archive file name by flavour.
    packages: BTreeMap<Flavour, Vec<(String, String)>>,
    /// What [`Go::keep`] was told.
    facts: Mutex<BTreeSet<String>>,
    kept: Kept,
    /// Threads of a compiler or linker that work at once.
    threads: u8,
}

/// Folder of the kit with one empty file for each kept fact.
const FACTS: &str = "facts";
/// Folder of the kit with tests that were compiled once.
const TESTS: &str = "tests";

impl Go {
    /// Find a toolchain (`ASSAY_GO`, else `go` on PATH ≥ 1.27, else `tools/go-*`) and the standard library prepared for
    /// it under `tools`, preparing it when it is not there yet (about two minutes on two cores, once).
    pub fn prepare(tools: &Path, progress: Progress<'_>) -> Result<Go, Fault> {
        let toolchain = find::toolchain(tools)?;
        prepare::prepared(tools, toolchain, progress)
    }

    /// The same, with one thread for each compiler and linker: for whoever keeps the processors busy with several of them. It takes a seventh
    /// less of their time (measured), and longer where they have nothing else to do.
    pub fn beside_others(self) -> Go {
        Go { threads: 1, ..self }
    }

    /// E.g. `go1.27.3 linux/amd64`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its GOROOT.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the prepared standard library.
    pub fn prepared(&self) -> &Path {
        &self.library
    }

    /// Whether [`Go::keep`] was told `fact`, by this process or one before, about this very toolchain, harness and screener.
    pub fn is_kept(&self, fact: &str) -> bool {
        let known = self.facts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.contains(fact) || self.kit.join(FACTS).join(fact).is_file()
    }

    /// Keep `fact` (a flat file name) for later. Where the folder cannot be written, this process alone remembers it.
    pub fn keep(&self, fact: &str) {
        self.facts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(fact.to_owned());
        let folder = self.kit.join(FACTS);
        let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(fact), ""));
        if let Err(e) = kept {
            tracing::debug!("{fact} is not kept in {}: {e}", folder.display());
        }
    }

    /// The folder of a flavour's archives.
    fn archives(&self, flavour: Flavour) -> PathBuf {
        let library = if flavour.is_perturbed() { &self.perturbed } else { &self.library };
        library.join(flavour.folder())
    }

    fn tool(&self, name: &str) -> PathBuf {
        self.root.join("pkg/tool").join(format!("linux_{}", find::GOARCH)).join(name)
    }
}
