//! An observation as text: a lane a goroutine, a letter a state; then what used the most CPU and memory.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use assay_core::{Lane, LaneState, Observation, Profile, Span, Timeline, Unit};

use crate::text::{BOLD, DIM, inert, paint};

/// Goroutines that are drawn.
const LANES: usize = 16;
/// Goroutines that are drawn of those that do the same.
const ALIKE: usize = 4;
/// Stacks that are shown of a profile.
const STACKS: usize = 5;
/// Columns of the names, at least and at most; a third of all between.
const NAME: (usize, usize) = (30, 48);
/// Columns of the places, at most.
const PLACE: usize = 24;
/// Columns of a word in the legend, at most.
const WORD: usize = 30;
/// Columns of the picture, at least and at most.
const BAR: (usize, usize) = (20, 160);

/// Drawn in `width` columns.
pub(crate) fn render(observation: &Observation, width: usize) -> String {
    let tests = match observation.tests.as_slice() {
        [] => String::new(),
        [one] => format!("  {}, once more", inert(one)),
        many => format!("  {} tests, once more", many.len()),
    };
    let mut out = format!("\n{}{tests}\n", paint(BOLD, "observed"));
    for note in &observation.notes {
        let _ = writeln!(out, "  {}", inert(note));
    }
    if let Some(timeline) = &observation.timeline {
        out.push_str(&lanes(timeline, width));
    }
    for (title, profile) in [("cpu", &observation.cpu), ("allocated", &observation.allocs)] {
        if let Some(profile) = profile {
            out.push_str(&stacks(title, profile, width));
        }
    }
    out
}

/// The part of a timeline that is drawn: of several tests the longest, and of a time in which nothing moves only a little.
struct Window {
    from: u64,
    to: u64,
    title: String,
}

impl Window {
    fn of(timeline: &Timeline) -> Window {
        let end = timeline.end_ns.max(1);
        if let [_, _, ..] = timeline.tests.as_slice()
            && let Some(longest) = timeline.tests.iter().max_by_key(|t| t.to.saturating_sub(t.from))
        {
            let (from, to) = (longest.from, longest.to.max(longest.from + 1));
            let name = inert(&longest.name);
            let title = format!("{name}, the longest: {} of {}", nanos(to - from), nanos(end));
            return Window { from, to, title };
        }
        let moving = timeline.still_ns + timeline.still_ns / 3 + 1;
        if moving < end / 5 * 4 {
            let title = format!("0 to {}, then nothing moved until {}", nanos(moving), nanos(end));
            return Window { from: 0, to: moving, title };
        }
        Window { from: 0, to: end, title: format!("0 to {}", nanos(end)) }
    }

    /// Its part `n` of `parts` equal ones.
    fn part(&self, n: usize, parts: usize) -> (u64, u64) {
        let whole = u128::from(self.to - self.from);
        let edge = |n: usize| self.from + (whole * n as u128 / parts as u128) as u64;
        (edge(n), edge(n + 1).max(edge(n) + 1))
    }

    fn shows(&self, lane: &Lane) -> bool {
        lane.spans.iter().any(|s| s.from < self.to && s.to > self.from)
    }
}

