//! `assay bench`: what things cost on this machine, always beside something else in the same run.

mod burden;
mod figures;
mod fleet;
mod grade;
mod peers;
mod sandbox;
mod wasi;

use crate::args::BenchCommand;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;

/// Measure and say.
pub(crate) fn run(command: BenchCommand, places: &Places) -> Result<Exit, Problem> {
    match command {
        BenchCommand::Sandbox(args) => sandbox::run(args, places),
        BenchCommand::Grade(args) => grade::run(args, places),
        BenchCommand::Wasi(args) => wasi::run(&args, places),
        BenchCommand::Fleet(args) => fleet::run(&args),
    }
}
