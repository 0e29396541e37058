//! The SQL, one module per table. Functions here take a connection; what belongs together in one transaction is decided
//! by their callers.

pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod reports;
pub(crate) mod served;
pub(crate) mod submissions;
