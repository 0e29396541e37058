//! Goroutines that were left behind, by the place that made them.

use assay_core::Goroutine;

use super::goroutines::{self, GoroutineRow};
use super::source::{FrameView, Sources};
use crate::language::say;

/// A `go` statement and what is left of it.
pub(crate) struct Site {
    /// `3 goroutines`
    pub(crate) many: String,
    /// Where they were made; none when the runtime does not say.
    pub(crate) created: Option<FrameView>,
    /// Where they are stuck, one row for each place.
    pub(crate) rows: Vec<GoroutineRow>,
}

/// The sites, that of the most goroutines first.
pub(crate) fn sites(goroutines: &[Goroutine], sources: &Sources) -> Vec<Site> {
    let mut by: Vec<Vec<Goroutine>> = Vec::new();
    let made = |g: &Goroutine| g.created.as_ref().map(|f| (f.position.clone(), f.function.clone()));
    for g in goroutines {
        match by.iter_mut().find(|group| made(&group[0]) == made(g)) {
            Some(group) => group.push(g.clone()),
            None => by.push(vec![g.clone()]),
        }
    }
    by.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let site = |group: Vec<Goroutine>| Site {
        many: say("goroutines-many").with("n", group.len()).to_string(),
        created: group[0].created.as_ref().map(|f| sources.frame(f)),
        rows: goroutines::rows(&group, sources),
    };
    by.into_iter().map(site).collect()
}

#[cfg(test)]
mod tests {
    use assay_core::{Frame, Position, SubmissionId, WaitsOn};

    use super::*;

    fn left(id: u64, created: u32, blocked: u32) -> Goroutine {
        let frame = |line| Frame {
            function: "fan.work".into(),
            position: Position { file: "fan.go".into(), line, column: 0 },
            own: true,
        };
        Goroutine {
            id,
            waits_on: WaitsOn { state: "chan send".into(), operations: vec!["out <- r".into()] },
            minutes: None,
            woken_by: vec![],
            unreachable: true,
            stack: vec![frame(blocked)],
            created: Some(frame(created)),
        }
    }

    #[test]
    fn each_go_statement_is_one_site_with_a_row_for_each_place_of_waiting() {
        let sources = Sources { id: SubmissionId::generate(), files: &[] };
        let sites = sites(&[left(1, 5, 20), left(2, 9, 20), left(3, 9, 30), left(4, 9, 20)], &sources);
        let told: Vec<(&str, u32, usize)> = sites
            .iter()
            .map(|s| (s.many.as_str(), s.created.as_ref().unwrap().place.line, s.rows.len()))
            .collect();
        assert_eq!(told, [("3 goroutines", 9, 2), ("1 goroutine", 5, 1)]);
    }
}
