//! What grading must say of a folder of code: `expect.toml` and the `[start]` table.

use assay_core::{PassName, Verdict};

use crate::exercise::Expect;
use crate::section::{At, Section};

/// What a folder of code is there for; decides which verdicts it may declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What the candidate begins with.
    Start,
    /// A right solution.
    Solution,
    /// A wrong solution.
    Wrong,
}

/// An [`Expect`] whose tests are still to be looked up, with their lines.
pub(crate) struct Declared {
    pub(crate) expect: Expect,
    pub(crate) tests: Vec<At<String>>,
}

/// Reads `verdict`, `tests`, `phrase` and `[passes]`, and refuses what does not fit `role`.
pub(crate) fn declared(section: &mut Section<'_>, role: Role) -> Option<Declared> {
    let verdict = section
        .text("verdict", "the verdict that grading must give, e.g. `verdict = \"Failed\"`")
        .and_then(|name| verdict(section, "verdict", &name).map(|v| At { line: name.line, value: v }));
    let tests = section.texts("tests");
    let phrase = section.optional_text("phrase").map(|p| p.value);
    let passes = passes(section, role);
    let verdict = verdict?;
    let accepted = verdict.value == Verdict::Accepted;
    let misfit = match role {
        Role::Solution if !accepted => {
            Some("a right solution is `Accepted`; correct it or move the folder to `wrong/`")
        }
        Role::Wrong if accepted => Some(
            "a wrong solution is not `Accepted`; declare what grading says or move the folder to `solutions/`",
        ),
        Role::Start if accepted => {
            Some("the start is not `Accepted`; take out of `start/` what the candidate is asked for")
        }
        Role::Solution | Role::Wrong | Role::Start => None,
    };
    if let Some(message) = misfit {
        section.fault(Some(verdict.line), message.into());
    }
    if role == Role::Solution && !tests.is_empty() {
        section.fault(Some(tests[0].line), "a right solution fails no test; take `tests` out".into());
    }
    let names = tests.iter().map(|t| t.value.clone()).collect();
    Some(Declared { expect: Expect { verdict: verdict.value, tests: names, phrase, passes }, tests })
}

fn passes(section: &mut Section<'_>, role: Role) -> Vec<(PassName, Verdict)> {
    let Some(mut table) = section.section("passes") else { return Vec::new() };
    let mut all = Vec::new();
    let names = [PassName::Plain, PassName::Race, PassName::Stress, PassName::Bench];
    for (key, pass) in names.map(|pass| (pass.name(), pass)) {
        let Some(name) = table.optional_text(key) else { continue };
        let Some(v) = verdict(&table, key, &name) else { continue };
        if role == Role::Solution && v != Verdict::Accepted {
            table
                .fault(Some(name.line), format!("pass `{key}` of a right solution is `Accepted`, not `{v}`"));
        }
        all.push((pass, v));
    }
    table.finish();
    all
}

fn verdict(section: &Section<'_>, key: &str, name: &At<String>) -> Option<Verdict> {
    let found = Verdict::ALL.into_iter().find(|v| v.name() == name.value);
    if found.is_none() {
        let known = Verdict::ALL.map(Verdict::name).join(", ");
        let shown = name.value.escape_debug();
        section.fault(Some(name.line), format!("`{key}` is no verdict: `{shown}`; one of {known}"));
    }
    found
}
