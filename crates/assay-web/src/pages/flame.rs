//! A profile as a flame graph, laid out here and drawn by a template, and the same as a table. What lies outside of the candidate's code
//! and the tests is folded into the function that was called there. Every name is a candidate's word.

use std::collections::{BTreeSet, HashMap};

use assay_core::{Profile, Stack, Unit};
use serde::Deserialize;

use super::shown::Shown;
use super::units;

/// Units of the picture's own scale from its left to its right.
pub(crate) const WIDTH: f64 = 1120.0;
/// Height of a bar with the gap under it.
const ROW: usize = 20;
/// A bar that is narrower is left out, with all that it calls.
const NARROWEST: f64 = 0.7;
/// Width of a letter of 12 px, monospaced.
const LETTER: f64 = 7.3;
/// Calls inside each other that are drawn; the observer gives no more than 60.
const DEEPEST: usize = 64;
/// Functions in the table.
const MOST_ROWS: usize = 100;

/// Which profile, in addresses and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Cpu,
    Allocations,
}

impl Kind {
    pub(crate) const ALL: [Kind; 2] = [Kind::Cpu, Kind::Allocations];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Cpu => "cpu",
            Kind::Allocations => "allocations",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Kind::Cpu => "Processor time",
            Kind::Allocations => "Allocations",
        }
    }
}

/// What of a profile is looked at: the part after `?`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Look {
    /// Only what runs in this function.
    #[serde(default)]
    pub(crate) focus: String,
    /// Functions with this in their name are marked.
    #[serde(default)]
    pub(crate) find: String,
    /// Nothing is folded; any value but an empty one.
    #[serde(default)]
    pub(crate) whole: String,
}

impl Look {
    pub(crate) fn is_whole(&self) -> bool {
        !self.whole.is_empty()
    }
}

/// Whose a function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Tests,
    Library,
}

impl Whose {
    /// Of a function as the profile names it, where the candidate writes `package`.
    fn of(function: &str, package: &str) -> Whose {
        let path = function.split(['(', '[']).next().unwrap_or_default();
        let path = path.rsplit('/').next().unwrap_or_default();
        let path = path.split('.').next().unwrap_or_default();
        match path.strip_prefix(package) {
            Some("") if !function.contains('/') => Whose::Own,
            Some("_test") => Whose::Tests,
            _ => Whose::Library,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Whose::Own => "own",
            Whose::Tests => "tests",
            Whose::Library => "library",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Whose::Own => "yours",
            Whose::Tests => "tests",
            Whose::Library => "library",
        }
    }
}

/// One call with all of its calls.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) y: usize,
    pub(crate) width: String,
    /// As much of the name as there is room for; empty when there is none.
    pub(crate) label: String,
    pub(crate) title: String,
    /// The name as the profile has it, to look at alone.
    pub(crate) focus: String,
    pub(crate) class: &'static str,
    pub(crate) found: bool,
}

impl Bar {
    pub(crate) fn text_y(&self) -> usize {
        self.y + 14
    }
}

/// One function of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: Shown,
    pub(crate) focus: String,
    pub(crate) whose: &'static str,
    pub(crate) own: bool,
    pub(crate) alone: String,
    pub(crate) total: String,
    pub(crate) share: String,
    pub(crate) found: bool,
}

/// Ready to be drawn.
pub(crate) struct Flame {
    pub(crate) kind: Kind,
    pub(crate) sentence: String,
    pub(crate) look: Look,
    pub(crate) height: usize,
    pub(crate) bars: Vec<Bar>,
    pub(crate) rows: Vec<Row>,
    /// How many functions the table has no room for.
    pub(crate) left_out: usize,
    /// Who calls the function in focus, and how much of it.
    pub(crate) callers: Vec<(Shown, String, String)>,
    /// What was found, in words; empty when nothing was looked for.
    pub(crate) found: String,
    /// The table as text, to copy.
    pub(crate) text: String,
}

impl Flame {
    /// The name of the function in focus, to be read; empty when there is none.
    pub(crate) fn focus(&self) -> Shown {
        Shown::new(&self.look.focus)
    }
}

