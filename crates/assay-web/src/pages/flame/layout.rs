//! Where the bars of a flame graph stand: calls merged from the outermost on, each as wide as its share, on the row under its caller.

use std::collections::HashMap;

use super::super::shown::Shown;
use super::{Found, Stacks, Whose, share};
use crate::language::say;

/// Units of the picture's own scale from its left to its right.
pub(super) const WIDTH: f64 = 1120.0;
/// Height of a bar with the gap under it.
pub(super) const ROW: usize = 20;
/// A bar that is narrower is left out, with all that it calls.
const NARROWEST: f64 = 0.7;
/// Width of a letter of 12 px, monospaced.
const LETTER: f64 = 7.3;
/// Calls inside each other that are drawn; the observer gives no more than 60.
pub(super) const DEEPEST: usize = 64;

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

/// The bars of `stacks`, whose values come to `total`; the first is all of them.
pub(super) fn bars(
    stacks: &Stacks<'_>,
    total: u64,
    package: &str,
    found: &Found,
    amount: &dyn Fn(u64) -> String,
) -> Vec<Bar> {
    let tree = Tree::of(stacks);
    let mut layout = Layout { tree: &tree, total: total.max(1), package, found, amount, bars: vec![] };
    layout.place(0, 0, 0.0, WIDTH);
    layout.bars
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
    fn of(stacks: &Stacks<'a>) -> Tree<'a> {
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
    /// Places a call at `x` and everything in it below, not beyond `end`: sums of absurd values stop at the highest number.
    fn place(&mut self, node: usize, depth: usize, x: f64, end: f64) {
        let Node { name, value, alone, calls } = &self.tree.nodes[node];
        let width = (WIDTH * *value as f64 / self.total as f64).min(end - x);
        if width < NARROWEST || depth > DEEPEST {
            return;
        }
        let whose = Whose::of(name, self.package);
        let said = if node == 0 { say("flame-all").to_string() } else { Shown::new(name).to_string() };
        let (amount, alone) = ((self.amount)(*value), (self.amount)(*alone));
        self.bars.push(Bar {
            x: format!("{x:.2}"),
            y: depth * ROW,
            width: format!("{:.2}", (width - 0.5).max(0.2)),
            label: fitting(&said, width),
            title: say("flame-bar")
                .with("name", &said)
                .with("amount", amount)
                .with("share", share(*value, self.total))
                .with("alone", alone)
                .to_string(),
            focus: (*name).to_owned(),
            class: if node == 0 { "all" } else { whose.class() },
            found: self.found.is(name),
        });
        let (mut x, end) = (x, x + width);
        for &call in calls {
            self.place(call, depth + 1, x, end);
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
