//! What must survive: submissions, their files, events and reports, in SQLite or PostgreSQL.
//!
//! The rules that hold whatever happens to a process, a machine or a connection:
//!
//! - a submission and its job are one row, so neither exists without the other;
//! - a verdict, its report and the last event are one transaction, and there is at most one of each;
//! - a write for a running submission carries a [`Fence`]; once someone else has claimed it, the write changes nothing;
//! - order in the queue comes from turns and row numbers, and the end of a lease from a beat that stands still: neither from a
//!   clock that can be set.

mod answers;
mod artefacts;
mod broker;
mod database;
mod drafts;
mod error;
mod fleet;
mod jobs;
mod learning;
mod lease;
mod migrations;
mod privacy;
mod queue;
mod submit;
mod tables;
mod transfer;
mod types;
mod visitors;

pub use answers::{Answer, Kept};
pub use artefacts::{Garbage, Seen};
pub use broker::{Broker, Taken, Takes};
pub use database::{Location, Store};
pub use drafts::Saved;
pub use error::StoreError;
pub use jobs::{Depth, Job};
pub use learning::{OpenedHint, Standing};
pub use lease::{Patience, Swept, Watch, Watches};
pub use privacy::{Export, ExportedDraft, ExportedSubmission, Forgotten};
pub use queue::MOST_ATTEMPTS;
pub use types::{
    AfterFault, Attempt, Capabilities, Claim, Class, Deed, Draft, Fence, FinishedRun, NewSubmission, OBSERVE,
    Record, Requeued, Revision, Scope, State, Submitted, Worker, Written,
};
pub use visitors::{CODE_TRIES, Holdings, Redeemed};