/// Draws `profile` of a candidate who writes `package`.
pub(crate) fn drawn(kind: Kind, profile: &Profile, package: &str, look: Look) -> Flame {
    let amount = |value: u64| amount(profile.unit, value);
    let stacks: Vec<(Vec<&str>, u64)> =
        profile.stacks.iter().map(|s| (frames(s, package, look.is_whole()), s.value)).collect();
    let callers = if look.focus.is_empty() { vec![] } else { callers(&stacks, &look.focus) };
    let stacks = focused(stacks, &look.focus);
    let total = stacks.iter().map(|s| s.1).fold(0, u64::saturating_add);
    let found = Found { text: look.find.trim().to_lowercase() };
    let tree = Tree::of(&stacks);
    let mut layout =
        Layout { tree: &tree, total: total.max(1), package, found: &found, amount: &amount, bars: vec![] };
    layout.place(0, 0, 0.0);
    let bars = layout.bars;
    let (rows, left_out) = rows(&stacks, total, package, &found, &amount);
    Flame {
        kind,
        sentence: sentence(kind, profile),
        height: bars.iter().map(|b| b.y + ROW).max().unwrap_or(ROW),
        bars,
        text: text(&rows),
        rows,
        left_out,
        callers: callers.into_iter().map(|(n, v)| (Shown::new(n), n.to_owned(), amount(v))).collect(),
        found: found.said(&stacks, total),
        look,
    }
}

fn amount(unit: Unit, value: u64) -> String {
    match unit {
        Unit::Ns => units::nanos(value),
        Unit::Bytes => units::bytes(value),
    }
}

fn share(value: u64, total: u64) -> String {
    format!("{:.1} %", 100.0 * value as f64 / total.max(1) as f64)
}

fn sentence(kind: Kind, profile: &Profile) -> String {
    let amount = |value| amount(profile.unit, value);
    let here = amount(profile.total.saturating_sub(profile.elsewhere));
    let (all, elsewhere) = (amount(profile.total), amount(profile.elsewhere));
    let mut said = match kind {
        Kind::Cpu => format!(
            "Of {all} of processor time, sampled every 10 ms, {here} went into the code and the tests, which is shown here; {elsewhere} went elsewhere: collector, scheduler, tracer, harness."
        ),
        Kind::Allocations => format!(
            "Of {all} that one run allocated, {here} were allocated by the code and the tests, which is shown here; {elsewhere} elsewhere."
        ),
    };
    let dropped = &profile.dropped;
    if dropped.stacks > 0 {
        said += &format!(" {} more stacks, {} in all, were too many to keep.", dropped.stacks, amount(dropped.value));
    }
    said
}

/// The frames of a stack, outermost first. Of several outside of the candidate's code and the tests in a row the first stays: what was
/// called.
fn frames<'a>(stack: &'a Stack, package: &str, whole: bool) -> Vec<&'a str> {
    let mut kept: Vec<&str> = vec![];
    let mut inside = false;
    for frame in stack.frames.split(';').take(DEEPEST) {
        let library = Whose::of(frame, package) == Whose::Library;
        if whole || !(library && inside) {
            kept.push(frame);
        }
        inside = library;
    }
    kept
}

/// Only what runs in `focus`, from there on; everything when that is empty.
fn focused<'a>(stacks: Vec<(Vec<&'a str>, u64)>, focus: &str) -> Vec<(Vec<&'a str>, u64)> {
    if focus.is_empty() {
        return stacks;
    }
    let from = |frames: Vec<&'a str>, value| {
        let at = frames.iter().position(|f| *f == focus)?;
        Some((frames[at..].to_vec(), value))
    };
    stacks.into_iter().filter_map(|(frames, value)| from(frames, value)).collect()
}

/// Who called `focus` first on each stack, the most first.
fn callers<'a>(stacks: &[(Vec<&'a str>, u64)], focus: &str) -> Vec<(&'a str, u64)> {
    let mut sums: HashMap<&str, u64> = HashMap::new();
    for (frames, value) in stacks {
        if let Some(at) = frames.iter().position(|f| *f == focus).filter(|at| *at > 0) {
            let sum = sums.entry(frames[at - 1]).or_default();
            *sum = sum.saturating_add(*value);
        }
    }
    let mut all: Vec<(&str, u64)> = sums.into_iter().collect();
    all.sort_by_key(|(name, value)| (u64::MAX - value, *name));
    all.truncate(10);
    all
}

/// What is looked for.
struct Found {
    text: String,
}

impl Found {
    fn is(&self, name: &str) -> bool {
        !self.text.is_empty() && name.to_lowercase().contains(&self.text)
    }

    fn said(&self, stacks: &[(Vec<&str>, u64)], total: u64) -> String {
        if self.text.is_empty() {
            return String::new();
        }
        let on = stacks.iter().filter(|(frames, _)| frames.iter().any(|f| self.is(f)));
        let value = on.map(|s| s.1).fold(0, u64::saturating_add);
        if value == 0 { "No function has that in its name.".into() } else { format!("Found on {} of it.", share(value, total)) }
    }
}

struct Node<'a> {
    name: &'a str,
    value: u64,
    alone: u64,
    calls: Vec<usize>,
}

/// Stacks merged from the outermost call on; node 0 is all of them.
struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

