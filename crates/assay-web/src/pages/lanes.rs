//! The goroutines of an observation as a table: what the timeline shows, for those who read or copy it.

use assay_core::{Lane, LaneState, Observation, Position, Report, Span, Timeline, Verdict};

use super::shown::Shown;
use super::source::{Place, Sources};
use super::units::nanos;
use crate::language::{Message, say};

/// What goroutines did, ready to be drawn.
pub(crate) struct Lanes {
    /// In one sentence.
    pub(crate) sentence: String,
    /// Where to look first.
    pub(crate) moment: Option<Moment>,
    pub(crate) rows: Vec<LaneRow>,
    /// What there was no room for, in words; empty when nothing is missing.
    pub(crate) missing: String,
    /// The table as text, to copy.
    pub(crate) text: String,
}

/// The time at which it went wrong, as far as that can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Nanoseconds of the timeline.
    pub(crate) at: u64,
    pub(crate) says: Shown,
}

/// One goroutine.
pub(crate) struct LaneRow {
    pub(crate) goroutine: u64,
    pub(crate) name: Shown,
    pub(crate) own: bool,
    pub(crate) created: Option<Place>,
    /// Who created it; 0 when that is not known.
    pub(crate) by: u64,
    pub(crate) running: String,
    pub(crate) runnable: String,
    pub(crate) blocked: String,
    pub(crate) longest: Option<Wait>,
    /// `ended at 1.2 ms`, or what it was doing when the trace ended.
    pub(crate) end: String,
}

/// The longest time that a goroutine waited without a break.
pub(crate) struct Wait {
    pub(crate) took: String,
    pub(crate) reason: Shown,
    pub(crate) at: Option<Place>,
}

/// The lanes of `observation`, which stands in `report`; none when it has no timeline.
pub(crate) fn lanes(report: &Report, observation: &Observation, sources: &Sources) -> Option<Lanes> {
    let timeline = observation.timeline.as_ref()?;
    let rows: Vec<LaneRow> = timeline.lanes.iter().map(|l| row(l, timeline.end_ns, sources)).collect();
    Some(Lanes {
        sentence: sentence(timeline),
        moment: moment(report, observation, timeline),
        missing: missing(timeline),
        text: text(&rows),
        rows,
    })
}

fn sentence(t: &Timeline) -> String {
    let still = t.lanes.iter().filter(|l| l.spans.last().is_some_and(|s| s.to >= t.end_ns)).count();
    let all = say("lanes-says").with("n", t.lanes.len()).with("time", nanos(t.end_ns));
    let mut said = all.with("left", say("lanes-left").with("n", still).to_string()).to_string();
    if t.still_ns < t.end_ns / 5 * 4 {
        said += &format!(" {}", say("lanes-still").with("time", nanos(t.still_ns)));
    }
    said
}

/// Where nothing moves any more, where the trace ends before the test did, or where the test ended that failed.
fn moment(report: &Report, observation: &Observation, t: &Timeline) -> Option<Moment> {
    let at = |at: u64, says: Message<'_>, test: &str| {
        let says = Shown::new(&says.with("test", test).to_string());
        Some(Moment { at: at.min(t.end_ns), says })
    };
    let open = t.tests.iter().find(|test| test.to >= t.end_ns);
    if let Some(test) = open {
        if t.still_ns < t.end_ns / 5 * 4 {
            return at(t.still_ns, say("lanes-moment-still"), &test.name);
        }
        return at(t.end_ns, say("lanes-moment-cut"), &test.name);
    }
    match (observation.tests.as_slice(), report.verdict) {
        (_, Verdict::Accepted) => None,
        ([one], _) => {
            let test = t.tests.iter().find(|test| test.name == *one)?;
            at(test.to, say("lanes-moment-failed"), one)
        }
        _ => None,
    }
}

fn missing(t: &Timeline) -> String {
    let all = [
        (t.dropped.lanes, say("lanes-missing-lanes")),
        (t.dropped.spans, say("lanes-missing-spans")),
        (t.dropped.edges, say("lanes-missing-edges")),
    ];
    let parts = all.into_iter().filter(|(n, _)| *n > 0).map(|(n, said)| said.with("n", n).to_string());
    match parts.collect::<Vec<_>>().join("; ") {
        parts if parts.is_empty() => parts,
        parts => say("lanes-missing").with("parts", parts).to_string(),
    }
}

