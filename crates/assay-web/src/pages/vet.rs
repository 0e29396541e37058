//! What `go vet` says of the files, as a list.

use assay_core::VetFinding;

use super::sentence::Sentence;
use super::shown::Shown;
use super::source::{Place, Sources};

/// One finding, ready to be drawn.
pub(crate) struct Row {
    pub(crate) place: Place,
    pub(crate) analyzer: Shown,
    pub(crate) message: Sentence,
    /// Column, in bytes from 1; 0 when unknown.
    pub(crate) column: u32,
    /// For the editor's line.
    pub(crate) remark: Shown,
}

/// All findings, in the report's order.
pub(crate) fn rows(findings: &[VetFinding], sources: &Sources) -> Vec<Row> {
    let row = |f: &VetFinding| Row {
        place: sources.place(&f.position),
        analyzer: Shown::new(&f.analyzer),
        message: f.message.as_str().into(),
        column: f.position.column,
        remark: Shown::new(&format!("vet {}: {}", f.analyzer, f.message)),
    };
    findings.iter().map(row).collect()
}
