//! From samples to figures. Pure.

use std::time::Duration;

use assay_content::Budget;
use assay_core::{Figure, Measure};

use super::meter::Sample;

/// What one more iteration costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cost {
    pub(super) allocs: f64,
    pub(super) bytes: f64,
    pub(super) picoseconds: f64,
}

/// Each round's cost of one benchmark: what its last sample took beyond the cheapest sample of few iterations that any round has. What is
/// set up once falls out, and of what disturbs a sample of few, the least.
pub(super) fn costs(rounds: &[Vec<Sample>]) -> Option<Vec<Cost>> {
    let few: Vec<&Sample> = rounds.iter().filter_map(|r| r.iter().rev().nth(1)).collect();
    let least = |of: fn(&Sample) -> u64| few.iter().map(|s| of(s)).min();
    let (allocs, bytes, nanos) = (least(|s| s.allocs)?, least(|s| s.bytes)?, least(nanos)?);
    let one = |round: &Vec<Sample>| {
        let [.., base, last] = &round[..] else { return None };
        let further = last.iterations.checked_sub(base.iterations).filter(|n| *n > 0)? as f64;
        Some(Cost {
            allocs: last.allocs.saturating_sub(allocs) as f64 / further,
            bytes: last.bytes.saturating_sub(bytes) as f64 / further,
            picoseconds: self::nanos(last).saturating_sub(nanos) as f64 / further * 1e3,
        })
    };
    rounds.iter().map(one).collect()
}

fn nanos(sample: &Sample) -> u64 {
    sample.cpu.as_nanos() as u64
}

