//! The clocks of a run as a state machine without effects: samples go in, the limit that was passed comes out.

use std::collections::VecDeque;
use std::time::Duration;

use crate::{Killed, Limits};

/// How often CPU use is sampled; a limit is noticed at most this late.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// The window of [`Watch::cpu_share`].
const SHARE_WINDOW: Duration = Duration::from_millis(500);

/// CPU use below this share of the idle window counts as none: the race detector's background thread and Go's monitor
/// wake up now and then (well under 1 % together).
const IDLE_SHARE: u32 = 50;

/// Whoever watches comes round every [`TICK`]; after longer than this it did not run itself.
const STALL: Duration = Duration::from_millis(250);

/// A program that is kept from the processors by others may take so many times its wall or step limit, and its time for last words.
const PATIENCE: u32 = 3;

/// The time for which a program was watched. What passes while the watcher is stopped, starved or asleep with its machine counts for
/// nobody: in that time the program may have waited for its next challenge, and the answer to the last one is still to be read.
#[derive(Debug, Default)]
pub(super) struct Clock {
    seen: Duration,
    lost: Duration,
}

impl Clock {
    /// It is `now` since the start of the program, as a clock on the wall has it.
    pub(super) fn look(&mut self, now: Duration) {
        let gap = now.saturating_sub(self.seen);
        if gap > STALL {
            self.lost += gap.saturating_sub(TICK);
        }
        self.seen = now;
    }

    /// The time at the last look.
    pub(super) fn now(&self) -> Duration {
        self.seen.saturating_sub(self.lost)
    }

    /// What of `wall`, which may end a little after the last look, was watched.
    pub(super) fn of(&self, wall: Duration) -> Duration {
        wall.saturating_sub(self.lost)
    }
}

/// All times are since the start of the program.
#[derive(Debug)]
pub(super) struct Watch {
    wall: Duration,
    cpu: Duration,
    step: Option<Duration>,
    idle: Option<Duration>,
    /// `(when, cpu used until then)`, oldest first, no older than the longest window needs.
    samples: VecDeque<(Duration, Duration)>,
    /// When, and the CPU used until then.
    challenged: Option<(Duration, Duration)>,
    /// When it was asked for its last words, the CPU used until then, and how long it may take.
    words: Option<(Duration, Duration, Duration)>,
    idle_from: Duration,
}

impl Watch {
    pub(super) fn new(limits: &Limits) -> Watch {
        Watch {
            wall: limits.wall,
            cpu: limits.cpu,
            step: limits.step,
            idle: limits.idle,
            samples: VecDeque::from([(Duration::ZERO, Duration::ZERO)]),
            challenged: None,
            words: None,
            idle_from: Duration::ZERO,
        }
    }

    /// All processes of the box had used `cpu` at `now`.
    pub(super) fn sample(&mut self, now: Duration, cpu: Duration) {
        self.samples.push_back((now, cpu));
        let window = self.idle.unwrap_or_default().max(SHARE_WINDOW);
        while self.samples.get(1).is_some_and(|(when, _)| *when + window <= now) {
            self.samples.pop_front();
        }
    }

    /// A challenge was sent: its reply is awaited from now.
    pub(super) fn challenge(&mut self, now: Duration) {
        self.challenged = Some((now, self.used()));
    }

    /// A line came: whatever it used, the program gets on, so a new idle window begins.
    pub(super) fn reply(&mut self, now: Duration) {
        self.challenged = None;
        self.idle_from = now;
    }

    /// The box only looked idle (it waited for a processor or a disk): begin a new idle window.
    pub(super) fn not_idle(&mut self, now: Duration) {
        self.idle_from = now;
    }

    /// The limit that has been passed, the more telling one first.
    pub(super) fn passed(&self, now: Duration) -> Option<Killed> {
        let silent = |step| self.challenged.is_some_and(|(since, _)| now.saturating_sub(since) >= step);
        if self.used() > self.cpu {
            Some(Killed::Cpu)
        } else if self.idle.is_some_and(|idle| self.idle_for(idle)) {
            Some(Killed::Idle)
        } else if self.step.is_some_and(silent) {
            Some(Killed::Step)
        } else {
            (now >= self.wall).then_some(Killed::Wall)
        }
    }

