//! A profile as a flame graph, drawn by a template, and the same as a table. What lies outside of the candidate's code
//! and the tests is folded into the function that was called there. Every name is a candidate's word.

mod layout;

use std::collections::{BTreeSet, HashMap};

use assay_core::{Profile, Stack, Unit};
use serde::Deserialize;

use self::layout::{Bar, DEEPEST, ROW, bars};
use super::lanes::columns;
use super::shown::Shown;
use super::units;
use crate::language::say;

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

    pub(crate) fn title(self) -> String {
        match self {
            Kind::Cpu => say("flame-cpu").to_string(),
            Kind::Allocations => say("flame-allocations").to_string(),
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
        let first = path.split('.').next().unwrap_or_default();
        match first.strip_prefix(package) {
            // A package in a folder of another name is the library's.
            _ if path.contains('/') || package.is_empty() => Whose::Library,
            Some("") => Whose::Own,
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

    fn word(self) -> String {
        match self {
            Whose::Own => say("flame-whose-own").to_string(),
            Whose::Tests => say("flame-whose-tests").to_string(),
            Whose::Library => say("flame-whose-library").to_string(),
        }
    }
}

/// One function of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: Shown,
    pub(crate) focus: String,
    pub(crate) whose: String,
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
    let bars = bars(&stacks, total, package, &found, &amount);
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
    let said = match kind {
        Kind::Cpu => say("flame-cpu-says"),
        Kind::Allocations => say("flame-allocations-says"),
    };
    let mut said = said.with("all", all).with("here", here).with("elsewhere", elsewhere).to_string();
    let dropped = &profile.dropped;
    if dropped.stacks > 0 {
        let more = say("flame-dropped").with("n", dropped.stacks).with("amount", amount(dropped.value));
        said += &format!(" {more}");
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
fn callers<'a>(stacks: &Stacks<'a>, focus: &str) -> Vec<(&'a str, u64)> {
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

/// Stacks, each with its frames from the outermost on and its value.
type Stacks<'a> = [(Vec<&'a str>, u64)];

/// What is looked for.
struct Found {
    text: String,
}

impl Found {
    fn is(&self, name: &str) -> bool {
        !self.text.is_empty() && name.to_lowercase().contains(&self.text)
    }

    fn said(&self, stacks: &Stacks<'_>, total: u64) -> String {
        if self.text.is_empty() {
            return String::new();
        }
        let on = stacks.iter().filter(|(frames, _)| frames.iter().any(|f| self.is(f)));
        let value = on.map(|s| s.1).fold(0, u64::saturating_add);
        if value == 0 {
            say("flame-found-none").to_string()
        } else {
            say("flame-found").with("share", share(value, total)).to_string()
        }
    }
}

/// Every function with what it takes by itself and in all, a call of itself counted once.
fn rows(
    stacks: &Stacks<'_>,
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
    let lines =
        rows.iter().map(|r| format!("{}\t{}\t{}\t{}\t{}\n", r.alone, r.total, r.share, r.whose, r.name));
    columns(&say("flame-columns")) + &lines.collect::<String>()
}

#[cfg(test)]
mod tests {
    use assay_core::DroppedStacks;

    use super::layout::WIDTH;
    use super::*;

    fn profile(stacks: &[(&str, u64)]) -> Profile {
        let total = stacks.iter().map(|s| s.1).fold(0, u64::saturating_add);
        let stack =
            |(frames, value): &(&str, u64)| Stack { frames: (*frames).into(), value: *value, own: true };
        Profile {
            unit: Unit::Ns,
            total,
            elsewhere: 0,
            stacks: stacks.iter().map(stack).collect(),
            dropped: DroppedStacks::default(),
        }
    }

    fn pool() -> Profile {
        profile(&[
            ("pool.(*Pool).worker;pool.(*Pool).run;pool_test.TestDrains.func1", 80_000_000),
            (
                "pool_test.TestDrains;pool.(*Pool).Submit;runtime.selectgo;runtime.lock;runtime.procyield",
                30_000_000,
            ),
            ("pool_test.TestDrains;pool.Map[...];sort.Slice;sort.pdq;pool.Map[...].func1", 10_000_000),
        ])
    }

    fn look(focus: &str, find: &str, whole: bool) -> Look {
        Look { focus: focus.into(), find: find.into(), whole: if whole { "1".into() } else { String::new() } }
    }

    #[test]
    fn whose_a_function_is_stands_before_its_first_point() {
        for (function, whose) in [
            ("pool.(*Pool).worker", Whose::Own),
            ("pool.Map[go.shape.int]", Whose::Own),
            ("pool.Map[example.com/x.T]", Whose::Own),
            ("pool_test.TestDrains.func1", Whose::Tests),
            ("pools.New", Whose::Library),
            ("encoding/pool.New", Whose::Library),
            ("sync.(*Mutex).Lock", Whose::Library),
            ("", Whose::Library),
        ] {
            assert_eq!(Whose::of(function, "pool"), whose, "{function}");
        }
    }

    #[test]
    fn the_library_is_folded_into_what_was_called() {
        let table = drawn(Kind::Cpu, &pool(), "pool", Look::default()).text;
        insta::assert_snapshot!("folded", table);
        let whole = drawn(Kind::Cpu, &pool(), "pool", look("", "", true)).text;
        assert!(whole.contains("runtime.procyield") && whole.contains("sort.pdq"), "{whole}");
    }

    #[test]
    fn one_function_alone_with_who_calls_it() {
        let flame = drawn(Kind::Cpu, &pool(), "pool", look("pool.(*Pool).run", "drains", false));
        assert_eq!(flame.rows[0].total, "80.0 ms");
        assert_eq!(flame.callers[0].1, "pool.(*Pool).worker");
        assert_eq!(flame.found, "Found on 100.0 % of it.");
        assert!(flame.bars.iter().filter(|b| b.found).count() == 1, "{:?}", flame.bars);
    }

    #[test]
    fn nothing_is_nothing() {
        let flame = drawn(Kind::Cpu, &pool(), "pool", look("nowhere", "x", false));
        assert!(flame.rows.is_empty() && flame.callers.is_empty());
        let flame = drawn(Kind::Allocations, &profile(&[]), "", Look::default());
        assert_eq!((flame.rows.len(), flame.height), (0, ROW));
    }

    /// Whatever the names and values are: bars lie inside of the picture and of their callers, and shares add up.
    #[test]
    fn no_profile_draws_outside_of_the_picture() {
        const PARTS: [&str; 8] =
            ["pool.a", "", "<svg/onload=x>", "pool_test.T", "\u{202e}", "runtime.x", "a b 9", "/[("];
        let mut state = 1_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for _ in 0..200 {
            let stacks: Vec<(String, u64)> = (0..=random(12))
                .map(|_| {
                    let frames: Vec<&str> = (0..random(90)).map(|_| PARTS[random(PARTS.len())]).collect();
                    (frames.join(";"), [0, 1, 7, 1 << 40, u64::MAX][random(5)])
                })
                .collect();
            let stacks: Vec<(&str, u64)> = stacks.iter().map(|(f, v)| (f.as_str(), *v)).collect();
            for whole in [false, true] {
                let flame = drawn(Kind::Cpu, &profile(&stacks), "pool", look("", "a", whole));
                let number = |text: &str| text.parse::<f64>().unwrap();
                for bar in &flame.bars {
                    let (x, width) = (number(&bar.x), number(&bar.width));
                    assert!(x >= 0.0 && width > 0.0 && x + width <= WIDTH + 1.0, "{bar:?} of {stacks:?}");
                    assert!(bar.y + ROW <= flame.height && bar.y <= (DEEPEST + 1) * ROW);
                    let around = |b: &&Bar| {
                        b.y + ROW == bar.y
                            && number(&b.x) <= x + 0.1
                            && number(&b.x) + number(&b.width) + 1.0 >= x + width
                    };
                    assert!(bar.y == 0 || flame.bars.iter().any(|b| around(&b)), "{bar:?} has no caller");
                }
            }
        }
    }
}
