//! The Go toolchain: find it, prepare the standard library once, screen, compile, link.

use std::path::{Path, PathBuf};

use assay_core::Fault;

/// Progress of a preparation: what is done now, steps done, steps in all.
pub type Progress<'a> = &'a mut dyn FnMut(&str, usize, usize);

/// A Go toolchain with its prepared standard library.
#[derive(Debug)]
pub struct Go {
    root: PathBuf,
    version: String,
}

impl Go {
    /// Find a toolchain (`ASSAY_GO`, else `go` on PATH ≥ 1.27, else `tools/go-*`) and the standard library prepared for it
    /// under `tools`, preparing it when it is not there yet (takes about two minutes on two cores, once).
    pub fn prepare(tools: &Path, progress: Progress<'_>) -> Result<Go, Fault> {
        let _ = (tools, progress);
        Err(Fault::new("not built yet"))
    }

    /// E.g. `go1.27.3 linux/amd64`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its GOROOT.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
