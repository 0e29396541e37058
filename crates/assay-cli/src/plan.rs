use std::fmt::Write as _;

use assay_content::{Interview, NoPlan, Plan, PlanRequest, PlannedAsk, PlannedPart};
use assay_core::Slug;

use crate::args::PlanArgs;
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::shelf::Shelf;
use crate::text::{BOLD, DIM, GOOD, count, inert_json, paint};

/// Plan an interview of any length.
pub(crate) fn run(args: PlanArgs, places: &Places) -> Result<Exit, Problem> {
    let shelf = Shelf::open(places)?;
    let interview = shelf.interview(&args.interview)?;
    let request = PlanRequest { minutes: args.minutes, focus: args.focus };
    let plan = assay_content::plan(interview, &shelf.library, &request).map_err(problem)?;
    out::result(&if args.json { inert_json(&plan) } else { human(interview, &plan) })?;
    Ok(Exit::Good)
}

fn problem(error: NoPlan) -> Problem {
    let help = match &error {
        NoPlan::TooShort { needed, parts, .. } => {
            let parts: Vec<String> =
                parts.iter().map(|(name, minutes)| format!("{name} {minutes}")).collect();
            format!("give it --minutes {needed} or more: {}", parts.join(", "))
        }
        NoPlan::UnknownFocus { word, known } => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            match similar::get_close_matches(word.as_str(), &known, 1, 0.75).first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("topics: {}", known.join(", ")),
            }
        }
    };
    Problem::input(error.to_string(), help)
}

fn human(interview: &Interview, plan: &Plan) -> String {
    let mut out = String::new();
    let reachable: u32 = plan.parts.iter().map(|p| p.points).sum();
    let facts =
        format!("{} min · {} of {reachable} points to pass, and every minimum", plan.minutes, interview.pass);
    let _ = writeln!(out, "{}  {}", paint(BOLD, &plan.title), paint(DIM, &facts));
    for part in &plan.parts {
        let _ = writeln!(
            out,
            "\n{}  {}  {}",
            clock(part.start),
            paint(BOLD, &part.name),
            paint(DIM, &bounds(part))
        );
        for ask in &part.asks {
            let _ = writeln!(out, "{}", asked(ask));
        }
        let used: u32 = part.asks.iter().map(|a| a.minutes).sum();
        if used < part.minutes && !part.asks.is_empty() {
            let _ = writeln!(out, "      {:>2} min  {}", part.minutes - used, paint(DIM, "to spare"));
        }
    }
    let mut after = String::new();
    if plan.free > 0 {
        let _ = writeln!(after, "{} min are left: there is nothing more to ask", plan.free);
    }
    for name in &plan.left_out {
        let points = interview.parts.iter().find(|p| p.name == *name).map_or(0, |p| p.points);
        let _ = writeln!(after, "left out: {name}, and its {}", count(points as usize, "point"));
    }
    if !after.is_empty() {
        let _ = write!(out, "\n{after}");
    }
    out
}

fn asked(ask: &PlannedAsk) -> String {
    let mark = if ask.focus { paint(GOOD, " *") } else { String::new() };
    let mut line = format!("      {:>2} min  {:<3} {}{mark}", ask.minutes, ask.label, ask.title);
    if !ask.exercises.is_empty() {
        let proofs: Vec<&str> = ask.exercises.iter().map(Slug::as_str).collect();
        let _ = write!(line, "  {}", paint(DIM, &format!("proof by running: {}", proofs.join(", "))));
    }
    line
}

fn bounds(part: &PlannedPart) -> String {
    let mut text = format!("{} min", part.minutes);
    if part.points > 0 {
        let _ = write!(text, " · {} points", part.points);
    }
    if let Some(minimum) = part.minimum {
        let _ = write!(text, ", at least {minimum}");
    }
    text
}

fn clock(minutes: u32) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use assay_content::Library;

    use super::*;

    fn shown(minutes: u32, focus: &[&str]) -> String {
        let library = Library::sound_embedded().0;
        let interview = library.interview(&"senior-go".parse().unwrap()).unwrap();
        let request =
            PlanRequest { minutes: Some(minutes), focus: focus.iter().map(|f| (*f).to_owned()).collect() };
        match assay_content::plan(interview, &library, &request).map_err(problem) {
            Ok(plan) => anstream::adapter::strip_str(&human(interview, &plan)).to_string(),
            Err(problem) => problem.render(false),
        }
    }

    #[test]
    fn a_plan_reads_from_top_to_bottom() {
        insta::assert_snapshot!(shown(60, &["errors"]));
    }

    #[test]
    fn what_cannot_be_planned_says_what_to_do() {
        insta::assert_snapshot!(shown(20, &[]) + &shown(90, &["eror"]) + &shown(90, &["horses"]));
    }
}
