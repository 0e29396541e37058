//! Routes, pages, JSON API, event streams and the queue's workers.
#![expect(dead_code, reason = "the skeleton: handlers follow")]

pub mod catalogue;
mod pages;
mod problem;
mod service;
mod state;
