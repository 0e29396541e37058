use std::io::{self, Write as _};

use crate::problem::{Blame, Problem};

/// Write a result to standard output, with colours where they are wanted. A reader that has gone away is no problem.
pub(crate) fn result(text: &str) -> Result<(), Problem> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Problem {
            blame: Blame::Caller,
            what: format!("cannot write the result: {e}"),
            help: "look at where standard output goes".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Columns of the terminal that standard output goes to; 80 where it goes elsewhere.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout()).map_or(80, |(width, _)| usize::from(width.0))
}

/// Write a line for people to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Write a problem to standard error.
pub(crate) fn problem(problem: &Problem) {
    let mut err = anstream::stderr().lock();
    let _ = err.write_all(problem.render(true).as_bytes());
}
