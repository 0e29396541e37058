use assay_core::{Numbered, SubmissionId};
use assay_store::{State, StoreError};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use super::Service;

/// Events read ahead of a slow reader.
const AHEAD: usize = 16;

type Item = Result<Numbered, StoreError>;

impl Service {
    /// Its events after number `after` (0 for all): those that were, then those that come, each once and in order. Ends
    /// after the last event, or when the server stops; ends at once for an unknown id.
    pub(crate) fn follow(
        &self,
        id: SubmissionId,
        after: u64,
    ) -> impl Stream<Item = Item> + Send + 'static + use<> {
        let (reader, events) = mpsc::channel(AHEAD);
        let service = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = feed(&service, id, after, &reader) => {}
                () = reader.closed() => {}
                () = service.closing() => {}
            }
        });
        ReceiverStream::new(events)
    }
}

async fn feed(service: &Service, id: SubmissionId, mut after: u64, reader: &mpsc::Sender<Item>) {
    let store = &service.shared.store;
    let mut listener = service.shared.bus.listen(id);
    loop {
        // The state first: if it is over by then, the read below has the last event.
        let state = match store.get(id).await {
            Ok(record) => record.map(|r| r.state),
            Err(error) => return drop(reader.send(Err(error)).await),
        };
        let waits = state == Some(State::Queued);
        if waits {
            tell_position(service, id).await;
        }
        match store.events_after(id, after).await {
            Ok(events) => {
                for numbered in events {
                    after = numbered.seq;
                    if reader.send(Ok(numbered)).await.is_err() {
                        return;
                    }
                }
            }
            Err(error) => return drop(reader.send(Err(error)).await),
        }
        if state.is_none_or(State::is_over) {
            return;
        }
        // Whether it was told or the time is up: the next round looks at everything. What happens on other machines may be told late.
        let _ = tokio::time::timeout(service.shared.tuning.look, listener.told()).await;
    }
}

/// Workers tell the first in line only; one further back that somebody follows is told from here. Only for show: a
/// failure is logged and the next look makes it good.
async fn tell_position(service: &Service, id: SubmissionId) {
    match service.shared.store.tell_position(id).await {
        Ok(true) => service.shared.bus.tell(id),
        Ok(false) => {}
        Err(error) => tracing::warn!(%id, %error, "cannot tell a waiting submission its place"),
    }
}
