//! Control arms: tests of the harness whose outcome is known, dealt among the others so that nothing in the box can tell which they
//! are. A known-bad one that passes, or a known-good one that fails, means that the process no longer tests anything.

use crate::plan::SplitMix;
use crate::session::Challenge;

/// A control of the harness, by its place after the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    /// Calls `t.Errorf`.
    Fails,
    /// Calls `t.FailNow` in a subtest.
    FailsBelow,
    /// Holds.
    Holds,
}

impl Control {
    /// All of them, in the harness's order.
    pub(crate) const ALL: [Control; 3] = [Control::Fails, Control::FailsBelow, Control::Holds];

    /// Why an answer to it cannot be, if it cannot.
    pub(crate) fn objection(self, result: &str) -> Option<&'static str> {
        match (self, result) {
            (Control::Fails | Control::FailsBelow, "fail") | (Control::Holds, "ok") => None,
            (Control::Fails | Control::FailsBelow, _) => {
                Some("a control that must fail was reported as passed: failures no longer come through")
            }
            (Control::Holds, _) => Some("a control that must pass was reported as failed"),
        }
    }
}

/// What one number of the conversation stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arm {
    /// Index into the pass's tests.
    Test(usize),
    /// A control.
    Control(Control),
}

/// What a process is asked, and by which numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deal {
    /// At each slot the index into the harness's table (tests, then controls).
    pub(crate) order: Vec<usize>,
    /// What to ask, in order.
    pub(crate) arms: Vec<Arm>,
}

impl Deal {
    /// The challenges with every control somewhere among them, under numbers that follow from `seed`.
    pub(crate) fn new(tests: usize, challenges: &[Challenge], seed: u64) -> Deal {
        let mut random = SplitMix(seed);
        let mut order: Vec<usize> = (0..tests + Control::ALL.len()).collect();
        random.shuffle(&mut order);
        let mut arms: Vec<Arm> = challenges.iter().map(|c| Arm::Test(c.test)).collect();
        for control in Control::ALL {
            arms.insert(random.below(arms.len() + 1), Arm::Control(control));
        }
        Deal { order, arms }
    }

    /// The number that stands for `arm`, if there is one.
    pub(crate) fn slot(&self, arm: Arm) -> Option<usize> {
        let tests = self.order.len() - Control::ALL.len();
        let index = match arm {
            Arm::Test(test) => test,
            Arm::Control(control) => tests + Control::ALL.iter().position(|c| *c == control)?,
        };
        self.order.iter().position(|at| *at == index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_deal_keeps_the_challenges_and_hides_each_control_once(
            tests in 0usize..12,
            picks in proptest::collection::vec(0usize..12, 0..30),
            seed: u64,
        ) {
            let challenges: Vec<Challenge> =
                picks.into_iter().filter(|p| *p < tests).map(|test| Challenge { test }).collect();
            let deal = Deal::new(tests, &challenges, seed);
            let kept: Vec<Challenge> = deal
                .arms
                .iter()
                .filter_map(|a| match a { Arm::Test(test) => Some(Challenge { test: *test }), Arm::Control(_) => None })
                .collect();
            proptest::prop_assert_eq!(kept, challenges);
            for control in Control::ALL {
                let times = deal.arms.iter().filter(|a| **a == Arm::Control(control)).count();
                proptest::prop_assert_eq!(times, 1);
            }
            let mut slots: Vec<Option<usize>> =
                (0..tests).map(Arm::Test).chain(Control::ALL.map(Arm::Control)).map(|a| deal.slot(a)).collect();
            slots.sort_unstable();
            let all: Vec<Option<usize>> = (0..tests + Control::ALL.len()).map(Some).collect();
            proptest::prop_assert_eq!(slots, all);
        }
    }

    #[test]
    fn numbers_and_places_follow_from_the_seed_alone() {
        let challenges: Vec<Challenge> = (0..8).map(|test| Challenge { test }).collect();
        let deals: Vec<Deal> = (0..20).map(|seed| Deal::new(8, &challenges, seed)).collect();
        assert_eq!(deals[3], Deal::new(8, &challenges, 3));
        let places = |control| {
            deals.iter().map(move |d| {
                (d.slot(Arm::Control(control)), d.arms.iter().position(|a| *a == Arm::Control(control)))
            })
        };
        for control in Control::ALL {
            let mut different: Vec<_> = places(control).collect();
            different.sort_unstable();
            different.dedup();
            assert!(different.len() > 15, "{control:?} is always found at {different:?}");
        }
    }

    #[test]
    fn only_the_known_outcome_is_believed() {
        for (control, right) in Control::ALL.into_iter().zip(["fail", "fail", "ok"]) {
            for result in ["ok", "fail", "skip"] {
                assert_eq!(control.objection(result).is_none(), result == right, "{control:?} {result}");
            }
        }
    }
}
