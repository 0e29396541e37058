//! What the service knows of visitors.

use assay_core::Slug;
use assay_store::{OpenedHint, Record, StoreError};

use super::Service;

impl Service {
    /// Every hint that was opened.
    pub(crate) async fn hints_opened(&self, visitor: &str) -> Result<Vec<OpenedHint>, StoreError> {
        self.shared.store.hints_opened(visitor).await
    }

    /// The last `most` submissions, newest first, of one exercise or of all.
    pub(crate) async fn runs_of(
        &self,
        visitor: &str,
        exercise: Option<&Slug>,
        most: u32,
    ) -> Result<Vec<Record>, StoreError> {
        self.shared.store.runs_of(visitor, exercise, most).await
    }
}
