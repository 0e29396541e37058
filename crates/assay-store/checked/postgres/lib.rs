//! The store's statements, checked against PostgreSQL when this is built. Nothing here runs.

#[path = "../statements.rs"]
mod statements;

pub use statements::CHECKED;
