//! Evidence as it is drawn: one section each, except that what the compiler or the screener says comes together.

use assay_core::{Access, Evidence, Position, Verdict};

use super::diff::{self, Care, Row};
use super::figures;
use super::goroutines::{self, GoroutineRow};
use super::graph::Graph;
use super::sentence::Sentence;
use super::shown::Shown;
use super::source::{Excerpt, FrameView, Place, Sources, telling};
use super::units::count;
use super::verdict::Sign;
use super::{leak, twin};

/// A section of the report.
pub(crate) struct Section {
    pub(crate) sign: Sign,
    /// What it is, e.g. `Data race`.
    pub(crate) title: String,
    /// The test it was seen in; empty when there was none.
    pub(crate) test: Shown,
    pub(crate) body: Body,
    /// The complete text of the runtime; empty when there is none.
    pub(crate) raw: Shown,
    /// All of it as text, to be copied and read aloud.
    pub(crate) text: Shown,
}

/// What differs by kind.
pub(crate) enum Body {
    /// Messages with a place each: compile errors and rejections.
    Messages(Vec<Message>),
    Failed {
        message: Shown,
        place: Option<Place>,
        pass: Shown,
        values: Option<Values>,
    },
    Race {
        sentence: Sentence,
        /// What both lines name, as it stands there.
        shared: Vec<Shown>,
        sides: Vec<Side>,
    },
    Deadlock {
        sentence: Sentence,
        graph: Option<Graph>,
        rows: Vec<GoroutineRow>,
    },
    Leak {
        sentence: Sentence,
        sites: Vec<leak::Site>,
    },
    Panic {
        message: Shown,
        excerpt: Option<Excerpt>,
        remark: Shown,
        stack: Vec<FrameView>,
    },
    Limit {
        limit: Shown,
        allowed: Shown,
        measured: Sentence,
        graph: Option<Graph>,
        rows: Vec<GoroutineRow>,
    },
    Exhibit {
        sentence: Sentence,
        facts: Vec<Sentence>,
    },
    Budget {
        sentence: Sentence,
        figure: figures::Row,
    },
    Words(Sentence),
}

/// One message of the compiler or the screener.
pub(crate) struct Message {
    pub(crate) place: Option<Place>,
    pub(crate) text: Sentence,
    pub(crate) excerpt: Option<Excerpt>,
    /// For the editor's line.
    pub(crate) remark: Shown,
}

/// What was expected and what came.
pub(crate) struct Values {
    pub(crate) want: Shown,
    pub(crate) got: Shown,
    /// Both on one line: said in words; else as rows.
    pub(crate) short: bool,
    pub(crate) rows: Vec<Row>,
}

/// One side of a race.
pub(crate) struct Side {
    pub(crate) operation: Shown,
    pub(crate) goroutine: String,
    pub(crate) at: Option<FrameView>,
    pub(crate) excerpt: Option<Excerpt>,
    /// For the editor's line: where the other side is.
    pub(crate) remark: Shown,
    pub(crate) stack: Vec<FrameView>,
    pub(crate) created: Vec<FrameView>,
    /// The `go` statement that made the goroutine, as near to the candidate's code as is known.
    pub(crate) made: Option<FrameView>,
}

/// All sections, in the report's order.
pub(crate) fn sections(evidence: &[Evidence], verdict: Verdict, sources: &Sources) -> Vec<Section> {
    let mut out: Vec<Section> = Vec::new();
    for e in evidence {
        let next = section(e, verdict, sources);
        match (out.last_mut(), next) {
            (
                Some(Section { sign, body: Body::Messages(all), text, .. }),
                Section { sign: s, body: Body::Messages(more), text: t, .. },
            ) if *sign == s => {
                all.extend(more);
                text.extend(&t);
            }
            (_, next) => out.push(next),
        }
    }
    for s in &mut out {
        if let Body::Messages(all) = &s.body {
            s.title = format!("{}: {}", s.title, count(all.len(), "message"));
        }
    }
    out
}

/// The number of the section that each piece of evidence stands in, from 1.
pub(crate) fn numbers(evidence: &[Evidence]) -> Vec<usize> {
    let mut number = 0;
    let mut last = None;
    evidence
        .iter()
        .map(|e| {
            let message = match e {
                Evidence::CompileError { .. } => Some(Verdict::CompileError),
                Evidence::Rejection { .. } => Some(Verdict::Rejected),
                _ => None,
            };
            if message.is_none() || message != last {
                number += 1;
            }
            last = message;
            number
        })
        .collect()
}