fn row(lane: &Lane, end: u64, sources: &Sources) -> LaneRow {
    let sum = |states: &[LaneState]| {
        let in_state = lane.spans.iter().filter(|s| states.contains(&s.state));
        nanos(in_state.map(length).fold(0, u64::saturating_add))
    };
    let waits = lane.spans.iter().filter(|s| s.state == LaneState::Waiting || s.state == LaneState::Syscall);
    LaneRow {
        goroutine: lane.goroutine,
        name: Shown::new(&lane.name),
        own: lane.own,
        created: lane.created_at.as_ref().map(|p| sources.place(p)),
        by: lane.created_by,
        running: sum(&[LaneState::Running]),
        runnable: sum(&[LaneState::Runnable]),
        blocked: sum(&[LaneState::Waiting, LaneState::Syscall]),
        longest: waits.max_by_key(|s| length(s)).map(|s| wait(s, sources)),
        end: match lane.spans.last() {
            Some(last) if last.to >= end => doing(last),
            Some(last) => say("lanes-ended").with("time", nanos(last.to)).to_string(),
            None => String::new(),
        },
    }
}

fn length(span: &Span) -> u64 {
    span.to.saturating_sub(span.from)
}

fn wait(span: &Span, sources: &Sources) -> Wait {
    Wait { took: nanos(length(span)), reason: reason(span), at: span.at.as_ref().map(|p| sources.place(p)) }
}

fn reason(span: &Span) -> Shown {
    match span.state {
        LaneState::Syscall => Shown::new(&say("lanes-syscall").to_string()),
        _ if span.reason.is_empty() => Shown::new(&say("lanes-waiting").to_string()),
        _ => Shown::new(&span.reason),
    }
}

/// What it still did when the trace ended.
fn doing(span: &Span) -> String {
    match span.state {
        LaneState::Running => say("lanes-end-running").to_string(),
        LaneState::Runnable => say("lanes-end-ready").to_string(),
        LaneState::Waiting | LaneState::Syscall => {
            say("lanes-end-blocked").with("reason", reason(span).as_str()).to_string()
        }
    }
}

fn text(rows: &[LaneRow]) -> String {
    let place = |p: Option<&Place>| p.map_or("-".to_owned(), |p| format!("{}:{}", p.file, p.line));
    let mut out = columns(&say("lanes-columns"));
    for r in rows {
        let (took, reason, at) = match &r.longest {
            Some(w) => (w.took.as_str(), w.reason.as_str(), place(w.at.as_ref())),
            None => ("-", "-", "-".into()),
        };
        let LaneRow { goroutine, name, running, runnable, blocked, end, .. } = r;
        let created = place(r.created.as_ref());
        out += &format!(
            "{goroutine}\t{name}\t{created}\t{running}\t{runnable}\t{blocked}\t{took}\t{reason}\t{at}\t{end}\n"
        );
    }
    out
}

/// The first line of a table as text, whose columns the message has with commas between them.
pub(super) fn columns(names: &Message<'_>) -> String {
    names.to_string().replace(", ", "\t") + "\n"
}

/// The goroutine of the observed run that most likely is one of a dump of another run: made at the same place, and last seen waiting at
/// the same place.
pub(crate) fn twin(timeline: &Timeline, created: Option<&Place>, waits: Option<&Place>) -> Option<u64> {
    let same = |place: Option<&Place>, at: Option<&Position>| match (place, at) {
        (Some(p), Some(at)) => p.line == at.line && p.file == Shown::new(&at.file),
        (a, b) => a.is_none() && b.is_none(),
    };
    let waits_there = |l: &Lane| l.spans.last().is_some_and(|s| same(waits, s.at.as_ref()));
    waits?;
    timeline
        .lanes
        .iter()
        .find(|l| same(created, l.created_at.as_ref()) && waits_there(l))
        .map(|l| l.goroutine)
}
