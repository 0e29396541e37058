use std::sync::Arc;

use assay_content::{Catalogue, Library};
use assay_store::Capabilities;

use crate::service::Service;
use crate::visitor::Signer;

/// What every handler gets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    /// All exercises.
    pub(crate) catalogue: Arc<Catalogue>,
    /// The same, and the written questions beside them.
    pub(crate) library: Arc<Library>,
    /// Submissions: hand in, look up, follow.
    pub(crate) service: Service,
    /// Knows the tokens of visitors.
    pub(crate) signer: Signer,
    /// Whether every request comes through a proxy that says for whom.
    pub(crate) behind_proxy: bool,
    /// What a grader must be able to do for what is handed in here.
    pub(crate) needs: Capabilities,
}
