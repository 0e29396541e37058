//! The store's statements, checked against SQLite when this is built. Nothing here runs.

#[path = "../statements.rs"]
mod statements;

pub use statements::CHECKED;