/// How a piece of evidence is marked where it stands alone.
pub(crate) fn sign(evidence: &Evidence) -> Sign {
    match evidence {
        Evidence::Rejection { .. } => Verdict::Rejected,
        Evidence::CompileError { .. } => Verdict::CompileError,
        Evidence::FailedTest { .. } | Evidence::Exhibit { proven: false, .. } => Verdict::Failed,
        Evidence::Race { .. } => Verdict::DataRace,
        Evidence::Deadlock { .. } => Verdict::Deadlock,
        Evidence::Panic { .. } => Verdict::Panic,
        Evidence::Leak { .. } => Verdict::Leak,
        Evidence::Limit { .. } => Verdict::TimeLimit,
        Evidence::Tamper { .. } => Verdict::Tampered,
        Evidence::Exhibit { proven: true, .. } => Verdict::Accepted,
        Evidence::Budget(_) => Verdict::Budget,
        Evidence::Flaky { .. } => Verdict::Flaky,
    }
    .into()
}

fn section(evidence: &Evidence, verdict: Verdict, sources: &Sources) -> Section {
    let make = |v: Verdict, title: &str, test: &str, body: Body, raw: &str| Section {
        sign: v.into(),
        title: title.to_owned(),
        test: test.into(),
        body,
        raw: raw.into(),
        text: Shown::new(&twin::text(evidence, title)),
    };
    match evidence {
        Evidence::Rejection { position, reason } => {
            make(Verdict::Rejected, "Not allowed", "", message(position.as_ref(), reason, sources), "")
        }
        Evidence::CompileError { position, message: text } => {
            make(Verdict::CompileError, "Compile errors", "", message(position.as_ref(), text, sources), "")
        }
        Evidence::FailedTest { pass, test, message, position, got, want } => {
            let body = Body::Failed {
                message: message.trim().into(),
                place: position.as_ref().map(|p| sources.place(p)),
                pass: pass.as_str().into(),
                values: got.as_deref().zip(want.as_deref()).map(|(got, want)| values(got, want)),
            };
            make(Verdict::Failed, "Failed test", test, body, "")
        }
        Evidence::Race { test, accesses, sentence, raw } => {
            let sides = (0..accesses.len()).map(|i| side(accesses, i, sources)).collect();
            make(
                Verdict::DataRace,
                "Data race",
                test,
                Body::Race { sentence: sentence.as_str().into(), shared: shared(accesses, sources), sides },
                raw,
            )
        }
        Evidence::Deadlock { test, total, sentence, goroutines, raw } => {
            let title = if *total { "Deadlock of all goroutines" } else { "Deadlock of some goroutines" };
            let rows = goroutines::rows(goroutines, sources);
            let body =
                Body::Deadlock { sentence: sentence.as_str().into(), graph: Graph::of(goroutines), rows };
            make(Verdict::Deadlock, title, test, body, raw)
        }
        Evidence::Leak { test, sentence, goroutines, raw } => {
            let sites = leak::sites(goroutines, sources);
            let body = Body::Leak { sentence: sentence.as_str().into(), sites };
            make(Verdict::Leak, "Left behind", test, body, raw)
        }
        Evidence::Panic { test, message, stack, raw } => {
            let body = Body::Panic {
                message: message.as_str().into(),
                excerpt: telling(stack).and_then(|f| sources.excerpt(&f.position)),
                remark: message.lines().next().unwrap_or_default().into(),
                stack: sources.stack(stack),
            };
            make(Verdict::Panic, "Panic", test, body, raw)
        }
        Evidence::Limit { test, limit, allowed, measured, goroutines } => {
            let body = Body::Limit {
                limit: limit.as_str().into(),
                allowed: allowed.as_str().into(),
                measured: measured.as_str().into(),
                graph: Graph::of(goroutines),
                rows: goroutines::rows(goroutines, sources),
            };
            // Which of the limits it was is the verdict's word where it is one of a limit.
            let v = match verdict {
                Verdict::MemoryLimit | Verdict::OutputLimit | Verdict::Budget => verdict,
                _ => Verdict::TimeLimit,
            };
            make(v, "Limit passed", test, body, "")
        }
        Evidence::Tamper { reason } => {
            make(Verdict::Tampered, "The record does not add up", "", Body::Words(reason.as_str().into()), "")
        }
        Evidence::Exhibit { proven, sentence, facts } => {
            let (v, title) =
                if *proven { (Verdict::Accepted, "Proven") } else { (Verdict::Failed, "Not shown") };
            let facts = facts.iter().map(|f| f.as_str().into()).collect();
            make(v, title, "", Body::Exhibit { sentence: sentence.as_str().into(), facts }, "")
        }
        Evidence::Budget(figure) => {
            let sentence = figure.sentence().as_str().into();
            let body = Body::Budget { sentence, figure: figure.into() };
            make(Verdict::Budget, "Over budget", &figure.benchmark, body, "")
        }
        Evidence::Flaky { pass, test, passed, runs, other, seed } => {
            let text = format!(
                "In the {pass} pass it passed {passed} of {runs} runs; the others ended as {other}. Seed {seed} shows it."
            );
            make(Verdict::Flaky, "Runs that disagree", test, Body::Words(text.as_str().into()), "")
        }
    }
}

