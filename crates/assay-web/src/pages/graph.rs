//! The wait-for graph of a dump as a drawing: who waits left, on what right, and from there back to who could end the wait. What
//! closes a circle is drawn thick. The table under it says the same.

use assay_core::Goroutine;

use super::goroutines::{Group, any_of, groups};
use super::shown::Shown;
use super::source::telling;
use crate::language::say;

/// Rows that are drawn; the table has all.
const MOST: usize = 12;
/// Width of the drawing, in its own units, which are pixels on a wide screen.
const WIDTH: u32 = 720;
/// From one row to the next.
const PITCH: u32 = 88;
/// Room for the heads of the columns.
const TOP: u32 = 32;
/// The right edge of the boxes of who waits, and the left one of what they wait on.
const FROM: u32 = 232;
const TO: u32 = 420;
/// Signs that fit into a box.
const NARROW: usize = 26;
const BROAD: usize = 36;

/// Everything that is drawn, with its places.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    /// Rows that are not drawn.
    pub(crate) left_out: usize,
    /// The edges in words.
    pub(crate) says: String,
}

/// A row: those who wait in one way, and on what.
#[derive(Debug)]
pub(crate) struct Node {
    /// Top of its boxes.
    pub(crate) y: u32,
    pub(crate) who: String,
    pub(crate) at: Shown,
    pub(crate) operations: Shown,
    pub(crate) state: Shown,
    /// What would end the wait is known, and nobody is on the way there.
    pub(crate) nobody: bool,
    /// It is part of a circle.
    pub(crate) circle: bool,
}

impl Node {
    /// Lines of text in a box, from its top, and the two arrows.
    pub(crate) fn below(&self, by: u32) -> u32 {
        self.y + by
    }
}

/// From what is waited on to who could end it.
#[derive(Debug)]
pub(crate) struct Edge {
    /// An SVG path.
    pub(crate) path: String,
    /// The three corners of its tip.
    pub(crate) tip: String,
    pub(crate) circle: bool,
}

impl Graph {
    /// The drawing; none when nothing is known of who could wake whom.
    pub(crate) fn of(goroutines: &[Goroutine]) -> Option<Graph> {
        if goroutines.iter().all(|g| g.woken_by.is_empty()) {
            return None;
        }
        let all = groups(goroutines);
        let left_out = all.len().saturating_sub(MOST);
        let rows = &all[..all.len().min(MOST)];
        let waits = waits(rows);
        let reach = reach(&waits);
        let closes = |from: usize, to: usize| reach[to][from];
        let edges = waits.iter().enumerate().flat_map(|(i, row)| row.iter().map(move |k| (i, *k)));
        let edges: Vec<(usize, usize)> = edges.collect();
        let node = |(i, group): (usize, &Group)| {
            node(i, group, waits[i].is_empty(), waits[i].iter().any(|k| closes(i, *k)))
        };
        Some(Graph {
            width: WIDTH,
            height: TOP + PITCH * rows.len() as u32,
            nodes: rows.iter().enumerate().map(node).collect(),
            says: says(rows, &edges),
            edges: edges.into_iter().map(|(i, k)| edge(i, k, closes(i, k))).collect(),
            left_out,
        })
    }
}

/// For each row the rows of those who could end its wait.
fn waits(rows: &[Group]) -> Vec<Vec<usize>> {
    let row_of = |id: &u64| rows.iter().position(|g| g.ids.contains(id));
    rows.iter()
        .map(|group| {
            let mut to: Vec<usize> =
                group.first.woken_by.iter().flat_map(|w| &w.goroutines).filter_map(row_of).collect();
            to.sort_unstable();
            to.dedup();
            to
        })
        .collect()
}

/// Who is reached from whom by at least no step: everybody reaches themselves.
fn reach(waits: &[Vec<usize>]) -> Vec<Vec<bool>> {
    let n = waits.len();
    let mut reach: Vec<Vec<bool>> =
        (0..n).map(|i| (0..n).map(|k| i == k || waits[i].contains(&k)).collect()).collect();
    for via in 0..n {
        for from in 0..n {
            for to in 0..n {
                reach[from][to] |= reach[from][via] && reach[via][to];
            }
        }
    }
    reach
}

fn top(row: usize) -> u32 {
    TOP + PITCH * row as u32
}

fn node(row: usize, group: &Group, no_edge: bool, circle: bool) -> Node {
    let g = group.first;
    let at =
        telling(&g.stack).map(|f| format!("{}:{}", f.position.file, f.position.line)).unwrap_or_default();
    Node {
        y: top(row),
        who: group.who(),
        at: short(&at, NARROW),
        operations: short(&any_of(&g.waits_on.operations), BROAD),
        state: short(&g.waits_on.state, BROAD),
        nobody: no_edge && !g.woken_by.is_empty() && g.woken_by.iter().all(|w| w.goroutines.is_empty()),
        circle,
    }
}