    /// CPU used until the last sample.
    fn used(&self) -> Duration {
        self.samples.back().map_or(Duration::ZERO, |(_, cpu)| *cpu)
    }

    /// Whether `limit` was passed only because the box had less than half a processor to itself; of a box that is busy.
    pub(super) fn is_starved(&self, limit: Killed, now: Duration) -> bool {
        match (limit, self.challenged, self.step) {
            (Killed::Wall, ..) => self.had_less_than_half(Duration::ZERO, Duration::ZERO, self.wall, now),
            (Killed::Step, Some((since, used)), Some(step)) => {
                self.had_less_than_half(since, used, step, now)
            }
            _ => false,
        }
    }

    /// Whether the box had less than half a processor since a moment, at which it had used `used`; of what takes too long only so many times.
    fn had_less_than_half(&self, since: Duration, used: Duration, most: Duration, now: Duration) -> bool {
        let took = now.saturating_sub(since);
        took < most * PATIENCE && self.used().saturating_sub(used) < took / 2
    }

    /// It was asked for its last words, for which it has `most`.
    pub(super) fn asked(&mut self, most: Duration, now: Duration) {
        self.words = Some((now, self.used(), most));
    }

    /// Whether the time for its last words has passed, and whether only because others kept it from the processors.
    pub(super) fn words(&self, now: Duration) -> Option<bool> {
        let (since, used, most) =
            self.words.filter(|(since, _, most)| now.saturating_sub(*since) >= *most)?;
        Some(self.had_less_than_half(since, used, most, now))
    }

    fn idle_for(&self, idle: Duration) -> bool {
        let Some((last, used)) = self.samples.back() else { return false };
        let Some(begin) = last.checked_sub(idle).filter(|begin| *begin >= self.idle_from) else {
            return false;
        };
        self.used_at(begin).is_some_and(|before| used.saturating_sub(before) < idle / IDLE_SHARE)
    }

    /// CPU used until the last sample at or before `when`.
    fn used_at(&self, when: Duration) -> Option<Duration> {
        self.samples.iter().rev().find(|(at, _)| *at <= when).map(|(_, cpu)| *cpu)
    }

    /// CPU used in the last half second, as a share of one processor.
    pub(super) fn cpu_share(&self) -> f64 {
        let (Some(last), Some(first)) = (self.samples.back(), self.samples.front()) else { return 0.0 };
        let begin = last.0.saturating_sub(SHARE_WINDOW);
        let first = self.samples.iter().rev().find(|(at, _)| *at <= begin).unwrap_or(first);
        let time = last.0.saturating_sub(first.0).as_secs_f64();
        // Of a shorter time the set-up would be most, and ticks of the kernel's clock the rest.
        if time >= TICK.as_secs_f64() / 2.0 {
            last.1.saturating_sub(first.1).as_secs_f64() / time
        } else {
            0.0
        }
    }