fn lanes(timeline: &Timeline, width: usize) -> String {
    let window = Window::of(timeline);
    let (shown, alike) = chosen(timeline, &window);
    let longest = |texts: &[String]| texts.iter().map(|n| n.chars().count()).max().unwrap_or_default();
    let room = (width / 3).clamp(NAME.0, NAME.1);
    let names: Vec<String> =
        shown.iter().map(|l| shortened(&format!("{} {}", l.goroutine, inert(&l.name)), room)).collect();
    let places: Vec<String> = shown.iter().map(|l| stands(l, timeline.end_ns)).collect();
    let name = longest(&names);
    let bar = width.saturating_sub(2 + name + 1 + 2 + longest(&places)).clamp(BAR.0, BAR.1);
    let mut legend = Legend::default();
    // Over the picture if there is room.
    let indent = if window.title.chars().count() <= bar { name + 1 } else { 0 };
    let mut out = format!("\n  {:indent$}{}\n", "", paint(DIM, &window.title));
    for ((lane, label), place) in shown.iter().zip(&names).zip(&places) {
        let cells: String =
            cells(lane, &window, bar).map(|span| span.map_or(' ', |s| legend.letter(s))).collect();
        let line = format!("  {label:<name$} {cells}  {place}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    for (what, n) in alike {
        let _ = writeln!(out, "  {}", paint(DIM, &format!("… and {n} more {what}")));
    }
    let more = timeline.dropped.lanes;
    if more > 0 {
        let _ = writeln!(out, "  {}", paint(DIM, &format!("… and {more} that are not kept")));
    }
    for line in legend.lines(width.saturating_sub(2)) {
        let _ = writeln!(out, "  {}", paint(DIM, &line));
    }
    out
}

/// The lanes to draw, in order, and how many of which name are not.
fn chosen<'a>(timeline: &'a Timeline, window: &Window) -> (Vec<&'a Lane>, Vec<(String, usize)>) {
    let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut hidden: BTreeMap<String, usize> = BTreeMap::new();
    // Those that never ended first, then the candidate's, then the others.
    let mut order: Vec<(usize, &Lane)> =
        timeline.lanes.iter().enumerate().filter(|(_, l)| window.shows(l)).collect();
    order.sort_by_key(|(n, l)| (!alive(l, timeline.end_ns), !l.own, *n));
    let mut shown = Vec::new();
    for (n, lane) in order {
        let kind = kinds.entry((lane.name.clone(), stands(lane, timeline.end_ns))).or_default();
        *kind += 1;
        if *kind <= ALIKE && shown.len() < LANES {
            shown.push((n, lane));
        } else {
            *hidden.entry(inert(&lane.name)).or_default() += 1;
        }
    }
    shown.sort_by_key(|(n, _)| *n);
    let mut hidden: Vec<(String, usize)> = hidden.into_iter().collect();
    hidden.sort_by_key(|(_, n)| usize::MAX - n);
    let others: usize = hidden.iter().skip(3).map(|(_, n)| n).sum();
    hidden.truncate(3);
    if others > 0 {
        hidden.push(("of other names".into(), others));
    }
    (shown.into_iter().map(|(_, lane)| lane).collect(), hidden)
}

fn alive(lane: &Lane, end: u64) -> bool {
    lane.spans.last().is_some_and(|s| s.to >= end)
}

/// Where a goroutine that never ended waits.
fn stands(lane: &Lane, end: u64) -> String {
    let last = lane.spans.last().filter(|s| s.to >= end && s.state == LaneState::Waiting);
    let place = last.and_then(|s| s.at.as_ref());
    place.map(|p| clipped(&format!("{}:{}", inert(&p.file), p.line), PLACE)).unwrap_or_default()
}

/// What a lane did most of the time in each of `bar` equal parts of the window.
fn cells<'a>(lane: &'a Lane, window: &Window, bar: usize) -> impl Iterator<Item = Option<&'a Span>> {
    (0..bar).map(move |n| {
        let (from, to) = window.part(n, bar);
        let within = |s: &Span| s.to.min(to).saturating_sub(s.from.max(from));
        lane.spans.iter().filter(|s| within(s) > 0).max_by_key(|s| within(s))
    })
}

/// Which letter stands for which reason.
#[derive(Default)]
struct Legend {
    used: Vec<(char, String)>,
}

impl Legend {
    fn letter(&mut self, span: &Span) -> char {
        let (letter, what) = match span.state {
            LaneState::Running => ('█', "running"),
            LaneState::Runnable => ('░', "ready"),
            LaneState::Syscall => ('▒', "system call"),
            LaneState::Waiting => return self.reason(&span.reason),
        };
        self.note(letter, what);
        letter
    }

    fn reason(&mut self, reason: &str) -> char {
        let word = reason.split(" (").next().unwrap_or_default();
        let letter = match word {
            "chan send" => 's',
            "chan receive" => 'r',
            "select" => 'x',
            "sleep" => 'z',
            "synctest" => 'b',
            _ if word.ends_with("Lock") => 'l',
            _ if word.starts_with("sync") => 'w',
            _ if word.starts_with("GC") => 'g',
            _ => 'o',
        };
        self.note(letter, if word.is_empty() { "waiting" } else { word });
        letter
    }

    fn note(&mut self, letter: char, what: &str) {
        let what = clipped(&inert(what), WORD);
        if !self.used.iter().any(|(l, w)| *l == letter && *w == what) {
            self.used.push((letter, what));
        }
    }

