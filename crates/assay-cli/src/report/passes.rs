use std::fmt::Write as _;

use assay_core::{Figure, NotRun, PassName, PassReport, Report, TestResult, TestStatus, Verdict};

use super::figures;
use crate::text::{BAD, DIM, GOOD, inert, millis, paint, verdict_style};

/// Tests of one pass that are named.
const NAMED: usize = 12;

/// One line a pass, and below it every test that did not pass, or every budget.
pub(crate) fn render(report: &Report) -> String {
    let ran: String = report.passes.iter().map(|p| pass(p, &report.figures)).collect();
    ran + &report.not_run.iter().map(not_run).collect::<String>()
}

fn not_run(pass: &NotRun) -> String {
    format!("  {:<5}  {}\n", pass.name, paint(DIM, &format!("– did not run: {}", inert(&pass.reason))))
}

fn pass(pass: &PassReport, figures: &[Figure]) -> String {
    let passed = pass.tests.iter().filter(|t| t.status == TestStatus::Passed).count();
    let name = format!("{:<5}", pass.name);
    let mark = paint(verdict_style(pass.verdict), &format!("{} {}", pass.verdict.mark(), pass.verdict));
    let mut facts = Vec::new();
    if !pass.tests.is_empty() {
        facts.push(match pass.name {
            PassName::Bench => format!("{passed} of {} benchmarks within budget", pass.tests.len()),
            _ => format!("{passed} of {} tests passed", pass.tests.len()),
        });
    }
    if pass.repetitions > 1 {
        facts.push(format!("{} times each", pass.repetitions));
    }
    facts.push(format!("{} cpu", millis(pass.usage.cpu_ms)));
    facts.push(format!("{} MiB", pass.usage.memory_bytes.div_ceil(1 << 20)));
    let mut out = format!("  {name}  {mark} · {}\n", facts.join(" · "));
    if pass.name == PassName::Bench && !figures.is_empty() {
        return out + &figures::table(figures);
    }
    let others: Vec<&TestResult> = pass.tests.iter().filter(|t| t.status != TestStatus::Passed).collect();
    for test in others.iter().take(NAMED) {
        let _ = writeln!(out, "         {}", line(test));
    }
    if others.len() > NAMED {
        let _ = writeln!(out, "         … and {} more in --json", others.len() - NAMED);
    }
    out
}

/// One test: mark, name, time; hidden ones say so.
pub(crate) fn line(test: &TestResult) -> String {
    let (style, mark, what) = match test.status {
        TestStatus::Passed => (GOOD, Verdict::Accepted.mark(), millis(test.duration_ms)),
        TestStatus::Failed => (BAD, Verdict::Failed.mark(), millis(test.duration_ms)),
        TestStatus::NotRun => (DIM, '–', "not run".to_owned()),
    };
    let rate = match test.failures {
        n if n == 0 || n == test.runs => String::new(),
        n => format!(" · {n} of {} runs", test.runs),
    };
    let hidden = if test.visible { "" } else { " · hidden" };
    let mark = paint(style, &mark.to_string());
    format!("{mark} {}  {}", inert(&test.name), paint(DIM, &format!("{what}{rate}{hidden}")))
}
