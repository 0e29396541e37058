//! Evidence as plain text: what the section of the report shows, to be copied into a message and to be read aloud.

use std::fmt::Write as _;

use assay_core::{Access, Evidence, Frame, Goroutine, Position};

use super::{evidence, goroutines};
use crate::language::say;

/// All of a piece of evidence but the runtime's own words, under its title.
pub(crate) fn text(evidence: &Evidence, title: &str) -> String {
    let mut out = String::new();
    let line = |out: &mut String, text: &str| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    let head = |test: &str| match test {
        "" => title.to_owned(),
        test => say("twin-in").with("title", title).with("test", test).to_string(),
    };
    match evidence {
        Evidence::Rejection { position, reason: said }
        | Evidence::CompileError { position, message: said } => {
            line(&mut out, &position.as_ref().map_or_else(|| said.clone(), |p| format!("{}: {said}", at(p))));
        }
        Evidence::FailedTest { pass, test, message, position, got, want } => {
            let said = match position {
                Some(p) => say("twin-failed-at").with("at", at(p)),
                None => say("twin-failed"),
            };
            line(&mut out, &said.with("head", head(test)).with("pass", pass).to_string());
            if let (Some(got), Some(want)) = (got, want) {
                line(&mut out, &say("twin-expected").with("text", indented(want)).to_string());
                line(&mut out, &say("twin-got").with("text", indented(got)).to_string());
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
            let said = say("twin-limit").with("limit", limit).with("measured", measured);
            line(&mut out, &said.with("allowed", allowed).to_string());
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
    let said = say("race-access-by").with("operation", &a.operation);
    let _ = writeln!(out, "{}:", said.with("who", evidence::goroutine(&a.goroutine)));
    frames(out, &a.stack);
    if !a.created.is_empty() {
        let _ = writeln!(out, "  {}", say("twin-made-by"));
        frames(out, &a.created);
    }
}

fn goroutine(out: &mut String, g: &Goroutine) {
    let minutes = g.minutes.map(|n| format!(" {}", say("goroutines-for").with("n", n))).unwrap_or_default();
    let who = say("goroutine-one").with("id", g.id.to_string());
    let _ = writeln!(out, "{who}: {}{minutes}", g.waits_on.state);
    if !g.waits_on.operations.is_empty() {
        let operations = goroutines::any_of(&g.waits_on.operations);
        let _ = writeln!(out, "  {}", say("twin-waits-on").with("operations", operations));
    }
    for w in &g.woken_by {
        let said = say("goroutines-woken").with("operation", &w.operation).with("at", at(&w.position));
        let _ = writeln!(out, "  {}", said.with("who", goroutines::on_the_way(w, g.id)));
    }
    if g.unreachable {
        let _ = writeln!(out, "  {}", say("twin-unreachable"));
    }
    frames(out, &g.stack);
    if let Some(f) = &g.created {
        let said = say("twin-made").with("at", at(&f.position)).with("function", &f.function);
        let _ = writeln!(out, "  {said}");
    }
}
