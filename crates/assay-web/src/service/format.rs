use assay_core::{Fault, SourceFile};
use assay_grade::Formatted;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::Service;

/// Files formatted at once: there is one box beside those of gradings, and it takes some milliseconds.
pub(super) const AT_ONCE: usize = 2;

/// Why nothing was formatted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FormatError {
    #[error("too many ask at once")]
    Busy,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Service {
    /// Files as gofmt writes them. Not through the queue: somebody looks at the editor and waits.
    pub(crate) async fn format(&self, files: Vec<SourceFile>) -> Result<Formatted, FormatError> {
        let turns = self.shared.formatting.clone();
        let Ok(Ok(turn)) = timeout(self.shared.tuning.formatting, turns.acquire_owned()).await else {
            return Err(FormatError::Busy);
        };
        let grade = self.shared.grade.clone();
        // The turn goes with the work: a client that hangs up does not make room for one more box.
        let formatted = spawn_blocking(move || {
            let formatted = grade.format(&files);
            drop(turn);
            formatted
        });
        Ok(formatted.await.map_err(|e| Fault::new(format!("formatting panicked: {e}")))??)
    }
}
