use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::{engine, out};

/// Compile Go's standard library if it is not there yet, and say what is there.
pub(crate) fn run(places: &Places) -> Result<Exit, Problem> {
    let go = engine::toolchain(places, &Progress::new())?;
    out::result(&format!(
        "{} in {}, prepared in {}\n",
        go.version(),
        go.root().display(),
        go.prepared().display()
    ))?;
    Ok(Exit::Good)
}
