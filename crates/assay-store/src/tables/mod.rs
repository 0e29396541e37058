//! The statements of `sql/` as functions, one module per table; what a submission goes through has its own. Functions here take a connection; what belongs together in one
//! transaction is decided by their callers.

pub(crate) mod answers;
pub(crate) mod artefacts;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod codes;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod hints;
pub(crate) mod reports;
pub(crate) mod secrets;
pub(crate) mod served;
pub(crate) mod submissions;
pub(crate) mod transitions;
pub(crate) mod visitors;
pub(crate) mod waiting;
pub(crate) mod workers;

/// The text of a statement.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("../../sql/", $name, ".sql"))
    };
}
pub(crate) use sql;
