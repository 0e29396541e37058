use std::fmt::Write as _;

use assay_core::VetFinding;

use crate::text::{DIM, inert, paint};

/// Findings that are shown.
const SHOWN: usize = 8;

/// A line for each finding, and an empty one after them.
pub(crate) fn render(findings: &[VetFinding]) -> String {
    let mut out = String::new();
    for finding in findings.iter().take(SHOWN) {
        let _ = writeln!(out, "  {} {}", paint(DIM, "vet:"), inert(&finding.line()).replace('\n', " "));
    }
    if findings.len() > SHOWN {
        let _ = writeln!(out, "  … and {} more in --json", findings.len() - SHOWN);
    }
    if !findings.is_empty() {
        out.push('\n');
    }
    out
}
