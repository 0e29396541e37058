//! Evidence as plain text: what the section of the report shows, to be copied into a message and to be read aloud.

use std::fmt::Write as _;

use assay_core::{Access, Evidence, Frame, Goroutine, Position};

/// All of a piece of evidence but the runtime's own words, under its title.
pub(crate) fn text(evidence: &Evidence, title: &str) -> String {
    let mut out = String::new();
    let line = |out: &mut String, text: &str| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    let head = |test: &str| if test.is_empty() { title.to_owned() } else { format!("{title} in {test}") };
    match evidence {
        Evidence::Rejection { position, reason: said }
        | Evidence::CompileError { position, message: said } => {
            line(&mut out, &position.as_ref().map_or_else(|| said.clone(), |p| format!("{}: {said}", at(p))));
        }
        Evidence::FailedTest { pass, test, message, position, got, want } => {
            let place = position.as_ref().map(|p| format!(", at {}", at(p))).unwrap_or_default();
            line(&mut out, &format!("{} ({pass} pass{place})", head(test)));
            if let (Some(got), Some(want)) = (got, want) {
                line(&mut out, &format!("expected: {}", indented(want)));
                line(&mut out, &format!("got:      {}", indented(got)));
            }
            line(&mut out, message.trim());
        }
        Evidence::Race { test, accesses, sentence, .. } => {
            line(&mut out, &head(test));
            line(&mut out, sentence);
            for a in accesses {
                access(&mut out, a);
            }
        }
        Evidence::Deadlock { test, sentence, goroutines, .. }
        | Evidence::Leak { test, sentence, goroutines, .. } => {
            line(&mut out, &head(test));
            line(&mut out, sentence);
            for g in goroutines {
                goroutine(&mut out, g);
            }
        }
        Evidence::Panic { test, message, stack, .. } => {
            line(&mut out, &head(test));
            line(&mut out, message);
            frames(&mut out, stack);
        }
        Evidence::Limit { test, limit, allowed, measured, goroutines } => {
            line(&mut out, &head(test));
            line(&mut out, &format!("{limit}: {measured}; allowed: {allowed}"));
            for g in goroutines {
                goroutine(&mut out, g);
            }
        }
        Evidence::Tamper { reason } => line(&mut out, &format!("{title}: {reason}")),
        Evidence::Exhibit { sentence, facts, .. } => {
            line(&mut out, &format!("{title}: {sentence}"));
            for f in facts {
                line(&mut out, &format!("- {f}"));
            }
        }
        Evidence::Budget(figure) => {
            line(&mut out, &format!("{title}: {}", figure.sentence()));
        }
        Evidence::Flaky { .. } => line(&mut out, &format!("{title}: {}", evidence.headline())),
    }
    out
}

fn at(p: &Position) -> String {
    if p.line == 0 { p.file.clone() } else { format!("{}:{}", p.file, p.line) }
}

/// Lines after the first stand under it.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n          ")
}

fn frames(out: &mut String, stack: &[Frame]) {
    for f in stack {
        // Writing into a string cannot fail.
        let _ = writeln!(out, "    {} {}", f.function, at(&f.position));
    }
}

fn access(out: &mut String, a: &Access) {
    let who = if a.goroutine == "main" {
        "main goroutine".to_owned()
    } else {
        format!("goroutine {}", a.goroutine)
    };
    let _ = writeln!(out, "{} by {who}:", a.operation);
    frames(out, &a.stack);
    if !a.created.is_empty() {
        let _ = writeln!(out, "  made by:");
        frames(out, &a.created);
    }
}

fn goroutine(out: &mut String, g: &Goroutine) {
    let minutes = g.minutes.map(|n| format!(" for {n} min")).unwrap_or_default();
    let _ = writeln!(out, "goroutine {}: {}{minutes}", g.id, g.waits_on.state);
    if !g.waits_on.operations.is_empty() {
        let _ = writeln!(out, "  waits on {}", g.waits_on.operations.join(" or "));
    }
    for w in &g.woken_by {
        let _ = writeln!(
            out,
            "  could be woken by {} at {}: {}",
            w.operation,
            at(&w.position),
            w.on_the_way(g.id)
        );
    }
    if g.unreachable {
        let _ = writeln!(out, "  nothing that can still run reaches what it waits on");
    }
    frames(out, &g.stack);
    if let Some(f) = &g.created {
        let _ = writeln!(out, "  made at {} in {}", at(&f.position), f.function);
    }
}
