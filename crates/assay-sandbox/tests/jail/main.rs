//! The real jail with real programs: small C sources, compiled statically once, and Go's own tools.
//!
//! What this machine cannot do is skipped with its reason on standard error, never passed in silence.

mod attacks;
#[path = "../cases/mod.rs"]
mod cases;
mod faults;
mod golang;
mod limits;
mod machine;
mod programs;
mod run;
