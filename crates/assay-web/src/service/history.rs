//! What the service knows of how somebody came to where they are: every save of theirs.

use assay_core::Slug;
use assay_store::{Draft, Revision, StoreError};

use super::Service;

impl Service {
    /// The save with that number, or the last before it that is kept.
    pub(crate) async fn draft_at(
        &self,
        owner: &str,
        exercise: &Slug,
        revision: u64,
    ) -> Result<Option<Draft>, StoreError> {
        self.shared.store.draft_at(owner, exercise, revision).await
    }

    /// The first `most` saves after number `after`, without their files.
    pub(crate) async fn draft_revisions(
        &self,
        owner: &str,
        exercise: &Slug,
        after: u64,
        most: u32,
    ) -> Result<Vec<Revision>, StoreError> {
        self.shared.store.draft_revisions(owner, exercise, after, most).await
    }

    /// The number of the last save until a moment.
    pub(crate) async fn draft_when(
        &self,
        owner: &str,
        exercise: &Slug,
        at_ms: i64,
    ) -> Result<Option<u64>, StoreError> {
        self.shared.store.draft_when(owner, exercise, at_ms).await
    }
}
