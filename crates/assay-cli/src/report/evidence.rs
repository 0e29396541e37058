use std::fmt::Write as _;

use assay_core::{Access, Evidence, Frame, Position};

use super::excerpt::{Source, excerpt};
use super::figures;
use super::goroutines::{place, table, wakers};
use crate::text::{BAD, DIM, GOOD, inert, paint};

/// Lines of a message that are shown.
const LINES: usize = 12;

/// One proof, with the code beside it; what `summary` said already is not said again.
pub(crate) fn render(evidence: &Evidence, summary: &str, sources: &[Source<'_>]) -> String {
    let said = |sentence: &str| if summary.contains(sentence) { String::new() } else { indented(sentence) };
    match evidence {
        Evidence::Rejection { position, reason } => at(position.as_ref(), reason, summary, sources, 1),
        Evidence::CompileError { position, message } => at(position.as_ref(), message, summary, sources, 0),
        Evidence::FailedTest { pass, test, message, position, got, want } => {
            let head = format!("  {} in the {} pass\n", inert(test), inert(pass));
            head + &failed(message, position.as_ref(), got.as_deref(), want.as_deref(), sources)
        }
        Evidence::Race { test, accesses, sentence, .. } => {
            let mut out = in_test(test) + &said(sentence);
            for access in accesses {
                out.push_str(&side(access, sources));
            }
            out
        }
        Evidence::Deadlock { test, sentence, goroutines, .. }
        | Evidence::Leak { test, sentence, goroutines, .. } => {
            let first = goroutines.first().and_then(|g| shown_frame(&g.stack));
            let code = first.and_then(|f| frame_excerpt(sources, f, 1, "waits here")).unwrap_or_default();
            in_test(test) + &said(sentence) + &table(goroutines) + &wakers(goroutines) + &code
        }
        Evidence::Panic { test, message, stack, .. } => {
            let mut out = in_test(test) + &said(message);
            match shown_frame(stack).and_then(|f| frame_excerpt(sources, f, 2, "panics here")) {
                Some(code) => out.push_str(&code),
                None => out.push_str(&frames(stack)),
            }
            out
        }
        Evidence::Limit { test, limit, allowed, measured, goroutines } => {
            let mut out = in_test(test) + &said(&format!("{limit}: {measured}, allowed {allowed}"));
            if !goroutines.is_empty() {
                out.push_str(&table(goroutines));
            }
            out
        }
        Evidence::Tamper { reason } => said(reason),
        Evidence::Exhibit { sentence, facts, .. } => {
            said(sentence) + &facts.iter().fold(String::new(), |out, f| out + &indented(&format!("· {f}")))
        }
        Evidence::Budget(figure) => said(&figure.sentence()) + &figures::bars(figure),
        Evidence::Flaky { seed, .. } => {
            said(&evidence.headline()) + &indented(&format!("seed {seed} shows it"))
        }
    }
}

/// A message with the line it is about.
fn at(
    position: Option<&Position>,
    message: &str,
    summary: &str,
    sources: &[Source<'_>],
    around: u32,
) -> String {
    let Some(p) = position else {
        return if summary.contains(message) { String::new() } else { indented(message) };
    };
    match excerpt(sources, &p.file, p.line, around, "") {
        Some(code) if summary.contains(message) => code,
        Some(code) => indented(message) + &code,
        None => indented(&format!("{}:{}: {message}", p.file, p.line)),
    }
}

fn failed(
    message: &str,
    position: Option<&Position>,
    got: Option<&str>,
    want: Option<&str>,
    sources: &[Source<'_>],
) -> String {
    let mut out = String::new();
    let single = message.trim().lines().count() <= 1;
    if let (Some(got), Some(want), true) = (got, want, single) {
        let label = message.split("got ").next().unwrap_or_default().trim_end_matches([' ', ',', ':', '=']);
        if !label.is_empty() {
            out.push_str(&indented(label));
        }
        let _ = writeln!(out, "    got  {}", paint(BAD, &inert(got)));
        let _ = writeln!(out, "    want {}", paint(GOOD, &inert(want)));
    } else {
        out.push_str(&indented(message));
    }
    let code = position.and_then(|p| excerpt(sources, &p.file, p.line, 2, "says so"));
    out + &code.unwrap_or_default()
}

/// One side of a race.
fn side(access: &Access, sources: &[Source<'_>]) -> String {
    let who = match access.goroutine.as_str() {
        "main" => "the main goroutine".to_owned(),
        number => format!("goroutine {number}"),
    };
    let note = format!("{} by {who}", access.operation);
    let mut out = match shown_frame(&access.stack) {
        Some(frame) => frame_excerpt(sources, frame, 1, &note)
            .unwrap_or_else(|| format!("  {}   ← {}\n", inert(&place(frame)), inert(&note))),
        None => format!("  {}\n", inert(&note)),
    };
    if let Some(frame) = shown_frame(&access.created) {
        let _ =
            writeln!(out, "      {}", paint(DIM, &format!("{who} was created at {}", inert(&place(frame)))));
    }
    out
}

/// The candidate's innermost frame, else the innermost.
fn shown_frame(stack: &[Frame]) -> Option<&Frame> {
    stack.iter().find(|f| f.own).or(stack.first())
}

fn frame_excerpt(sources: &[Source<'_>], frame: &Frame, around: u32, note: &str) -> Option<String> {
    excerpt(sources, &frame.position.file, frame.position.line, around, note)
}

fn frames(stack: &[Frame]) -> String {
    stack.iter().take(LINES).fold(String::new(), |out, f| out + &indented(&place(f)))
}

fn in_test(test: &str) -> String {
    if test.is_empty() { String::new() } else { format!("  in {}\n", inert(test)) }
}

/// A text moved in by two, at most [`LINES`] lines of it.
fn indented(text: &str) -> String {
    let text = inert(text.trim_end());
    let mut out = String::new();
    for line in text.lines().take(LINES) {
        let _ = writeln!(out, "  {line}");
    }
    let left = text.lines().count().saturating_sub(LINES);
    if left > 0 {
        let _ = writeln!(out, "  … and {left} more lines in --json");
    }
    out
}
