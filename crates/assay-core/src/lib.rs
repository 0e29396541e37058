//! The vocabulary of assay: what a submission is, what a pass found, what a verdict means.
//!
//! Nothing here does I/O, knows HTTP or SQL, or starts anything. Every other crate speaks in these types.

mod event;
mod evidence;
mod fault;
mod figure;
mod observation;
mod report;
mod submission;
mod verdict;
mod vet;

pub use event::{Event, Numbered, Step};
pub use evidence::{Access, Direction, Evidence, Frame, Goroutine, Position, WaitsOn, Waker};
pub use fault::Fault;
pub use figure::{Figure, Measure};
pub use observation::{
    DroppedLanes, DroppedStacks, Edge, Lane, LaneState, Observation, Period, Profile, Span, Stack,
    TestPeriod, Timeline, Unit,
};
pub use report::{
    ExerciseRef, NotRun, PassName, PassReport, Report, SCHEMA, TestResult, TestStatus, Timings, Usage,
    report_schema,
};
pub use submission::{
    FileError, FileName, MAX_FILE_BYTES, MAX_FILES, Slug, SlugError, SourceFile, Submission, SubmissionId,
};
pub use verdict::Verdict;
pub use vet::VetFinding;