fn message(position: Option<&Position>, text: &str, sources: &Sources) -> Body {
    Body::Messages(vec![Message {
        place: position.map(|p| sources.place(p)),
        text: text.into(),
        excerpt: position.and_then(|p| sources.excerpt(p)),
        remark: text.lines().next().unwrap_or_default().into(),
    }])
}

fn values(got: &str, want: &str) -> Values {
    let short = |s: &str| !s.contains('\n') && s.chars().count() <= 60;
    Values {
        want: want.into(),
        got: got.into(),
        short: short(got) && short(want),
        rows: diff::rows(want, got, Care::folding(true)),
    }
}

fn side(accesses: &[Access], index: usize, sources: &Sources) -> Side {
    let place = |a: &Access| telling(&a.stack).map(|f| f.position.clone());
    let access = &accesses[index];
    let at = telling(&access.stack);
    let other = accesses.iter().enumerate().find(|(i, _)| *i != index).and_then(|(_, a)| place(a));
    Side {
        operation: access.operation.as_str().into(),
        goroutine: goroutine(&access.goroutine),
        at: at.map(|f| sources.frame(f)),
        excerpt: at.and_then(|f| sources.excerpt(&f.position)),
        remark: other
            .map(|p| format!("{}, race; other side {}:{}", access.operation, p.file, p.line))
            .unwrap_or_default()
            .as_str()
            .into(),
        stack: sources.stack(&access.stack),
        created: sources.stack(&access.created),
        made: telling(&access.created).map(|f| sources.frame(f)),
    }
}

/// The names that the lines of both sides have, most telling first: the race is about one of them.
fn shared(accesses: &[Access], sources: &Sources) -> Vec<Shown> {
    let line = |a: &Access| {
        let frame = a.stack.iter().find(|f| f.own)?;
        sources.line(&frame.position)
    };
    let mut lines = accesses.iter().map(line);
    let (Some(Some(first)), Some(Some(second)), None) = (lines.next(), lines.next(), lines.next()) else {
        return vec![];
    };
    let there = names(second);
    let mut both: Vec<&str> = names(first).into_iter().filter(|n| there.contains(n)).collect();
    both.sort_by_key(|name| std::cmp::Reverse(name.matches('.').count()));
    both.dedup();
    // `p` says nothing beside `p.closed`.
    let inner =
        |name: &str| both.iter().any(|other| other.strip_prefix(name).is_some_and(|r| r.starts_with('.')));
    both.iter().filter(|name| !inner(name)).take(3).map(|name| Shown::new(name)).collect()
}

/// Names and selectors of a line of Go, such as `p.closed`; what is called, declared or a keyword is none.
fn names(line: &str) -> Vec<&str> {
    const WORDS: [&str; 26] = [
        "if", "for", "range", "go", "func", "return", "defer", "select", "case", "switch", "var", "const",
        "type", "else", "break", "continue", "default", "struct", "map", "chan", "nil", "true", "false",
        "int", "string", "bool",
    ];
    let code = line.split("//").next().unwrap_or_default();
    let mut out = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
        let from = &rest[start..];
        let end = from.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(from.len());
        let name = from[..end].trim_end_matches('.');
        // A method that is called on a thing is not the thing.
        let name = match (from[end..].starts_with('('), name.rsplit_once('.')) {
            (true, Some((thing, _))) => thing,
            (true, None) => "",
            (false, _) => name,
        };
        if !name.is_empty() && !WORDS.contains(&name) && !out.contains(&name) {
            out.push(name);
        }
        rest = &from[end..];
    }
    out
}

fn goroutine(name: &str) -> String {
    let name = Shown::new(name);
    if name.as_str() == "main" { "main goroutine".to_owned() } else { format!("goroutine {name}") }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn of_a_line_the_things_are_named_and_not_what_is_done_with_them() {
        for (line, expected) in [
            ("\tp.closed = true // under no lock", &["p.closed"][..]),
            ("if p.closed || len(p.queue) > 0 {", &["p.closed", "p.queue"]),
            ("p.stats.mu.Lock()", &["p.stats.mu"]),
            ("counts[key]++", &["counts", "key"]),
            ("return nil", &[]),
            ("größe.x = ü", &["größe.x", "ü"]),
        ] {
            assert_eq!(names(line), expected, "{line}");
        }
    }
}
