//! The goroutines of an observation as a table: what the timeline shows, for those who read or copy it.

use assay_core::{Lane, LaneState, Observation, Position, Report, Span, Timeline, Verdict};

use super::shown::Shown;
use super::source::{Place, Sources};
use super::units::{count, nanos};

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
    let left = match still {
        0 => "all of them ended".to_owned(),
        1 => "one was still there at the end".to_owned(),
        n => format!("{n} were still there at the end"),
    };
    let moved = if t.still_ns < t.end_ns / 5 * 4 {
        format!(" After {} nothing moved any more.", nanos(t.still_ns))
    } else {
        String::new()
    };
    format!("{} in {}; {left}.{moved}", count(t.lanes.len(), "goroutine"), nanos(t.end_ns))
}

/// Where nothing moves any more, where the trace ends before the test did, or where the test ended that failed.
fn moment(report: &Report, observation: &Observation, t: &Timeline) -> Option<Moment> {
    let at = |at: u64, says: &str| Some(Moment { at: at.min(t.end_ns), says: Shown::new(says) });
    let open = t.tests.iter().find(|test| test.to >= t.end_ns);
    if let Some(test) = open {
        if t.still_ns < t.end_ns / 5 * 4 {
            return at(t.still_ns, &format!("from here on nothing moved, and {} did not end", test.name));
        }
        return at(t.end_ns, &format!("the trace ends here, before {} did", test.name));
    }
    match (observation.tests.as_slice(), report.verdict) {
        (_, Verdict::Accepted) => None,
        ([one], _) => {
            let test = t.tests.iter().find(|test| test.name == *one)?;
            at(test.to, &format!("{one}, which failed when it was judged, ended here"))
        }
        _ => None,
    }
}

fn missing(t: &Timeline) -> String {
    let mut parts = vec![];
    if t.dropped.lanes > 0 {
        parts.push(format!("{} that had no room", count(t.dropped.lanes as usize, "more goroutine")));
    }
    if t.dropped.spans > 0 {
        parts.push(format!(
            "{} that were merged into their neighbours",
            count(t.dropped.spans as usize, "short time")
        ));
    }
    if t.dropped.edges > 0 {
        parts.push(format!("the first {}", count(t.dropped.edges as usize, "wake-up")));
    }
    if parts.is_empty() { String::new() } else { format!("Not shown: {}.", parts.join("; ")) }
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
            Some(last) if last.to >= end => format!("still {} at the end", doing(last)),
            Some(last) => format!("ended at {}", nanos(last.to)),
            None => String::new(),
        },
    }
}

fn length(span: &Span) -> u64 {
    span.to.saturating_sub(span.from)
}

fn wait(span: &Span, sources: &Sources) -> Wait {
    Wait {
        took: nanos(length(span)),
        reason: Shown::new(reason(span)),
        at: span.at.as_ref().map(|p| sources.place(p)),
    }
}

fn reason(span: &Span) -> &str {
    match span.state {
        LaneState::Syscall => "system call",
        _ if span.reason.is_empty() => "waiting",
        _ => &span.reason,
    }
}

fn doing(span: &Span) -> String {
    match span.state {
        LaneState::Running => "running".into(),
        LaneState::Runnable => "ready to run".into(),
        LaneState::Waiting | LaneState::Syscall => format!("blocked ({})", Shown::new(reason(span))),
    }
}

fn text(rows: &[LaneRow]) -> String {
    let place = |p: Option<&Place>| p.map_or("-".to_owned(), |p| format!("{}:{}", p.file, p.line));
    let mut out =
        "goroutine\tname\tcreated at\trunning\tready\tblocked\tlongest wait\treason\tat\tend\n".to_owned();
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
