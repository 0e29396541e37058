//! Answers to written questions.

use assay_content::Question;

/// Longest answer, bytes of UTF-8: twenty pages.
pub(crate) const MOST_ANSWER_BYTES: usize = 64 << 10;

/// The points of those names in the question's order, each once; or the name that the question has not.
pub(crate) fn ticked<'a>(question: &Question, names: &'a [String]) -> Result<Vec<String>, &'a str> {
    let known = |name: &&'a String| question.points.iter().any(|p| p.id == **name);
    if let Some(name) = names.iter().find(|name| !known(name)) {
        return Err(name);
    }
    let ids = question.points.iter().map(|p| &p.id);
    Ok(ids.filter(|id| names.contains(id)).cloned().collect())
}