impl<'a> Tree<'a> {
    fn of(stacks: &[(Vec<&'a str>, u64)]) -> Tree<'a> {
        let mut nodes = vec![Node { name: "", value: 0, alone: 0, calls: vec![] }];
        let mut known: HashMap<(usize, &str), usize> = HashMap::new();
        for (frames, value) in stacks {
            let mut at = 0;
            nodes[0].value = nodes[0].value.saturating_add(*value);
            for frame in frames {
                let next = nodes.len();
                let child = *known.entry((at, frame)).or_insert(next);
                if child == next {
                    nodes.push(Node { name: frame, value: 0, alone: 0, calls: vec![] });
                    nodes[at].calls.push(child);
                }
                nodes[child].value = nodes[child].value.saturating_add(*value);
                at = child;
            }
            nodes[at].alone = nodes[at].alone.saturating_add(*value);
        }
        let order: Vec<(u64, &str)> = nodes.iter().map(|n| (u64::MAX - n.value, n.name)).collect();
        for node in &mut nodes {
            node.calls.sort_by_key(|&call| order[call]);
        }
        Tree { nodes }
    }
}

struct Layout<'a> {
    tree: &'a Tree<'a>,
    total: u64,
    package: &'a str,
    found: &'a Found,
    amount: &'a dyn Fn(u64) -> String,
    bars: Vec<Bar>,
}

impl Layout<'_> {
    /// Places a call at `x` and everything in it below.
    fn place(&mut self, node: usize, depth: usize, x: f64) {
        let Node { name, value, alone, calls } = &self.tree.nodes[node];
        let width = WIDTH * *value as f64 / self.total as f64;
        if width < NARROWEST || depth > DEEPEST {
            return;
        }
        let whose = Whose::of(name, self.package);
        let said = if node == 0 { "everything here".to_owned() } else { Shown::new(name).to_string() };
        let (amount, alone) = ((self.amount)(*value), (self.amount)(*alone));
        self.bars.push(Bar {
            x: format!("{x:.2}"),
            y: depth * ROW,
            width: format!("{:.2}", (width - 0.5).max(0.2)),
            label: fitting(&said, width),
            title: format!("{said}: {amount}, {}; by itself {alone}", share(*value, self.total)),
            focus: (*name).to_owned(),
            class: if node == 0 { "all" } else { whose.class() },
            found: self.found.is(name),
        });
        let mut x = x;
        for &call in calls {
            self.place(call, depth + 1, x);
            x += WIDTH * self.tree.nodes[call].value as f64 / self.total as f64;
        }
    }
}

/// The start of a name in a bar of `width`; empty when three letters have no room.
fn fitting(name: &str, width: f64) -> String {
    let room = ((width - 8.0) / LETTER).max(0.0) as usize;
    match name.chars().count() {
        letters if letters <= room => name.to_owned(),
        _ if room < 3 => String::new(),
        _ => name.chars().take(room - 1).chain(['…']).collect(),
    }
}

/// Every function with what it takes by itself and in all, a call of itself counted once.
fn rows(
    stacks: &[(Vec<&str>, u64)],
    total: u64,
    package: &str,
    found: &Found,
    amount: &dyn Fn(u64) -> String,
) -> (Vec<Row>, usize) {
    let mut sums: HashMap<&str, (u64, u64)> = HashMap::new();
    for (frames, value) in stacks {
        for name in frames.iter().collect::<BTreeSet<_>>() {
            let sum = sums.entry(name).or_default();
            sum.1 = sum.1.saturating_add(*value);
        }
        if let Some(last) = frames.last() {
            let sum = sums.entry(last).or_default();
            sum.0 = sum.0.saturating_add(*value);
        }
    }
    let mut all: Vec<(&str, (u64, u64))> = sums.into_iter().collect();
    all.sort_by_key(|(name, (alone, whole))| (u64::MAX - alone, u64::MAX - whole, *name));
    let left_out = all.len().saturating_sub(MOST_ROWS);
    all.truncate(MOST_ROWS);
    let row = |(name, (alone, whole)): (&str, (u64, u64))| {
        let whose = Whose::of(name, package);
        Row {
            name: Shown::new(name),
            focus: name.to_owned(),
            whose: whose.word(),
            own: whose == Whose::Own,
            alone: amount(alone),
            total: amount(whole),
            share: share(whole, total),
            found: found.is(name),
        }
    };
    (all.into_iter().map(row).collect(), left_out)
}

fn text(rows: &[Row]) -> String {
    let lines = rows.iter().map(|r| format!("{}\t{}\t{}\t{}\t{}\n", r.alone, r.total, r.share, r.whose, r.name));
    "by itself\tin all\tshare\twhose\tfunction\n".to_owned() + &lines.collect::<String>()
}
