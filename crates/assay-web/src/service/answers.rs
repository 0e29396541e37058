//! Answers to written questions.

use assay_content::Question;
use assay_core::Slug;
use assay_store::{Answer, Kept, StoreError};
use uuid::Uuid;

use super::Service;

/// Longest answer, bytes of UTF-8: twenty pages.
pub(crate) const MOST_ANSWER_BYTES: usize = 64 << 10;

impl Service {
    /// The open answer to a question, a new one when there is none; with `clock`, its clock runs.
    pub(crate) async fn begin_answer(
        &self,
        owner: &str,
        question: &Question,
        clock: bool,
    ) -> Result<Answer, StoreError> {
        self.shared.store.begin_answer(owner, &question.slug, &question.version, clock).await
    }

    /// Saves what somebody types.
    pub(crate) async fn save_answer(
        &self,
        owner: &str,
        id: Uuid,
        from: u64,
        text: &str,
    ) -> Result<Kept, StoreError> {
        self.shared.store.save_answer(owner, id, from, text).await
    }

    /// The same, for the last time: from now on its points may be seen.
    pub(crate) async fn finish_answer(
        &self,
        owner: &str,
        id: Uuid,
        from: u64,
        text: &str,
    ) -> Result<Kept, StoreError> {
        self.shared.store.finish_answer(owner, id, from, text).await
    }

    /// Keeps which points its author found in an answer that is done; whether there is one.
    pub(crate) async fn tick_answer(
        &self,
        owner: &str,
        id: Uuid,
        points: &[String],
    ) -> Result<bool, StoreError> {
        self.shared.store.tick_answer(owner, id, points).await
    }

    /// An answer of `owner`.
    pub(crate) async fn answer(&self, owner: &str, id: Uuid) -> Result<Option<Answer>, StoreError> {
        self.shared.store.answer(owner, id).await
    }

    /// All of `owner` to one question, newest first.
    pub(crate) async fn answers_to(&self, owner: &str, question: &Slug) -> Result<Vec<Answer>, StoreError> {
        self.shared.store.answers_to(owner, question).await
    }

    /// All of `owner`, by question, oldest first.
    pub(crate) async fn answers_of(&self, owner: &str) -> Result<Vec<Answer>, StoreError> {
        self.shared.store.answers_of(owner).await
    }

    /// The clock that answers are timed by: milliseconds since 1970 UTC.
    pub(crate) fn now_ms(&self) -> i64 {
        self.shared.store.now_ms()
    }
}

/// The points of those names in the question's order, each once; or the name that the question has not.
pub(crate) fn ticked<'a>(question: &Question, names: &'a [String]) -> Result<Vec<String>, &'a str> {
    let known = |name: &&'a String| question.points.iter().any(|p| p.id == **name);
    if let Some(name) = names.iter().find(|name| !known(name)) {
        return Err(name);
    }
    let ids = question.points.iter().map(|p| &p.id);
    Ok(ids.filter(|id| names.contains(id)).cloned().collect())
}
