//! Goroutines of a dump as rows: what each waits on, where, and who made it.

use assay_core::{Goroutine, Waker};

use super::shown::Shown;
use super::source::{Excerpt, FrameView, Place, Sources, telling};
use crate::language::say;

/// One row of the table, and what opens under it.
#[derive(Debug, Clone)]
pub(crate) struct GoroutineRow {
    /// `goroutine 9`, or `3 goroutines` where several are the same.
    pub(crate) who: String,
    /// Several are the same.
    pub(crate) is_many: bool,
    pub(crate) state: Shown,
    pub(crate) operations: Vec<Shown>,
    pub(crate) minutes: Option<u64>,
    /// What could wake it.
    pub(crate) wakers: Vec<WakerView>,
    /// Nothing that can still run reaches what it waits on; the runtime says so.
    pub(crate) unreachable: bool,
    pub(crate) at: Option<FrameView>,
    pub(crate) created: Option<FrameView>,
    pub(crate) stack: Vec<FrameView>,
    pub(crate) excerpt: Option<Excerpt>,
    /// Which goroutine of the observed run does the same, where there is one.
    pub(crate) lane: Option<u64>,
}

/// An operation that would end a wait.
#[derive(Debug, Clone)]
pub(crate) struct WakerView {
    pub(crate) operation: Shown,
    pub(crate) place: Place,
    /// Who is on the way there.
    pub(crate) who: String,
}

/// Goroutines that were made at one place and wait at one place.
pub(crate) struct Group<'a> {
    pub(crate) first: &'a Goroutine,
    /// The runtime's numbers of all of them.
    pub(crate) ids: Vec<u64>,
}

impl Group<'_> {
    /// `goroutine 9`, or `3 goroutines`.
    pub(crate) fn who(&self) -> String {
        match self.ids.as_slice() {
            [one] => say("goroutine-one").with("id", one.to_string()).to_string(),
            many => say("goroutines-many").with("n", many.len()).to_string(),
        }
    }
}

/// Those in the candidate's code come first, then the most.
pub(crate) fn groups(goroutines: &[Goroutine]) -> Vec<Group<'_>> {
    let same = |a: &Goroutine, b: &Goroutine| {
        let at = |g: &Goroutine| telling(&g.stack).map(|f| f.position.clone());
        let created = |g: &Goroutine| g.created.as_ref().map(|f| f.position.clone());
        at(a) == at(b) && created(a) == created(b) && a.waits_on == b.waits_on
    };
    let mut groups: Vec<Group<'_>> = Vec::new();
    for g in goroutines {
        match groups.iter_mut().find(|group| same(group.first, g)) {
            Some(group) => group.ids.push(g.id),
            None => groups.push(Group { first: g, ids: vec![g.id] }),
        }
    }
    groups.sort_by_key(|g| (!g.first.stack.iter().any(|f| f.own), std::cmp::Reverse(g.ids.len())));
    groups
}

/// One row for each group.
pub(crate) fn rows(goroutines: &[Goroutine], sources: &Sources) -> Vec<GoroutineRow> {
    groups(goroutines).iter().map(|group| row(group, sources)).collect()
}

/// `a or b or c`.
pub(crate) fn any_of(operations: &[String]) -> String {
    operations.join(&format!(" {} ", say("list-or")))
}

/// Who is on the way to a waker of the goroutine `id`: [`Waker::on_the_way`] in the reader's language.
pub(crate) fn on_the_way(waker: &Waker, id: u64) -> String {
    let [first, more @ ..] = waker.goroutines.as_slice() else {
        return say("waker-nobody").to_string();
    };
    let who = match *first {
        itself if itself == id => say("waker-itself").with("id", id.to_string()).to_string(),
        other => other.to_string(),
    };
    match more.len() {
        0 => say("waker-one").with("who", who).to_string(),
        n => say("waker-more").with("who", who).with("n", n).to_string(),
    }
}

fn waker(g: &Goroutine, w: &Waker, sources: &Sources) -> WakerView {
    WakerView {
        operation: Shown::new(&w.operation),
        place: sources.place(&w.position),
        who: on_the_way(w, g.id),
    }
}

fn row(group: &Group<'_>, sources: &Sources) -> GoroutineRow {
    let g = group.first;
    let at = telling(&g.stack);
    GoroutineRow {
        who: group.who(),
        is_many: group.ids.len() > 1,
        state: Shown::new(&g.waits_on.state),
        operations: g.waits_on.operations.iter().map(|o| Shown::new(o)).collect(),
        minutes: g.minutes,
        wakers: g.woken_by.iter().map(|w| waker(g, w, sources)).collect(),
        unreachable: g.unreachable,
        at: at.map(|f| sources.frame(f)),
        created: g.created.as_ref().map(|f| sources.frame(f)),
        stack: sources.stack(&g.stack),
        excerpt: at.and_then(|f| sources.excerpt(&f.position)),
        lane: None,
    }
}

#[cfg(test)]
mod tests {
    use assay_core::{Frame, Position, SubmissionId, WaitsOn};

    use super::*;

    #[test]
    fn the_same_place_and_maker_are_one_row() {
        let g = |id, line| Goroutine {
            id,
            waits_on: WaitsOn { state: "chan send".into(), operations: vec!["out <- r".into()] },
            minutes: None,
            woken_by: vec![],
            unreachable: false,
            stack: vec![Frame {
                function: "fan.work".into(),
                position: Position { file: "fan.go".into(), line, column: 0 },
                own: true,
            }],
            created: None,
        };
        let sources = Sources { id: SubmissionId::generate(), files: &[] };
        let who: Vec<String> =
            rows(&[g(1, 9), g(2, 12), g(3, 12)], &sources).into_iter().map(|r| r.who).collect();
        assert_eq!(who, ["2 goroutines", "goroutine 1"]);
    }
}
