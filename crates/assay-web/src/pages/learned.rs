//! How far a visitor is: what the catalogue, an exercise and the progress page show of it.

use std::collections::HashMap;

use assay_content::Exercise;
use assay_store::{Holdings, OpenedHint, Standing, StoreError};

use super::units;
use super::verdict::Sign;
use crate::state::AppState;
use crate::visitor::Visitor;

/// How far somebody is with an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing was handed in.
    New,
    /// Something was, and no submit of all tests was accepted.
    Tried,
    /// One was.
    Solved,
}

impl Stage {
    pub(super) const ALL: [Stage; 3] = [Stage::New, Stage::Tried, Stage::Solved];

    /// The word on pages and in addresses.
    pub(super) fn word(self) -> &'static str {
        match self {
            Stage::New => "new",
            Stage::Tried => "tried",
            Stage::Solved => "solved",
        }
    }
}

impl From<Stage> for Sign {
    fn from(stage: Stage) -> Sign {
        let shape = match stage {
            Stage::New => '○',
            Stage::Tried => '◐',
            Stage::Solved => '●',
        };
        Sign { shape, word: stage.word(), class: format!("v v-{}", stage.word()) }
    }
}

/// What is known of a visitor's work, by exercise. Empty for nobody.
#[derive(Debug, Default)]
pub(super) struct Learned {
    standings: HashMap<String, Standing>,
    hints: HashMap<String, Vec<OpenedHint>>,
}

impl Learned {
    pub(super) async fn of(app: &AppState, visitor: Visitor) -> Result<Learned, StoreError> {
        let Some(owner) = visitor.owner() else { return Ok(Learned::default()) };
        let standings = app.service.standings(&owner).await?;
        let mut hints: HashMap<String, Vec<OpenedHint>> = HashMap::new();
        for hint in app.service.hints_opened(&owner).await? {
            hints.entry(hint.exercise.clone()).or_default().push(hint);
        }
        Ok(Learned { standings: standings.into_iter().map(|s| (s.exercise.clone(), s)).collect(), hints })
    }

    pub(super) fn stage(&self, exercise: &str) -> Stage {
        match self.standing(exercise) {
            None => Stage::New,
            Some(standing) if standing.accepted > 0 => Stage::Solved,
            Some(_) => Stage::Tried,
        }
    }

    pub(super) fn standing(&self, exercise: &str) -> Option<&Standing> {
        self.standings.get(exercise)
    }

    /// The hints that were opened, by number.
    pub(super) fn hints(&self, exercise: &str) -> &[OpenedHint] {
        self.hints.get(exercise).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many hints were open when something was handed in at that moment, milliseconds since 1970 UTC.
    pub(super) fn hints_before(&self, exercise: &str, at_ms: i64) -> usize {
        self.hints(exercise).iter().filter(|hint| hint.opened_ms <= at_ms).count()
    }
}

/// `no hint opened before this`, `2 hints opened before this`.
pub(super) fn before_this(hints: usize) -> String {
    match hints {
        0 => "no hint opened before this".to_owned(),
        n => format!("{} opened before this", units::count(n, "hint")),
    }
}

/// `2 runs, 1 save of drafts, 3 opened hints, 1 written answer`.
pub(super) fn kept(holdings: Holdings) -> String {
    let count = |n: i64, one| units::count(n as usize, one);
    let Holdings { submissions, saves, hints, answers } = holdings;
    format!(
        "{}, {} of drafts, {}, {}",
        count(submissions, "run"),
        count(saves, "save"),
        count(hints, "opened hint"),
        count(answers, "written answer")
    )
}

/// What stands behind a verdict of this exercise, in short.
pub(super) fn proof(e: &Exercise) -> String {
    use assay_content::Phenomenon::{SelectDeadlock, SilentRace};
    match e.phenomenon {
        Some(SelectDeadlock { .. }) => return "the runtime's own report of a deadlock".to_owned(),
        Some(SilentRace { .. }) => return "quiet plain runs, and a report of the race detector".to_owned(),
        None => {}
    }
    let count = |files: &[assay_content::TestFile]| files.iter().map(|f| f.tests.len()).sum::<usize>();
    let mut proof = units::count(count(&e.visible) + count(&e.hidden), "test");
    proof.push_str(", race detector, leak check");
    if !e.repetitions.stress.is_zero() {
        proof.push_str(", perturbed schedules");
    }
    if let Some(budgets) = &e.budgets {
        proof.push_str(&format!(", {}", units::count(budgets.each.len(), "benchmark")));
    }
    proof
}
