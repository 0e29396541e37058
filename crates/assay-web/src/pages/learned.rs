//! How far a visitor is: what the catalogue, an exercise and the progress page show of it.

use std::collections::HashMap;

use assay_content::Exercise;
use assay_store::{Holdings, OpenedHint, Standing, StoreError};

use super::verdict::Sign;
use crate::language::say;
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

    /// The word in addresses and classes.
    pub(super) fn word(self) -> &'static str {
        match self {
            Stage::New => "new",
            Stage::Tried => "tried",
            Stage::Solved => "solved",
        }
    }

    /// The word on pages.
    pub(super) fn said(self) -> String {
        let word = match self {
            Stage::New => say("stage-new"),
            Stage::Tried => say("stage-tried"),
            Stage::Solved => say("stage-solved"),
        };
        word.to_string()
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
        let standings = app.service.store().standings(&owner).await?;
        let mut hints: HashMap<String, Vec<OpenedHint>> = HashMap::new();
        for hint in app.service.store().hints_opened(&owner).await? {
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

/// The word of a sign on pages; names of verdicts are as they are.
pub(super) fn sign_word(word: &str) -> String {
    let said = match word {
        "waits" => say("sign-waits"),
        "runs" => say("sign-runs"),
        "our fault" => say("sign-our-fault"),
        "called back" => say("sign-called-back"),
        "passed" => say("sign-passed"),
        "failed" => say("sign-failed"),
        "not run" => say("sign-not-run"),
        "holds" => say("sign-holds"),
        "over" => say("sign-over"),
        "new" => say("stage-new"),
        "begun" => say("sign-begun"),
        "answered" => say("sign-answered"),
        "yes" => say("sign-yes"),
        "no" => say("sign-no"),
        name => return name.to_owned(),
    };
    said.to_string()
}

/// `no hint opened before this`, `2 hints opened before this`.
pub(super) fn before_this(hints: usize) -> String {
    say("hints-before").with("n", hints).to_string()
}

/// `2 runs, 1 save of drafts, 3 opened hints, 1 written answer`.
pub(super) fn kept(holdings: Holdings) -> String {
    let Holdings { submissions, saves, hints, answers } = holdings;
    let all = [
        say("kept-runs").with("n", submissions as usize),
        say("kept-saves").with("n", saves as usize),
        say("kept-hints").with("n", hints as usize),
        say("kept-answers").with("n", answers as usize),
    ];
    all.map(|message| message.to_string()).join(", ")
}

/// What stands behind a verdict of this exercise, in short.
pub(super) fn proof(e: &Exercise) -> String {
    use assay_content::Phenomenon::{SelectDeadlock, SilentRace};
    match e.phenomenon {
        Some(SelectDeadlock { .. }) => return say("proof-deadlock").to_string(),
        Some(SilentRace { .. }) => return say("proof-race").to_string(),
        None => {}
    }
    let count = |files: &[assay_content::TestFile]| files.iter().map(|f| f.tests.len()).sum::<usize>();
    let mut proof = vec![say("proof-tests").with("n", count(&e.visible) + count(&e.hidden))];
    if !e.repetitions.stress.is_zero() {
        proof.push(say("proof-stress"));
    }
    if let Some(budgets) = &e.budgets {
        proof.push(say("proof-benchmarks").with("n", budgets.each.len()));
    }
    proof.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
