//! One grader that takes, says what happens, takes its time and stores its verdict, as a worker of assay-web does; only the boxes are not
//! there.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use assay_core::Report;
use assay_store::{Broker, Claim, Fence, Store, StoreError, Taken, Takes, Worker};

use super::recorded::{Batch, Grading, RECORDED};
use super::site::{self, SWEEP, Site};

/// One grader.
pub(super) struct Grader<'a> {
    site: &'a Site,
    store: &'a Store,
    broker: Option<Broker>,
    takes: Option<Takes>,
    me: Worker,
    report: Report,
    /// Which of the recorded gradings is next.
    next: usize,
    pace: f64,
}

impl<'a> Grader<'a> {
    /// Grader number `n`, of a process of `slots`, which has a connection to the broker.
    pub(super) fn new(
        site: &'a Site,
        n: usize,
        slots: usize,
        broker: Option<Broker>,
        pace: f64,
    ) -> Grader<'a> {
        let me = site::worker(n / slots, slots);
        Grader {
            site,
            store: site.store(n / slots),
            takes: broker.as_ref().map(|b| b.takes(me.capabilities.clone())),
            broker,
            me,
            report: super::recorded::report(site::exercise()),
            next: n * 8,
            pace,
        }
    }

    /// The next claim, however long that takes.
    pub(super) async fn claim(&mut self) -> (Claim, Option<Taken>) {
        loop {
            match self.try_claim().await {
                Ok(Some(claimed)) => return claimed,
                Ok(None) => {}
                Err(error) => self.site.rest(&error, self.pace).await,
            }
        }
    }

    async fn try_claim(&mut self) -> Result<Option<(Claim, Option<Taken>)>, StoreError> {
        let Some(takes) = &mut self.takes else {
            let claim = self.store.claim(&self.me).await?;
            if claim.is_none() {
                tokio::time::sleep(SWEEP).await;
            }
            return Ok(claim.map(|claim| (claim, None)));
        };
        let Some(taken) = takes.next().await? else { return Ok(None) };
        match self.store.claim_it(taken.fence, &self.me).await {
            Ok(Some(claim)) => Ok(Some((claim, Some(taken)))),
            Ok(None) => {
                taken.done().await;
                Ok(None)
            }
            Err(error) => {
                taken.give_back().await;
                Err(error)
            }
        }
    }

    /// The next of the recorded gradings: each grader goes through all of them in turns.
    pub(super) fn next(&mut self) -> Grading {
        self.next += 1;
        RECORDED[self.next % RECORDED.len()]
    }

    /// Stores what a grading says when it says it, beats, and is ready once all is stored and the time is over.
    pub(super) async fn grade(&self, fence: Fence, taken: Option<&Taken>, grading: Grading) {
        self.tell(fence).await;
        let begun = Instant::now();
        let says = async {
            for Batch { at, events } in grading.batches() {
                tokio::time::sleep_until((begun + at.div_f64(self.pace)).into()).await;
                self.store(fence, &events).await;
            }
        };
        tokio::select! {
            () = says => {}
            () = self.beats(fence, taken) => {}
        }
    }

    /// Stores all that a grading says without taking any time for it.
    pub(super) async fn hurry(&self, fence: Fence, grading: Grading) {
        for Batch { events, .. } in grading.batches() {
            self.store(fence, &events).await;
        }
    }

    async fn store(&self, fence: Fence, events: &[assay_core::Event]) {
        while let Err(error) = self.store.append_events(fence, events).await {
            self.site.rest(&error, self.pace).await;
        }
        self.tell(fence).await;
    }

    async fn beats(&self, fence: Fence, taken: Option<&Taken>) {
        loop {
            tokio::time::sleep(site::beat(self.pace)).await;
            if let Err(error) = self.store.beat(fence).await {
                self.site.rest(&error, self.pace).await;
            }
            if let Some(taken) = taken {
                taken.progress().await;
            }
        }
    }

    /// Stores the verdict.
    pub(super) async fn finish(&self, fence: Fence, taken: Option<&Taken>) {
        while let Err(error) = self.store.finish(fence, &self.report).await {
            self.site.rest(&error, self.pace).await;
        }
        if let Some(taken) = taken {
            taken.done().await;
        }
        self.tell(fence).await;
    }

    async fn tell(&self, fence: Fence) {
        if let Some(broker) = &self.broker {
            broker.tell(fence.id).await;
        }
    }
}

/// One grading of a grader.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stint {
    pub(super) from: Instant,
    /// When the work in the boxes would be over.
    pub(super) until: Instant,
    /// Since the end of the work before.
    pub(super) waited: Option<Duration>,
}

/// Grades until it is told to stop by being dropped; says what it does to `note`: a grading that begins, and its end.
pub(super) async fn works(mut grader: Grader<'_>, begins: impl Fn(Stint), ends: impl Fn(Instant)) {
    let mut free: Option<Instant> = None;
    loop {
        let (claim, taken) = grader.claim().await;
        let grading = grader.next();
        let from = Instant::now();
        let until = from + grading.whole().div_f64(grader.pace);
        begins(Stint { from, until, waited: free.map(|free| from.saturating_duration_since(free)) });
        grader.grade(claim.fence, taken.as_ref(), grading).await;
        grader.finish(claim.fence, taken.as_ref()).await;
        ends(Instant::now());
        free = Some(until);
    }
}

/// Grades in no time, and hands in one for each that it takes; counts.
pub(super) async fn hurries(mut grader: Grader<'_>, done: &std::sync::atomic::AtomicUsize) {
    let process = 0;
    loop {
        if let Err(error) = grader.site.hand_in(process).await {
            grader.site.rest(&error, 1.0).await;
        }
        let (claim, taken) = grader.claim().await;
        let grading = grader.next();
        grader.hurry(claim.fence, grading).await;
        grader.finish(claim.fence, taken.as_ref()).await;
        done.fetch_add(1, Ordering::Relaxed);
    }
}
