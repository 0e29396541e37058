//! Evidence as it is drawn: one section each, except that what the compiler or the screener says comes together.

use assay_core::{Access, Evidence, Position, Verdict};

use super::diff::{self, Care, Row};
use super::figures;
use super::goroutines::{self, GoroutineRow};
use super::graph::Graph;
use super::sentence::Sentence;
use super::shown::Shown;
use super::source::{Excerpt, FrameView, Place, Sources, telling};
use super::verdict::Sign;
use super::{leak, twin};
use crate::language::{Message as Said, say};

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
        /// Introduces the message: where it comes from.
        said: Sentence,
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
        sentence: Sentence,
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
    /// Both, where both are short.
    pub(crate) sentence: Option<Sentence>,
    pub(crate) rows: Vec<Row>,
}

/// One side of a race.
pub(crate) struct Side {
    pub(crate) operation: Shown,
    pub(crate) goroutine: String,
    /// It is the main goroutine, which nobody made.
    pub(crate) is_main: bool,
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
            s.title = say("evidence-messages").with("title", &s.title).with("n", all.len()).to_string();
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
    let make = |v: Verdict, title: Said<'_>, test: &str, body: Body, raw: &str| {
        let title = title.to_string();
        Section {
            sign: v.into(),
            test: test.into(),
            body,
            raw: raw.into(),
            text: Shown::new(&twin::text(evidence, &title)),
            title,
        }
    };
    match evidence {
        Evidence::Rejection { position, reason } => {
            let body = message(position.as_ref(), reason, sources);
            make(Verdict::Rejected, say("evidence-not-allowed"), "", body, "")
        }
        Evidence::CompileError { position, message: text } => {
            let body = message(position.as_ref(), text, sources);
            make(Verdict::CompileError, say("evidence-compile-errors"), "", body, "")
        }
        Evidence::FailedTest { pass, test, message, position, got, want } => {
            let body = Body::Failed {
                message: message.trim().into(),
                said: test_said(pass, position.as_ref(), sources),
                values: got.as_deref().zip(want.as_deref()).map(|(got, want)| values(got, want)),
            };
            make(Verdict::Failed, say("evidence-failed-test"), test, body, "")
        }
        Evidence::Race { test, accesses, sentence, raw } => {
            let sides = (0..accesses.len()).map(|i| side(accesses, i, sources)).collect();
            make(
                Verdict::DataRace,
                say("evidence-race"),
                test,
                Body::Race { sentence: sentence.as_str().into(), shared: shared(accesses, sources), sides },
                raw,
            )
        }
        Evidence::Deadlock { test, total, sentence, goroutines, raw } => {
            let title = if *total { say("evidence-deadlock-all") } else { say("evidence-deadlock-some") };
            let rows = goroutines::rows(goroutines, sources);
            let body =
                Body::Deadlock { sentence: sentence.as_str().into(), graph: Graph::of(goroutines), rows };
            make(Verdict::Deadlock, title, test, body, raw)
        }
        Evidence::Leak { test, sentence, goroutines, raw } => {
            let sites = leak::sites(goroutines, sources);
            let body = Body::Leak { sentence: sentence.as_str().into(), sites };
            make(Verdict::Leak, say("evidence-leak"), test, body, raw)
        }
        Evidence::Panic { test, message, stack, raw } => {
            let body = Body::Panic {
                message: message.as_str().into(),
                excerpt: telling(stack).and_then(|f| sources.excerpt(&f.position)),
                remark: message.lines().next().unwrap_or_default().into(),
                stack: sources.stack(stack),
            };
            make(Verdict::Panic, say("evidence-panic"), test, body, raw)
        }
        Evidence::Limit { test, limit, allowed, measured, goroutines } => {
            let body = Body::Limit {
                sentence: say("evidence-limit-says")
                    .sentence()
                    .text("limit", limit)
                    .saying("measured", &measured.as_str().into())
                    .text("allowed", allowed),
                graph: Graph::of(goroutines),
                rows: goroutines::rows(goroutines, sources),
            };
            // Which of the limits it was is the verdict's word where it is one of a limit.
            let v = match verdict {
                Verdict::MemoryLimit | Verdict::OutputLimit | Verdict::Budget => verdict,
                _ => Verdict::TimeLimit,
            };
            make(v, say("evidence-limit"), test, body, "")
        }
        Evidence::Tamper { reason } => {
            make(Verdict::Tampered, say("evidence-tampered"), "", Body::Words(reason.as_str().into()), "")
        }
        Evidence::Exhibit { proven, sentence, facts } => {
            let (v, title) = if *proven {
                (Verdict::Accepted, say("evidence-proven"))
            } else {
                (Verdict::Failed, say("evidence-not-shown"))
            };
            let facts = facts.iter().map(|f| f.as_str().into()).collect();
            make(v, title, "", Body::Exhibit { sentence: sentence.as_str().into(), facts }, "")
        }
        Evidence::Budget(figure) => {
            let sentence = figure.sentence().as_str().into();
            let body = Body::Budget { sentence, figure: figure.into() };
            make(Verdict::Budget, say("evidence-over-budget"), &figure.benchmark, body, "")
        }
        Evidence::Flaky { pass, test, passed, runs, other, seed } => {
            let sentence = say("evidence-flaky-says")
                .with("passed", *passed)
                .with("runs", *runs)
                .with("other", other.name())
                .with("seed", seed.to_string())
                .sentence()
                .text("pass", pass);
            make(Verdict::Flaky, say("evidence-flaky"), test, Body::Words(sentence), "")
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

fn test_said(pass: &str, position: Option<&Position>, sources: &Sources) -> Sentence {
    let said = match position {
        Some(position) => say("evidence-test-said-at").sentence().at("at", &sources.place(position)),
        None => say("evidence-test-said").sentence(),
    };
    said.text("pass", pass)
}

fn values(got: &str, want: &str) -> Values {
    let short = |s: &str| !s.contains('\n') && s.chars().count() <= 60;
    let value = |sentence: Sentence, place: &str, value: &str| match Shown::new(value) {
        value if value.is_empty() => sentence.text(place, &say("evidence-nothing").to_string()),
        value => sentence.code(place, &value),
    };
    let sentence = || value(value(say("evidence-expected-got").sentence(), "want", want), "got", got);
    Values {
        sentence: (short(got) && short(want)).then(sentence),
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
        is_main: access.goroutine == MAIN,
        at: at.map(|f| sources.frame(f)),
        excerpt: at.and_then(|f| sources.excerpt(&f.position)),
        remark: other
            .map(|p| {
                let remark = say("race-remark").with("operation", &access.operation);
                remark.with("at", format!("{}:{}", p.file, p.line)).to_string()
            })
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

/// What the race detector calls the goroutine that nobody made.
const MAIN: &str = "main";

/// A goroutine by the name that the race detector has for it.
pub(super) fn goroutine(name: &str) -> String {
    match name {
        MAIN => say("goroutine-main").to_string(),
        name => say("goroutine-one").with("id", Shown::new(name).as_str()).to_string(),
    }
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
