//! What the service knows of visitors: who they are now, how far they are, and how they go elsewhere.

use assay_core::Slug;
use assay_store::{Forgotten, Holdings, OpenedHint, Record, Redeemed, Standing, StoreError};

use super::Service;

/// In the audit trail, who forgets: whose it was.
const THEMSELVES: &str = "the visitor";

impl Service {
    /// As whom a visitor goes on.
    pub(crate) async fn visitor_now(&self, visitor: &str) -> Result<String, StoreError> {
        self.shared.store.visitor_now(visitor).await
    }

    /// Notes that a hint was opened.
    pub(crate) async fn open_hint(
        &self,
        visitor: &str,
        exercise: &Slug,
        hint: u32,
    ) -> Result<(), StoreError> {
        self.shared.store.open_hint(visitor, exercise, hint).await
    }

    /// Every hint that was opened.
    pub(crate) async fn hints_opened(&self, visitor: &str) -> Result<Vec<OpenedHint>, StoreError> {
        self.shared.store.hints_opened(visitor).await
    }

    /// How far a visitor is with what they tried.
    pub(crate) async fn standings(&self, visitor: &str) -> Result<Vec<Standing>, StoreError> {
        self.shared.store.standings(visitor).await
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

    /// How much is kept.
    pub(crate) async fn holdings(&self, visitor: &str) -> Result<Holdings, StoreError> {
        self.shared.store.holdings(visitor).await
    }

    /// Keeps a code's hash; until when it is good, milliseconds since 1970 UTC.
    pub(crate) async fn keep_code(&self, visitor: &str, hash: &str) -> Result<i64, StoreError> {
        self.shared.store.keep_code(visitor, hash).await
    }

    /// Uses a code up, for whoever sent it from `address` and was `before` until now.
    pub(crate) async fn redeem_code(
        &self,
        hash: &str,
        address: &str,
        before: Option<&str>,
    ) -> Result<Redeemed, StoreError> {
        self.shared.store.redeem_code(hash, address, before).await
    }

    /// Deletes everything that is kept of a visitor, on their own word.
    pub(crate) async fn forget(&self, visitor: &str) -> Result<Forgotten, StoreError> {
        self.shared.store.forget(visitor, THEMSELVES).await
    }
}
