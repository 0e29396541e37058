//! Run one [`Job`] under limits and give an [`Outcome`].
//!
//! The only crate that starts processes, and the only one with `unsafe` (in one small module). It knows no Go and no
//! verdicts.

mod dialogue;
pub mod host;
mod jail;
mod job;
mod oci;
mod outcome;
mod wasi;

pub use assay_core::Fault;
pub use dialogue::{Dialogue, Mark, Next, Silent};
#[cfg(fuzzing)]
pub use jail::fuzz_helper_message;
pub use jail::{
    Census, Jail, JailConfig, Layer, Leftover, helper_main_if_asked, layers, layers_with, leftovers,
};
pub use job::{BoxPath, BoxPathError, Entry, Job, Limits, Source};
pub use oci::{Installed, Oci, OciConfig, installed};
pub use outcome::{Captured, Exit, Killed, Outcome, Usage};
#[cfg(fuzzing)]
pub use wasi::fuzz_module;
pub use wasi::{Exploration, Explored, Seeds, Wasi, WasiConfig};

/// A box to run jobs in. Implementations are shared between threads; each call blocks its thread until the run is over
/// and nothing of it is left.
pub trait Sandbox: Send + Sync {
    /// Run `job`; `dialogue` answers what the program writes to descriptor 4 (give [`Silent`] when `job.dialogue` is
    /// false). `Err` is always our fault, never the program's.
    fn run(&self, job: &Job, dialogue: &mut dyn Dialogue) -> Result<Outcome, Fault>;

    /// The backend's name for reports and `doctor`: `jail`, `oci:runc`.
    fn name(&self) -> &'static str;

    /// How many jobs can run at once; further calls wait for a place.
    fn slots(&self) -> usize;

    /// Whether programs are native ones: with threads, signals and files. Otherwise they are WebAssembly, and only [`Job::tool`]s are native.
    fn runs_native(&self) -> bool {
        true
    }

    /// Whether jobs may have a dialogue and output files; a runtime that cannot hand descriptors to a program refuses them.
    fn hands_down_descriptors(&self) -> bool {
        true
    }
}