    /// `█ running   l sync.Mutex.Lock, sync.RWMutex.RLock`, in lines of so many columns.
    fn lines(&self, columns: usize) -> Vec<String> {
        let mut parts: Vec<(char, Vec<&str>)> = Vec::new();
        for (letter, what) in &self.used {
            match parts.iter_mut().find(|(l, _)| l == letter) {
                Some((_, words)) => words.push(what),
                None => parts.push((*letter, vec![what])),
            }
        }
        let mut lines: Vec<String> = Vec::new();
        for part in parts.iter().map(|(l, w)| format!("{l} {}", w.join(", "))) {
            match lines.last_mut() {
                Some(line) if line.chars().count() + 3 + part.chars().count() <= columns => {
                    line.push_str("   ");
                    line.push_str(&part);
                }
                _ => lines.push(part),
            }
        }
        lines
    }
}

fn stacks(title: &str, profile: &Profile, width: usize) -> String {
    let amount = |value: u64| match profile.unit {
        Unit::Ns => nanos(value),
        Unit::Bytes => bytes(value),
    };
    let here = profile.total.saturating_sub(profile.elsewhere);
    let mut out = format!(
        "\n  {title} {} by the code and the tests, {} elsewhere\n",
        amount(here),
        amount(profile.elsewhere)
    );
    let mut folded: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
    for stack in &profile.stacks {
        *folded.entry(without_runtime(&stack.frames)).or_default() += stack.value;
    }
    let mut folded: Vec<(Vec<&str>, u64)> = folded.into_iter().collect();
    folded.sort_by_key(|(_, value)| u64::MAX - value);
    for (frames, value) in folded.iter().take(STACKS) {
        let shown = path(frames, width.saturating_sub(13).max(40));
        let _ = writeln!(out, "  {:>9}  {}", amount(*value), inert(&shown));
    }
    out
}

/// The frames of a collapsed stack; what the runtime does inside its own calls is folded into the first of them.
fn without_runtime(frames: &str) -> Vec<&str> {
    let mut frames: Vec<&str> = frames.split(';').collect();
    let inside = |f: &&str| f.starts_with("runtime.") || f.starts_with("internal/runtime/");
    let last = frames.iter().rposition(|f| !inside(f));
    frames.truncate(last.map_or(1, |n| n + 2));
    frames
}

/// A stack in so many columns: its root, and as much of its end as there is room for.
fn path(frames: &[&str], columns: usize) -> String {
    const JOIN: &str = " › ";
    let whole = frames.join(JOIN);
    if whole.chars().count() <= columns || frames.len() < 2 {
        return clipped(&whole, columns);
    }
    let root = shortened(frames[0], columns / 2);
    let left = columns - root.chars().count() - "  › …".len();
    let mut end = String::new();
    for frame in frames[1..].iter().rev() {
        let longer = format!("{JOIN}{frame}{end}");
        if longer.chars().count() > left {
            break;
        }
        end = longer;
    }
    if end.is_empty() {
        end = JOIN.to_owned() + &clipped(frames[frames.len() - 1], left - JOIN.chars().count());
    }
    let between = if frames.len() == 2 { String::new() } else { format!("{JOIN}…") };
    root + &between + &end
}

/// A name in so many columns: its middle says the least.
fn shortened(name: &str, columns: usize) -> String {
    let all: Vec<char> = name.chars().collect();
    if all.len() <= columns {
        return name.to_owned();
    }
    let tail = (columns - 1) / 2;
    let head: String = all[..columns - 1 - tail].iter().collect();
    head + "…" + &all[all.len() - tail..].iter().collect::<String>()
}

fn clipped(text: &str, columns: usize) -> String {
    match text.char_indices().nth(columns) {
        Some(_) => format!("{}…", text.chars().take(columns.saturating_sub(1)).collect::<String>()),
        None => text.to_owned(),
    }
}

/// `640 ns`, `13.2 µs`, `1.0 s`.
fn nanos(ns: u64) -> String {
    let ns = ns as f64;
    match ns {
        _ if ns < 1e3 => format!("{ns} ns"),
        _ if ns < 1e6 => format!("{:.1} µs", ns / 1e3),
        _ if ns < 1e9 => format!("{:.1} ms", ns / 1e6),
        _ => format!("{:.1} s", ns / 1e9),
    }
}

fn bytes(n: u64) -> String {
    match n {
        0..10_240 => format!("{n} B"),
        10_240..10_485_760 => format!("{} KiB", n >> 10),
        _ => format!("{} MiB", n >> 20),
    }
}

#[cfg(test)]
mod tests {
    use assay_core::{DroppedLanes, DroppedStacks, Position, Stack};

    use super::*;

