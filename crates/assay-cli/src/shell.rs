use clap::CommandFactory as _;

use crate::args::Cli;
use crate::exit::Exit;
use crate::out;
use crate::problem::{Blame, Problem};

/// Print completions for a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Exit, Problem> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "assay", &mut text);
    print(&text)
}

/// Print the manual page.
pub(crate) fn man() -> Result<Exit, Problem> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text).map_err(|e| Problem {
        blame: Blame::Us,
        what: format!("cannot write the manual page: {e}"),
        help: String::new(),
    })?;
    print(&text)
}

fn print(text: &[u8]) -> Result<Exit, Problem> {
    out::result(&String::from_utf8_lossy(text))?;
    Ok(Exit::Good)
}
