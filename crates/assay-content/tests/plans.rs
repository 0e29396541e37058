//! Interviews of any length.

use std::fmt::Write;
use std::sync::LazyLock;

use assay_content::{Interview, Library, NoPlan, Part, Plan, PlanRequest, plan};
use proptest::prelude::*;

/// Loading takes longer than planning.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::sound_embedded().0);

fn senior() -> (Library, Interview) {
    let interview = LIBRARY.interview(&"senior-go".parse().unwrap()).unwrap();
    (LIBRARY.clone(), (**interview).clone())
}

fn request(minutes: impl Into<Option<u32>>, focus: &[&str]) -> PlanRequest {
    PlanRequest { minutes: minutes.into(), focus: focus.iter().map(|f| (*f).to_owned()).collect() }
}

fn shown(plan: &Result<Plan, NoPlan>) -> String {
    let plan = match plan {
        Ok(plan) => plan,
        Err(e) => return format!("{e}\n"),
    };
    let mut out = String::new();
    for part in &plan.parts {
        writeln!(out, "{:>3} {} {}", part.start, part.minutes, part.name).unwrap();
        for ask in &part.asks {
            let mark = if ask.focus { " *" } else { "" };
            writeln!(out, "      {} {} {}{mark}", ask.minutes, ask.label, ask.title).unwrap();
        }
    }
    writeln!(out, "left out: {:?}, free: {}", plan.left_out, plan.free).unwrap();
    out
}

#[test]
fn plans_of_the_senior_interview() {
    let (library, interview) = senior();
    let mut seen = String::new();
    for (minutes, focus) in [
        (None, &[][..]),
        (None, &["errors", "testing"]),
        (Some(60), &[]),
        (Some(60), &["databases"]),
        (Some(30), &[]),
        (Some(20), &[]),
        (Some(480), &[]),
        (None, &["cooking"]),
    ] {
        let plan = plan(&interview, &library, &request(minutes, focus));
        writeln!(seen, "== {minutes:?} {focus:?}\n{}", shown(&plan)).unwrap();
    }
    insta::assert_snapshot!(seen);
}

/// What must hold of every plan of `interview`.
fn holds(interview: &Interview, library: &Library, request: &PlanRequest) -> Result<(), TestCaseError> {
    let minutes = request.minutes.unwrap_or(interview.minutes);
    let required: Vec<&Part> = interview.parts.iter().filter(|p| !p.optional).collect();
    let outcome = plan(interview, library, request);
    prop_assert_eq!(&outcome, &plan(interview, library, request), "the same again");
    let plan = match outcome {
        Ok(plan) => plan,
        Err(NoPlan::TooShort { needed, parts, .. }) => {
            prop_assert!(needed > minutes);
            prop_assert_eq!(parts.iter().map(|(_, m)| m).sum::<u32>(), needed);
            prop_assert_eq!(parts.len(), required.len());
            return Ok(());
        }
        Err(NoPlan::UnknownFocus { .. }) => return Ok(()),
    };
    prop_assert_eq!(plan.parts.iter().map(|p| p.minutes).sum::<u32>() + plan.free, minutes);
    let mut start = 0;
    let mut asked = std::collections::BTreeSet::new();
    for part in &plan.parts {
        prop_assert_eq!(part.start, start);
        start += part.minutes;
        prop_assert!(part.asks.iter().map(|a| a.minutes).sum::<u32>() <= part.minutes);
        let own = interview.parts.iter().find(|p| p.name == part.name).unwrap();
        prop_assert!(own.asks.is_empty() || !part.asks.is_empty(), "{} asks nothing", part.name);
        for ask in &part.asks {
            prop_assert!(asked.insert((&ask.question, &ask.block)), "asked twice");
            let q = library.question(&ask.question).unwrap();
            let bounds = ask.block.as_ref().map_or(q.minutes, |b| q.block(b).unwrap().minutes);
            prop_assert!((bounds.least..=bounds.most).contains(&ask.minutes));
        }
    }
    for part in required {
        prop_assert!(plan.parts.iter().any(|p| p.name == part.name), "{} is left out", part.name);
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_plan_fits_or_says_why(
        minutes in 1u32..300,
        focus in prop::collection::vec(prop::sample::select(vec!["errors", "locking", "Q6", "event-sourcing", "cooking"]), 0..3),
        parts in prop::collection::vec((1u32..40, any::<bool>(), any::<prop::sample::Index>()), 6),
    ) {
        let (library, mut interview) = senior();
        holds(&interview, &library, &request(minutes, &focus))?;
        for (part, (minutes, optional, first)) in interview.parts.iter_mut().zip(&parts) {
            part.minutes = *minutes;
            part.optional = *optional;
            if !part.asks.is_empty() {
                let at = first.index(part.asks.len());
                part.asks.rotate_left(at);
            }
        }
        holds(&interview, &library, &request(minutes, &focus))?;
    }
}