fn edge(from: usize, to: usize, circle: bool) -> Edge {
    let (y1, y2) = (top(from) + 46, top(to) + 46);
    let middle = u32::midpoint(FROM, TO);
    Edge {
        path: format!("M{TO} {y1}C{middle} {y1} {middle} {y2} {} {y2}", FROM + 8),
        tip: format!("{FROM},{y2} {},{} {},{}", FROM + 9, y2 - 5, FROM + 9, y2 + 5),
        circle,
    }
}

fn says(rows: &[Group], edges: &[(usize, usize)]) -> String {
    if edges.is_empty() {
        return say("graph-no-edge").to_string();
    }
    let one = |(i, k): &(usize, usize)| {
        let whom = if i == k { say("graph-themselves").to_string() } else { rows[*k].who() };
        say("graph-edge").with("who", rows[*i].who()).with("whom", whom).to_string()
    };
    let words: Vec<String> = edges.iter().map(one).collect();
    format!("{}.", words.join("; "))
}

/// As much of a text as fits.
fn short(text: &str, most: usize) -> Shown {
    let shown = Shown::new(&text.replace(['\n', '\t'], " "));
    if shown.as_str().chars().count() <= most {
        return shown;
    }
    let head: String = shown.as_str().chars().take(most - 1).collect();
    Shown::new(&format!("{head}…"))
}

#[cfg(test)]
mod tests {
    use assay_core::{Frame, Position, WaitsOn, Waker};

    use super::*;

    fn goroutine(id: u64, by: &[&[u64]]) -> Goroutine {
        let position = |line| Position { file: "pool.go".into(), line, column: 0 };
        let waker = |ids: &&[u64]| Waker {
            operation: "<-ch".into(),
            position: position(99),
            goroutines: ids.to_vec(),
        };
        Goroutine {
            id,
            waits_on: WaitsOn { state: "chan send".into(), operations: vec![format!("ch <- {id}")] },
            minutes: None,
            woken_by: by.iter().map(waker).collect(),
            unreachable: false,
            stack: vec![Frame { function: "pool.f".into(), position: position(id as u32), own: true }],
            created: None,
        }
    }

    /// `1>2!` is an edge that closes a circle; `3?` waits for nobody.
    #[track_caller]
    fn check(goroutines: &[Goroutine], expected: &str) {
        let graph = Graph::of(goroutines).unwrap();
        let row = |y: u32| (y - TOP) / PITCH;
        let edges = graph.edges.iter().map(|e| {
            let number = |text: &str| text.parse::<u32>().unwrap();
            let from = number(e.path[1..].split(['C', ' ']).nth(1).unwrap());
            let to = number(e.path.rsplit(' ').next().unwrap());
            format!("{}>{}{}", row(from), row(to), if e.circle { "!" } else { "" })
        });
        let nobody = graph.nodes.iter().enumerate().filter(|(_, n)| n.nobody).map(|(i, _)| format!("{i}?"));
        assert_eq!(edges.chain(nobody).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn only_what_closes_a_circle_is_thick() {
        check(&[goroutine(1, &[&[2]]), goroutine(2, &[&[1]]), goroutine(3, &[&[1]])], "0>1! 1>0! 2>0");
        check(
            &[goroutine(1, &[&[2]]), goroutine(2, &[&[3]]), goroutine(3, &[&[1, 2]])],
            "0>1! 1>2! 2>0! 2>1!",
        );
        check(&[goroutine(1, &[&[1]]), goroutine(2, &[&[], &[]])], "0>0! 1?");
        check(&[goroutine(1, &[&[2]]), goroutine(2, &[])], "0>1");
    }

    #[test]
    fn who_is_not_in_the_dump_is_not_drawn() {
        check(&[goroutine(1, &[&[77]]), goroutine(2, &[&[]])], "1?");
    }

    #[test]
    fn a_thousand_goroutines_are_a_dozen_rows() {
        let all: Vec<Goroutine> = (1..=1000).map(|id| goroutine(id, &[&[id % 1000 + 1]])).collect();
        let graph = Graph::of(&all).unwrap();
        assert_eq!((graph.nodes.len(), graph.left_out), (MOST, 1000 - MOST));
    }

    #[test]
    fn without_any_edge_there_is_no_drawing() {
        assert!(Graph::of(&[goroutine(1, &[])]).is_none());
        assert!(Graph::of(&[]).is_none());
    }

    #[test]
    fn long_and_hostile_names_are_cut_and_visible() {
        assert_eq!(short("a\u{202e}b\nc", 20).as_str(), "a⟨U+202E⟩b c");
        assert_eq!(short("abcdef", 4).as_str(), "abc…");
    }
}
