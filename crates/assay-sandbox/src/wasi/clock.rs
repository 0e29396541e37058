//! Time inside a run: it passes as instructions are executed, and jumps to the next timer when the program has nothing else to do. The
//! machine's clock is never asked, so a run is the same on a busy machine, and a sleep of an hour takes no time.

use std::time::Duration;

use crate::{Killed, Limits};

/// What the wall clock shows at the start, ns since 1970: 2009-11-10 23:00 UTC, when Go was made public.
pub(super) const EPOCH: u64 = 1_257_894_000_000_000_000;

/// What the monotonic clock shows at the start, ns; not 0, which programs take for unset.
pub(super) const BOOT: u64 = 1_000_000_000;

/// Instructions (units of fuel) that take a nanosecond.
const FUEL_PER_NS: u64 = 10;

/// The clock of one run.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    skipped: u64,
    asked_at: u64,
    wall: u64,
    idle: Option<u64>,
    step: Option<u64>,
}

impl Clock {
    /// A clock under the limits that are about time: wall, idle and step are counted by it.
    pub(super) fn new(limits: &Limits) -> Clock {
        let ns = |d: Duration| d.as_nanos().min(u128::from(u64::MAX)) as u64;
        Clock {
            skipped: 0,
            asked_at: 0,
            wall: ns(limits.wall),
            idle: limits.idle.map(ns),
            step: limits.step.map(ns),
        }
    }

    /// Nanoseconds since the start, after `fuel` instructions.
    pub(super) fn now(&self, fuel: u64) -> u64 {
        self.skipped.saturating_add(fuel / FUEL_PER_NS)
    }

    /// Nanoseconds in which everything waited.
    pub(super) fn waited(&self) -> u64 {
        self.skipped
    }

    /// The program took a challenge: the step clock starts anew.
    pub(super) fn asked(&mut self, fuel: u64) {
        self.asked_at = self.now(fuel);
    }

    /// Everything waits for `ns`: jump there, or to the limit that comes first.
    pub(super) fn skip(&mut self, ns: u64, fuel: u64) -> Result<(), Killed> {
        let then = self.now(fuel).saturating_add(ns);
        let room = self.wall.saturating_sub(self.now(fuel));
        self.skipped += ns.min(self.idle.unwrap_or(u64::MAX)).min(room);
        if self.idle.is_some_and(|idle| ns > idle) {
            return Err(Killed::Idle);
        }
        if self.step.is_some_and(|step| then - self.asked_at > step) {
            return Err(Killed::Step);
        }
        if then > self.wall { Err(Killed::Wall) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn clock() -> Clock {
        let (wall, idle, step) = (Duration::from_secs(10), Duration::from_secs(2), Duration::from_secs(5));
        Clock::new(&Limits { wall, idle: Some(idle), step: Some(step), ..Limits::default() })
    }

    #[test]
    fn time_is_instructions_and_jumps() {
        let mut clock = clock();
        assert_eq!(clock.now(50), 5);
        clock.skip(SECOND, 50).unwrap();
        assert_eq!(clock.now(50), SECOND + 5);
    }

    #[test]
    fn the_first_limit_on_the_way_ends_the_run() {
        assert_eq!(clock().skip(3 * SECOND, 0), Err(Killed::Idle));
        let mut slow = clock();
        slow.skip(2 * SECOND, 0).unwrap();
        slow.skip(2 * SECOND, 0).unwrap();
        assert_eq!(slow.skip(2 * SECOND, 0), Err(Killed::Step));
        let mut steady = clock();
        for _ in 0..5 {
            steady.skip(2 * SECOND, 0).unwrap();
            steady.asked(0);
        }
        assert_eq!(steady.skip(2 * SECOND, 0), Err(Killed::Wall));
        assert_eq!(clock().skip(u64::MAX, 0), Err(Killed::Idle));
    }
}
