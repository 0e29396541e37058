//! What never came to run: refused by the screener or the compiler, as findings.

use assay_core::{Evidence, Position, Verdict};
use assay_go::{Built, Diagnostic, Screened};
use assay_sandbox::Killed;

use crate::ending::Finding;
use crate::grade::Found;

/// The program, or what its not being there means for the verdict.
pub(crate) fn unbuilt<T>(built: Built<T>) -> Result<T, Vec<Finding>> {
    match built {
        Built::Done(made) => Ok(made),
        Built::Refused(diagnostics) => Err(diagnostics.into_iter().map(compile_error).collect()),
        Built::Limit(killed) => {
            let (verdict, limit) = match killed {
                Killed::Memory => (Verdict::MemoryLimit, "memory"),
                Killed::Output => (Verdict::OutputLimit, "output"),
                _ => (Verdict::TimeLimit, "cpu"),
            };
            let evidence = Evidence::Limit {
                test: String::new(),
                limit: limit.into(),
                allowed: assay_go::build_limits(),
                measured: "compiling took more".into(),
                goroutines: vec![],
            };
            Err(vec![(verdict, evidence)])
        }
    }
}

fn compile_error(d: Diagnostic) -> Finding {
    (Verdict::CompileError, Evidence::CompileError { position: d.position, message: d.message })
}

/// What the policy refuses.
pub(crate) fn rejections(screened: &Screened) -> Vec<Finding> {
    let reject = |f: &assay_go::Finding| {
        let position = Position { file: f.file.clone(), line: f.line, column: f.column };
        let position = Some(position).filter(|p| !p.file.is_empty());
        (Verdict::Rejected, Evidence::Rejection { position, reason: f.reason.clone() })
    };
    screened.rejections.iter().map(reject).collect()
}

/// Code that Go's parser cannot read but the compiler can would pass the policy unread.
pub(crate) fn with_unreadable(mut found: Found, screened: &Screened) -> Found {
    let refused =
        |(v, _): &Finding| matches!(v, Verdict::CompileError | Verdict::MemoryLimit | Verdict::TimeLimit);
    let never_ran = found.passes.is_empty() && found.findings.iter().any(refused);
    if !screened.unreadable.is_empty() && !never_ran {
        found.findings.extend(screened.unreadable.iter().map(|f| {
            let position = Position { file: f.file.clone(), line: f.line, column: f.column };
            let reason = format!("Go's parser cannot read this, so it cannot be checked: {}", f.reason);
            (Verdict::Rejected, Evidence::Rejection { position: Some(position), reason })
        }));
    }
    found
}
