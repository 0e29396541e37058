//! Routes, pages, JSON API, event streams and the queue's workers.
//!
//! [`serve`] is the whole server; [`Server::bind`] and [`Server::run`] are its two halves, for callers that must know the
//! address in between. Handlers are thin: they turn wire types into the vocabulary and back, and everything else is in
//! [`service`], which knows no HTTP. Nothing outside `api` and `pages` shapes what goes over the wire.

mod accept;
mod api;
mod events;
mod language;
mod metrics;
mod owner;
mod pages;
mod problem;
mod protect;
mod routes;
mod serve;
mod service;
mod state;
#[cfg(test)]
mod tests;
mod visitor;

pub use assay_store::Location;
pub use serve::{Role, ServeConfig, ServeError, Server, serve};
pub use service::Grade;
