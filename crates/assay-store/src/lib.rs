//! What must survive: submissions, their files, events and reports, in one SQLite file.
//!
//! The rules that hold whatever happens to the process:
//!
//! - a submission and its job are one row, so neither exists without the other;
//! - a verdict, its report and the last event are one transaction, and there is at most one of each;
//! - a write for a running submission carries a [`Fence`]; once someone else has claimed it, the write changes nothing;
//! - order in the queue comes from turns and row numbers, never from a clock.

mod error;
mod open;
mod queue;
mod submit;
mod tables;
mod types;

pub use error::StoreError;
pub use open::Store;
pub use queue::MOST_ATTEMPTS;
pub use types::{
    AfterFault, Claim, Class, Fence, FinishedRun, NewSubmission, Record, Requeued, Scope, State, Submitted,
    Written,
};