    fn span(from: u64, to: u64, state: LaneState, wait: Option<(&str, u32)>) -> Span {
        let at = wait.map(|(_, line)| Position { file: "pool.go".into(), line, column: 0 });
        Span { from, to, state, reason: wait.map_or(String::new(), |(r, _)| r.into()), at }
    }

    fn lane(goroutine: u64, name: &str, spans: Vec<Span>) -> Lane {
        let own = !name.starts_with("Test");
        Lane { goroutine, name: name.into(), own, created_at: None, created_by: 6, spans }
    }

    fn blocked() -> Observation {
        use LaneState::{Runnable, Running, Waiting};
        let worker = |id, from| {
            lane(
                id,
                "pool.(*Pool).worker",
                vec![
                    span(from, from + 8_000, Runnable, None),
                    span(from + 8_000, from + 14_000, Running, None),
                    span(from + 14_000, 1_000_000_000, Waiting, Some(("sync.Mutex.Lock", 33))),
                ],
            )
        };
        let mut lanes = vec![lane(
            6,
            "TestShutdownDrainsWhatWasAccepted",
            vec![
                span(0, 30_000, Running, None),
                span(30_000, 1_000_000_000, Waiting, Some(("sync.WaitGroup.Wait", 51))),
            ],
        )];
        lanes.extend((0..6).map(|n| worker(10 + n, 4_000 + 3_000 * n)));
        lanes.push(lane(
            30,
            "pool.New.func1",
            vec![span(2_000, 9_000, Waiting, Some(("chan receive", 12))), span(9_000, 20_000, Running, None)],
        ));
        let timeline = Timeline {
            end_ns: 1_000_000_000,
            still_ns: 33_000,
            lanes,
            dropped: DroppedLanes { lanes: 12, ..DroppedLanes::default() },
            ..Timeline::default()
        };
        let stack = |frames: &str, value| Stack { frames: frames.into(), value, own: true };
        let cpu = Profile {
            unit: Unit::Ns,
            total: 310_000_000,
            elsewhere: 200_000_000,
            stacks: vec![
                stack("pool.(*Pool).worker;pool.(*Pool).run;pool_test.TestShutdownDrains.func1", 80_000_000),
                stack(
                    "pool_test.TestShutdownDrains;pool.(*Pool).Submit;runtime.selectgo;runtime.lock;runtime.lock2;runtime.procyield",
                    30_000_000,
                ),
            ],
            dropped: DroppedStacks::default(),
        };
        Observation {
            tests: vec!["TestShutdownDrainsWhatWasAccepted".into()],
            notes: vec!["the tests had not ended after 1.0 s, and were not waited for".into()],
            timeline: Some(timeline),
            cpu: Some(cpu),
            allocs: None,
        }
    }

    fn plain(observation: &Observation, width: usize) -> String {
        anstream::adapter::strip_str(&render(observation, width)).to_string()
    }

    #[test]
    fn goroutines_stand_under_each_other() {
        insta::assert_snapshot!(plain(&blocked(), 80));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [80, 100, 133] {
            let text = plain(&blocked(), width);
            assert!(text.lines().all(|l| l.chars().count() <= width), "{width}:\n{text}");
        }
    }

    #[test]
    fn of_several_tests_the_longest_is_drawn() {
        let mut observation = blocked();
        let timeline = observation.timeline.as_mut().unwrap();
        let test = |name: &str, from, to| assay_core::TestPeriod { name: name.into(), from, to };
        timeline.tests =
            vec![test("TestA", 0, 1_000), test("TestB", 2_000, 9_000), test("TestC", 9_000, 9_500)];
        let text = plain(&observation, 80);
        assert!(text.contains("TestB, the longest: 7.0 µs of 1.0 s"), "{text}");
        assert!(text.contains("pool.New.func1") && !text.contains("12 pool.(*Pool).worker"), "{text}");
    }

    #[test]
    fn nothing_of_it_says_why() {
        let notes = vec!["no observation: the code did not get as far as its tests".into()];
        let text = plain(&Observation { notes, ..Observation::default() }, 80);
        assert_eq!(text, "\nobserved\n  no observation: the code did not get as far as its tests\n");
    }

    #[test]
    fn names_of_a_hostile_program_move_no_terminal() {
        let mut observation = blocked();
        let timeline = observation.timeline.as_mut().unwrap();
        timeline.lanes[1].name = "\u{1b}[2J\u{202e}".into();
        timeline.lanes[1].spans[2].reason = "\u{1b}]8;;x".into();
        assert!(!plain(&observation, 80).chars().any(|c| c == '\u{1b}' || c == '\u{202e}'));
    }
}
