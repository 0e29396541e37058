//! Who is still alive. No lease ends by a clock that somebody can set: a holder counts up its beat, and whoever watches ends a lease
//! when the beat has stood still for long enough by the watcher's own clock, which only goes forward. Any number may watch: all that one
//! of them can do is take away what carries the very beat that it saw standing still.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

use assay_core::SubmissionId;

use crate::database::{Store, write};
use crate::queue::retry_silent;
use crate::tables::{transitions, workers};
use crate::{Fence, Requeued, StoreError};

/// How long things may stand still.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A grader that is silent for so long has lost its submission. Three beats and more should fit in it.
    pub lease: Duration,
    /// How long a submission rests after its first fault; four times as long after the second.
    pub rest: Duration,
    /// What the broker was given and nobody has claimed for so long, it is given again.
    pub resend: Duration,
}

/// Since when each thing that is watched stands as it does.
#[derive(Debug)]
pub struct Watch<K, M> {
    since: HashMap<K, (M, Instant)>,
}

impl<K, M> Default for Watch<K, M> {
    fn default() -> Watch<K, M> {
        Watch { since: HashMap::new() }
    }
}

impl<K: Eq + Hash, M: PartialEq> Watch<K, M> {
    /// Looks at all there is now, and gives those that have stood still for as long as `patience` says of them, or longer.
    pub fn look(
        &mut self,
        now: Instant,
        there: impl IntoIterator<Item = (K, M)>,
        patience: impl Fn(&M) -> Duration,
    ) -> Vec<K>
    where
        K: Clone,
    {
        let mut before = std::mem::take(&mut self.since);
        let mut due = vec![];
        for (key, mark) in there {
            let since = match before.remove(&key) {
                Some((old, since)) if old == mark => since,
                _ => now,
            };
            if now.saturating_duration_since(since) >= patience(&mark) {
                due.push(key.clone());
            }
            self.since.insert(key, (mark, since));
        }
        due
    }
}

/// What a submission looks like that somebody should do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Running { fence: Fence, beat: i64 },
    Resting { fence: Fence, attempt: i64 },
    Sent { fence: Fence },
}

/// Everything one process watches.
#[derive(Debug, Default)]
pub struct Watches {
    submissions: Watch<SubmissionId, Mark>,
    workers: Watch<String, i64>,
}

/// What a sweep did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Taken from graders that were not heard of any more.
    pub lost: Requeued,
    /// Rested long enough, or to be sent again: there is work.
    pub ready: Vec<SubmissionId>,
    /// Names of workers that are gone.
    pub gone: Vec<String>,
}

impl Store {
    /// Looks once at everything that somebody should do something about, and does it for those who have not for too long.
    pub async fn sweep(&self, watches: &mut Watches, patience: Patience) -> Result<Swept, StoreError> {
        let mut swept = Swept::default();
        let mut marks = HashMap::new();
        for held in transitions::held(&mut *self.read().await?).await? {
            let fence = held.fence()?;
            let mark = if held.is_running() {
                Mark::Running { fence, beat: held.beat }
            } else if held.resting != 0 {
                Mark::Resting { fence, attempt: held.attempt }
            } else {
                Mark::Sent { fence }
            };
            marks.insert(fence.id, mark);
        }
        let due = watches.submissions.look(Instant::now(), marks.clone(), |mark| match mark {
            Mark::Running { .. } => patience.lease,
            Mark::Resting { attempt, .. } => patience.rest * if *attempt > 1 { 4 } else { 1 },
            Mark::Sent { .. } => patience.resend,
        });
        for id in due {
            self.end(id, marks[&id], &mut swept).await?;
        }
        self.sweep_workers(watches, patience, &mut swept).await?;
        Ok(swept)
    }

    async fn end(&self, id: SubmissionId, mark: Mark, swept: &mut Swept) -> Result<(), StoreError> {
        match mark {
            Mark::Running { fence, beat } => {
                let after = write!(self, |tx| retry_silent(tx, fence, beat).await)?;
                swept.lost.add(id, after);
            }
            Mark::Resting { fence, .. } => {
                if write!(self, |tx| transitions::rested(tx, fence).await)? {
                    swept.ready.push(id);
                }
            }
            Mark::Sent { fence } => {
                if write!(self, |tx| transitions::send_again(tx, fence).await)? {
                    swept.ready.push(id);
                }
            }
        }
        Ok(())
    }

    async fn sweep_workers(
        &self,
        watches: &mut Watches,
        patience: Patience,
        swept: &mut Swept,
    ) -> Result<(), StoreError> {
        let rows = workers::all(&mut *self.read().await?).await?;
        let beats = rows.iter().map(|row| (row.id.clone(), row.beat));
        let silent = watches.workers.look(Instant::now(), beats, |_| patience.lease * 2);
        for row in rows.iter().filter(|row| silent.contains(&row.id)) {
            if write!(self, |tx| workers::delete_silent(tx, &row.id, row.beat).await)? {
                swept.gone.push(row.name.clone());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_still_is_due_however_often_it_is_looked_at() {
        let mut watch = Watch::default();
        let start = Instant::now();
        let at = |s: u64| start + Duration::from_secs(s);
        let ten = |_: &i64| Duration::from_secs(10);
        let mut look = |s, there: &[(&'static str, i64)]| watch.look(at(s), there.iter().copied(), ten);
        assert!(look(0, &[("a", 1), ("b", 1)]).is_empty());
        assert!(look(9, &[("a", 2), ("b", 1)]).is_empty());
        assert_eq!(look(10, &[("a", 2), ("b", 1)]), ["b"]);
        assert_eq!(look(12, &[("a", 2), ("b", 1)]), ["b"], "until somebody does something about it");
        assert!(look(18, &[("b", 2)]).is_empty(), "it beat again; a is gone");
        assert!(look(27, &[("a", 2), ("b", 2)]).is_empty(), "a is back and counts from now");
        assert_eq!(look(28, &[("a", 2), ("b", 2)]), ["b"]);
    }
}
