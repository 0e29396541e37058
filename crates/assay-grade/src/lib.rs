//! Plan, run, judge: one way of grading for the command line, the server, `prove` and regrade.

mod assemble;
mod bench;
mod canary;
mod controls;
mod ending;
mod exhibit;
mod explore;
mod flake;
mod grade;
mod judge;
mod mutate;
mod observe;
mod pass;
mod plan;
mod prove;
mod quote;
mod reference;
mod refused;
mod repeat;
mod session;
mod spread;
mod stress;
mod trace;
mod vet;
mod words;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use assay_core::{Fault, PassName, SourceFile};
use assay_go::{Flavour, Go};
use assay_sandbox::{Dialogue, Job, Outcome, Sandbox, Wasi, WasiConfig};

pub use assay_go::{Finding as Unreadable, Formatted};
pub use explore::{Explorable, Search};
pub use flake::{Flaking, Repeated, flake};
pub use grade::Again;
pub use mutate::{Fate, GradedMutant, Mutated, Mutating, mutate};
pub use prove::{Finding, Graded, Proof, Proving, Role, compare, failed_tests, prove};

/// Which tests a grading runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// Visible and hidden tests, every pass.
    #[default]
    All,
    /// Only the tests that the candidate can read.
    Visible,
}

/// What the caller chooses for one grading.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Where every random choice comes from; a new one when none is given.
    pub seed: Option<u64>,
    /// Which tests.
    pub scope: Scope,
    /// Whether the report says what one more run looked like, [`assay_core::Report::observed`]: some seconds more.
    pub observe: bool,
}

/// Grades submissions with one toolchain in one sandbox. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Grader {
    go: Arc<Go>,
    sandbox: Arc<dyn Sandbox>,
    /// Where schedules are explored; started when they first are.
    wasi: Arc<OnceLock<Arc<Wasi>>>,
}

/// The one word for a layer of the box, which may have several for people.
pub fn capability(name: &str) -> String {
    name.replace(' ', "-")
}

/// The means to end a grading from outside. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Revoked(Arc<AtomicBool>);

impl Revoked {
    /// The grading is to end: what runs in a box may end by its own limits, and nothing new is run.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A sandbox that runs nothing more once it is revoked.
struct Revocable {
    sandbox: Arc<dyn Sandbox>,
    revoked: Revoked,
}

impl Sandbox for Revocable {
    fn run(&self, job: &Job, dialogue: &mut dyn Dialogue) -> Result<Outcome, Fault> {
        if self.revoked.is_set() {
            return Err(Fault::new("the grading was called back"));
        }
        self.sandbox.run(job, dialogue)
    }

    fn name(&self) -> &'static str {
        self.sandbox.name()
    }

    fn slots(&self) -> usize {
        self.sandbox.slots()
    }

    fn runs_native(&self) -> bool {
        self.sandbox.runs_native()
    }

    fn hands_down_descriptors(&self) -> bool {
        self.sandbox.hands_down_descriptors()
    }
}

impl Grader {
    /// The same, as long as it is not revoked.
    pub fn revocable(&self, revoked: &Revoked) -> Grader {
        let sandbox = Arc::new(Revocable { sandbox: self.sandbox.clone(), revoked: revoked.clone() });
        Grader { sandbox, ..self.clone() }
    }

    /// Words for what it can do: the passes that take native programs, the toolchain (`go1.27`), the kind of box, and `observe`, which every
    /// grader can that knows of it (where nothing native runs, the observation says so).
    pub fn capabilities(&self) -> Vec<String> {
        let mut words = vec![self.sandbox.name().replace(':', "-"), "observe".to_owned()];
        // `go1.27.3 linux/amd64` can do what is written for Go 1.27.
        let release = self.go.version().split(' ').next().unwrap_or_default();
        words.push(release.splitn(3, '.').take(2).collect::<Vec<_>>().join("."));
        if self.sandbox.name() == "jail" {
            let present = assay_sandbox::layers().into_iter().filter(|layer| layer.present);
            words.extend(present.map(|layer| capability(&layer.name)));
        }
        if self.sandbox.runs_native() {
            words.extend([PassName::Race, PassName::Bench].map(|pass| pass.name().to_owned()));
        }
        words
    }

    /// A grader.
    pub fn new(go: Arc<Go>, sandbox: Arc<dyn Sandbox>) -> Grader {
        Grader { go, sandbox, wasi: Arc::default() }
    }

    /// A grader that runs WebAssembly and nothing else of a candidate's.
    pub fn portable(go: Arc<Go>, wasi: Arc<Wasi>) -> Grader {
        Grader { go, sandbox: wasi.clone(), wasi: Arc::new(OnceLock::from(wasi)) }
    }

    /// Files as gofmt writes them, or what it cannot read.
    pub fn format(&self, files: &[SourceFile]) -> Result<Formatted, Fault> {
        self.go.format(self.sandbox.as_ref(), files)
    }

    /// Where schedules are explored.
    pub(crate) fn wasi(&self) -> Result<&Arc<Wasi>, Fault> {
        if self.wasi.get().is_none() {
            let wasi = Wasi::start(WasiConfig::new(self.sandbox.clone()))?;
            // Whoever came first stays.
            let _ = self.wasi.set(Arc::new(wasi));
        }
        self.wasi.get().ok_or_else(|| Fault::new("no place for WebAssembly"))
    }

    /// The flavour of the plain pass: native, unless the box runs nothing native.
    pub(crate) fn plain(&self) -> Flavour {
        if self.sandbox.runs_native() { Flavour::Plain } else { Flavour::Wasm }
    }

    /// The toolchain, as [`assay_core::Report::toolchain`] has it, e.g. `go1.27.3 linux/amd64`; what it is built for stands last, because
    /// what WebAssembly says of a submission is not what a native program says.
    pub fn toolchain(&self) -> String {
        let version = self.go.version();
        match version.split_once(' ') {
            Some((release, _)) if !self.sandbox.runs_native() => format!("{release} wasip1/wasm"),
            _ => version.to_owned(),
        }
    }
}
