//! Submissions from handing in to the verdict: the queue, its workers, and the event streams. Knows no HTTP.

use assay_core::{Numbered, Report, SourceFile, SubmissionId};
use assay_store::{NewSubmission, Record, StoreError, Submitted};
use tokio_stream::Stream;

/// Hands in, looks up and follows submissions. Cheap to clone. API and pages call this, never the store.
#[derive(Clone)]
pub(crate) struct Service;

impl Service {
    /// Put it in the queue; it is on disk when this returns.
    pub(crate) async fn submit(&self, _new: NewSubmission) -> Result<Submitted, StoreError> {
        todo!()
    }

    /// What is known of it.
    pub(crate) async fn get(&self, _id: SubmissionId) -> Result<Option<Record>, StoreError> {
        todo!()
    }

    /// Its place in the queue, 1 is next; none when it does not wait.
    pub(crate) async fn position(&self, _id: SubmissionId) -> Result<Option<usize>, StoreError> {
        todo!()
    }

    /// Its report, once it is finished.
    pub(crate) async fn report(&self, _id: SubmissionId) -> Result<Option<Report>, StoreError> {
        todo!()
    }

    /// Its files, sorted by name; empty for an unknown id.
    pub(crate) async fn files(&self, _id: SubmissionId) -> Result<Vec<SourceFile>, StoreError> {
        todo!()
    }

    /// Its events after number `after` (0 for all): those that were, then those that come, each once and in order. Ends
    /// after the last event, or when the server stops.
    pub(crate) fn follow(
        &self,
        _id: SubmissionId,
        _after: u64,
    ) -> impl Stream<Item = Result<Numbered, StoreError>> + Send + 'static + use<> {
        tokio_stream::empty()
    }
}