    /// How long nothing can be passed, at most a tick.
    pub(super) fn sleep(&self, now: Duration) -> Duration {
        let step = self.step.zip(self.challenged).map(|(step, (since, _))| since + step);
        let next = step.unwrap_or(self.wall).min(self.wall);
        match next.saturating_sub(now) {
            // Passed, and still running: starved.
            Duration::ZERO => TICK,
            left => left.clamp(Duration::from_millis(1), TICK),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn limits() -> Limits {
        Limits {
            wall: ms(5000),
            cpu: ms(1000),
            step: Some(ms(300)),
            idle: Some(ms(500)),
            ..Limits::default()
        }
    }

    /// Samples every 20 ms until `end`, with the cpu use that `used` gives for a time in ms.
    fn watched(end: u64, used: impl Fn(u64) -> u64) -> Watch {
        let mut watch = Watch::new(&limits());
        (20..=end).step_by(20).for_each(|t| watch.sample(ms(t), ms(used(t))));
        watch
    }

    #[test]
    fn what_nobody_watched_does_not_count() {
        let mut clock = Clock::default();
        for now in [20, 40, 290, 3290, 3310] {
            clock.look(ms(now));
        }
        // 290 is a little late; until 3290 nobody was there, but for one tick.
        assert_eq!(clock.now(), ms(3310 - 3000 + 20));
        assert_eq!(clock.of(ms(3320)), ms(3320 - 3000 + 20));
    }

    #[test]
    fn each_limit_has_its_own_reason() {
        let check = |watch: Watch, now, expect: Option<Killed>| {
            assert_eq!(watch.passed(ms(now)), expect, "{watch:?}");
        };
        check(watched(900, |t| t), 900, None);
        check(watched(1020, |t| t), 1020, Some(Killed::Cpu));
        check(watched(480, |_| 0), 480, None);
        check(watched(500, |_| 0), 500, Some(Killed::Idle));
        check(watched(1000, |t| t.min(400)), 1000, Some(Killed::Idle));
        check(watched(4000, |t| t / 10), 5000, Some(Killed::Wall));
    }

    #[test]
    fn a_little_noise_is_idle_and_a_little_work_is_not() {
        assert_eq!(watched(600, |t| t / 100).passed(ms(600)), Some(Killed::Idle));
        assert_eq!(watched(600, |t| t / 20).passed(ms(600)), None);
    }

    #[test]
    fn waiting_for_a_processor_is_not_idling() {
        let mut watch = watched(500, |_| 0);
        watch.not_idle(ms(500));
        assert_eq!(watch.passed(ms(500)), None);
        (520..=1000).step_by(20).for_each(|t| watch.sample(ms(t), ms(0)));
        assert_eq!(watch.passed(ms(1000)), Some(Killed::Idle));
    }

    #[test]
    fn a_line_begins_a_new_idle_window() {
        let mut watch = watched(480, |_| 0);
        watch.reply(ms(480));
        (500..=960).step_by(20).for_each(|t| watch.sample(ms(t), ms(0)));
        assert_eq!(watch.passed(ms(960)), None);
        watch.sample(ms(980), ms(0));
        assert_eq!(watch.passed(ms(980)), Some(Killed::Idle));
    }

    #[test]
    fn the_step_clock_runs_only_between_challenge_and_reply() {
        let mut watch = watched(400, |t| t);
        assert_eq!(watch.passed(ms(400)), None);
        watch.challenge(ms(100));
        assert_eq!(watch.passed(ms(399)), None);
        assert_eq!(watch.passed(ms(400)), Some(Killed::Step));
        watch.reply(ms(400));
        assert_eq!(watch.passed(ms(400)), None);
    }

    #[test]
    fn last_words_take_longer_without_a_processor_but_not_for_ever() {
        let mut starved = watched(400, |t| t / 4);
        assert_eq!(starved.words(ms(400)), None, "nobody asked");
        starved.asked(ms(200), ms(400));
        (420..=600).step_by(20).for_each(|t| starved.sample(ms(t), ms(t / 4)));
        assert_eq!([599, 600].map(|t| starved.words(ms(t))), [None, Some(true)]);
        (620..=980).step_by(20).for_each(|t| starved.sample(ms(t), ms(t / 4)));
        assert_eq!([999, 1000].map(|t| starved.words(ms(t))), [Some(true), Some(false)]);
        let mut deaf = watched(400, |t| t);
        deaf.asked(ms(200), ms(400));
        (420..=600).step_by(20).for_each(|t| deaf.sample(ms(t), ms(t)));
        assert_eq!(deaf.words(ms(600)), Some(false));
    }

    #[test]
    fn a_program_without_a_processor_gets_more_time_but_not_for_ever() {
        let mut watch = watched(400, |t| t / 4);
        watch.challenge(ms(400));
        (420..=700).step_by(20).for_each(|t| watch.sample(ms(t), ms(t / 4)));
        assert_eq!(watch.passed(ms(700)), Some(Killed::Step));
        assert!(watch.is_starved(Killed::Step, ms(700)));
        assert!(!watch.is_starved(Killed::Step, ms(1300)));
        assert!(watch.is_starved(Killed::Wall, ms(5000)) && !watch.is_starved(Killed::Wall, ms(15_000)));
        let mut busy = watched(400, |t| t / 4);
        busy.challenge(ms(400));
        (420..=700).step_by(20).for_each(|t| busy.sample(ms(t), ms(t - 300)));
        assert!(!busy.is_starved(Killed::Step, ms(700)));
    }

    #[test]
    fn the_share_at_the_end_is_of_the_last_half_second() {
        let share = watched(2000, |t| t.saturating_sub(1500)).cpu_share();
        assert!((share - 1.0).abs() < 0.05, "{share}");
        assert!(watched(2000, |t| t.min(500)).cpu_share() < 0.01);
    }
}