/// The figures of one benchmark: its rounds, and those of the reference beside them.
pub(super) fn figures(budget: &Budget, candidate: &[Cost], reference: &[Cost], against: &str) -> Vec<Figure> {
    let figure = |what, measured: f64, allowed: f64, reference: f64| Figure {
        benchmark: budget.benchmark.clone(),
        what,
        measured: measured.round() as u64,
        allowed: allowed.round() as u64,
        reference: reference.round() as u64,
        against: against.to_owned(),
    };
    let least = |rounds: &[Cost], of: fn(&Cost) -> f64| rounds.iter().map(of).fold(f64::INFINITY, f64::min);
    let counted = |what, allowed: Option<u32>, of: fn(&Cost) -> f64| {
        allowed.map(|most| figure(what, least(candidate, of), f64::from(most), least(reference, of)))
    };
    let time = budget.time_thousandths.map(|thousandths| {
        let allowed = f64::from(thousandths) / 1e3;
        let usual = median(reference.iter().map(|c| c.picoseconds));
        // Round by round: what slows the machine for a while slows both.
        let ratios = candidate.iter().zip(reference).map(|(c, r)| c.picoseconds / r.picoseconds.max(1.0));
        figure(Measure::Time, median(ratios) * usual, allowed * usual, usual)
    });
    [
        counted(Measure::Allocs, budget.allocs, |c| c.allocs),
        counted(Measure::Bytes, budget.bytes, |c| c.bytes),
        time,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The one in the middle; more than half of an odd number are not above it.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// How much faster than in the reference's process the harness's own benchmark may seem: no clock, load or layout makes arithmetic as
/// fast as that.
const FASTER: u64 = 8;

/// Processor time between the last answer and the end of a process that may differ.
const SLACK: Duration = Duration::from_millis(100);

/// Why the harness's own benchmark cannot have cost so little, if it cannot. Times are whole answers: a difference could be small by
/// chance.
pub(super) fn objection(candidate: &[Vec<Sample>], reference: &[Vec<Sample>]) -> Option<&'static str> {
    let cheap = |c: &Cost| c.allocs < 1.5 || c.bytes < 96.0;
    if costs(candidate).is_none_or(|all| all.iter().any(cheap)) {
        return Some("a control that allocates 2 times an iteration was reported with less");
    }
    let fastest =
        |rounds: &[Vec<Sample>]| rounds.iter().filter_map(|r| r.last()).map(nanos).min().unwrap_or(0);
    (fastest(candidate) * FASTER < fastest(reference))
        .then_some("a control took far less time than it takes in the reference's process")
}

/// Why the box has seen other processor time than the processes say, if it has: of each, what is left when their own account is taken
/// off, by round. Starting and ending take some, in both.
pub(super) fn unaccounted(candidate: &[Duration], reference: &[Duration]) -> Option<String> {
    let (least, most) = (candidate.iter().min()?, reference.iter().max()?);
    (*least > *most * 3 + SLACK).then(|| {
        format!("the box saw {} ms of processor time more than the process told of", least.as_millis())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(all: &[(f64, f64, f64)]) -> Vec<Cost> {
        all.iter().map(|&(allocs, bytes, picoseconds)| Cost { allocs, bytes, picoseconds }).collect()
    }

    fn sample(iterations: u64, micros: u64, allocs: u64, bytes: u64) -> Sample {
        Sample { iterations, wall: Duration::ZERO, cpu: Duration::from_micros(micros), allocs, bytes }
    }

    #[test]
    fn what_is_set_up_once_falls_out() {
        let warm = sample(2, 900, 70, 9000);
        let rounds = [
            vec![warm.clone(), sample(2, 300, 14, 1064), sample(102, 500, 214, 4264)],
            vec![warm.clone(), sample(2, 700, 15, 1000), sample(102, 1300, 214, 4264)],
        ];
        let cost = |bytes, picoseconds| Cost { allocs: 2.0, bytes, picoseconds };
        assert_eq!(costs(&rounds), Some(vec![cost(32.64, 2_000_000.0), cost(32.64, 10_000_000.0)]));
        assert_eq!(costs(&[vec![warm.clone(), warm.clone()]]), None);
        assert_eq!(costs(&[vec![warm]]), None);
    }

    /// The figures of a budget of 2 allocations, 64 bytes and 1.5 times the reference's time.
    fn check(candidate: &[(f64, f64, f64)], reference: &[(f64, f64, f64)], want: [(u64, u64, u64, bool); 3]) {
        let budget = Budget {
            benchmark: "BenchmarkA".into(),
            visible: true,
            allocs: Some(2),
            bytes: Some(64),
            time_thousandths: Some(1500),
        };
        let got = figures(&budget, &given(candidate), &given(reference), "start");
        let got: Vec<_> = got.iter().map(|f| (f.measured, f.allowed, f.reference, f.holds())).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn allocations_are_over_budget_in_every_round_and_time_in_most() {
        let reference = [(4.0, 128.0, 1000.0), (4.0, 128.0, 2000.0), (4.0, 128.0, 1000.0)];
        check(
            &[(3.0, 65.0, 1600.0), (2.1, 64.2, 3100.0), (9.0, 99.0, 1000.0)],
            &reference,
            [(2, 2, 4, true), (64, 64, 128, true), (1550, 1500, 1000, false)],
        );
        check(
            &[(3.0, 65.0, 9000.0), (3.0, 65.0, 2000.0), (3.0, 65.0, 1000.0)],
            &reference,
            [(3, 2, 4, false), (65, 64, 128, false), (1000, 1500, 1000, true)],
        );
    }

    #[test]
    fn only_measures_with_a_limit_are_figures() {
        let budget = Budget {
            benchmark: "BenchmarkA".into(),
            visible: true,
            allocs: None,
            bytes: Some(64),
            time_thousandths: None,
        };
        let one = given(&[(1.0, 2.0, 3.0)]);
        let whats: Vec<_> = figures(&budget, &one, &one, "start").iter().map(|f| f.what).collect();
        assert_eq!(whats, [Measure::Bytes]);
    }

    #[test]
    fn the_harnesss_own_benchmark_costs_what_it_costs() {
        // Two iterations in 100 µs with 10 allocations, then 4002 in all.
        let round =
            |micros, allocs, bytes| vec![sample(2, 100, 10, 600), sample(4002, micros, allocs, bytes)];
        let reference = [round(4000, 8010, 512_600), round(3200, 8010, 512_600)];
        for (candidate, fine) in [
            ([round(401, 8010, 512_600), round(9000, 8010, 512_600)], true),
            ([round(4000, 28010, 912_600), round(4000, 8010, 512_600)], true),
            ([round(399, 8010, 512_600), round(4000, 8010, 512_600)], false),
            ([round(4000, 8010, 512_600), round(4000, 10, 512_600)], false),
            ([round(4000, 8010, 4600), round(4000, 8010, 512_600)], false),
        ] {
            assert_eq!(objection(&candidate, &reference).is_none(), fine, "{candidate:?}");
        }
    }

    #[test]
    fn the_box_must_have_seen_what_was_told() {
        let ms = |all: &[u64]| all.iter().copied().map(Duration::from_millis).collect::<Vec<_>>();
        for (candidate, fine) in [([9, 12], true), ([900, 160], true), ([161, 900], false)] {
            assert_eq!(unaccounted(&ms(&candidate), &ms(&[10, 20])).is_none(), fine, "{candidate:?}");
        }
    }
}
