use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use assay_core::SubmissionId;
use tokio::sync::watch;

type Topics = HashMap<SubmissionId, watch::Sender<()>>;

/// Tells listeners that a submission has new events. It carries no events: each listener reads them from the store at
/// its own pace, so telling never waits, nothing piles up for a slow reader, and live and stored events are one path.
#[derive(Clone, Default)]
pub(super) struct Bus {
    topics: Arc<Mutex<Topics>>,
}

impl Bus {
    /// There are new events, already stored.
    pub(super) fn tell(&self, id: SubmissionId) {
        if let Some(topic) = self.topics().get(&id) {
            topic.send_replace(());
        }
    }

    /// Whether anybody listens.
    pub(super) fn is_heard(&self, id: SubmissionId) -> bool {
        self.topics().contains_key(&id)
    }

    /// Listen before reading the store: what is stored later is told.
    pub(super) fn listen(&self, id: SubmissionId) -> Listener {
        let receiver = self.topics().entry(id).or_insert_with(|| watch::Sender::new(())).subscribe();
        Listener { bus: self.clone(), id, receiver }
    }

    /// A panic elsewhere cannot leave the map half-changed.
    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One reader of one submission. The topic goes when its last listener does.
pub(super) struct Listener {
    bus: Bus,
    id: SubmissionId,
    receiver: watch::Receiver<()>,
}

impl Listener {
    /// Waits until something was told since the last call, or since `listen`.
    pub(super) async fn told(&mut self) {
        // The sender lives in the map at least as long as this listener.
        let _ = self.receiver.changed().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut topics = self.bus.topics();
        if topics.get(&self.id).is_some_and(|topic| topic.receiver_count() <= 1) {
            topics.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_topic_lives_as_long_as_its_listeners() {
        let bus = Bus::default();
        let id = SubmissionId::generate();
        bus.tell(id);
        assert!(!bus.is_heard(id));
        let mut first = bus.listen(id);
        let mut second = bus.listen(id);
        bus.tell(id);
        bus.tell(id);
        first.told().await;
        drop(first);
        assert!(bus.is_heard(id));
        second.told().await;
        assert_eq!(bus.topics().len(), 1);
        drop(second);
        assert_eq!(bus.topics().len(), 0);
    }
}
