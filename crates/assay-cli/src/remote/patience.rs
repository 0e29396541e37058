use std::time::Duration;

/// Pause after the first failure; each further one takes twice as long.
const FIRST: Duration = Duration::from_millis(500);
/// Longest pause of our own.
const LONGEST: Duration = Duration::from_secs(8);

/// When a request that failed is sent again, and when no longer.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    tries: u32,
    waited: Duration,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// A server that has not answered: most likely it is not there.
    Silent,
    /// A server that said that it is busy.
    Answered,
    /// A server that was there before and has something of ours.
    Known,
}

impl Wait {
    /// Pauses together.
    pub(crate) fn most(self) -> Duration {
        match self {
            Wait::Silent => Duration::from_secs(4),
            Wait::Answered => Duration::from_secs(90),
            Wait::Known => Duration::from_mins(10),
        }
    }
}

impl Patience {
    /// How long to wait now, at least as long as the server `asked`; nothing when it is enough.
    pub(crate) fn next(&mut self, wait: Wait, asked: Option<Duration>) -> Option<Duration> {
        let own = (FIRST * 2u32.saturating_pow(self.tries)).min(LONGEST);
        let pause = own.max(asked.unwrap_or_default());
        if self.waited + pause > wait.most() {
            return None;
        }
        self.tries = (self.tries + 1).min(8);
        self.waited += pause;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(wait: Wait, asked: Option<u64>) -> Vec<u64> {
        let mut patience = Patience::default();
        std::iter::from_fn(|| patience.next(wait, asked.map(Duration::from_secs)))
            .map(|pause| pause.as_millis() as u64)
            .collect()
    }

    #[test]
    fn pauses_grow_and_end() {
        assert_eq!(pauses(Wait::Silent, None), [500, 1000, 2000]);
        assert_eq!(pauses(Wait::Answered, Some(10)), [10_000; 9]);
        assert_eq!(pauses(Wait::Answered, Some(3))[..5], [3000, 3000, 3000, 4000, 8000]);
        assert_eq!(pauses(Wait::Answered, Some(u64::from(u32::MAX))), [0; 0]);
        assert!(pauses(Wait::Known, None).iter().sum::<u64>() > 590_000);
    }
}
