use std::fmt;
use std::path::Path;

use assay_core::Fault;
use assay_store::StoreError;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use crate::exit::Exit;

/// Why a command could not give an answer: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Who has to act; decides the exit code.
    pub(crate) blame: Blame,
    /// What happened, to which thing.
    pub(crate) what: String,
    /// What to do; empty when nothing is known.
    pub(crate) help: String,
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    /// Whoever typed the command.
    Caller,
    /// Whoever runs or writes assay.
    Us,
}

impl Problem {
    /// The command or its input is wrong.
    pub(crate) fn input(what: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem { blame: Blame::Caller, what: what.into(), help: help.into() }
    }

    /// A file or folder that the caller named cannot be used.
    pub(crate) fn path(doing: &str, path: &Path, error: &std::io::Error) -> Problem {
        let help = match error.kind() {
            std::io::ErrorKind::PermissionDenied => "give yourself the right to it, or choose another place",
            std::io::ErrorKind::StorageFull => "make room on that disk, or choose another place",
            _ => "check the path",
        };
        Problem::input(format!("cannot {doing} `{}`: {error}", path.display()), help)
    }

    /// The exit code that goes with it.
    pub(crate) fn exit(&self) -> Exit {
        match self.blame {
            Blame::Caller => Exit::Usage,
            Blame::Us => Exit::Fault,
        }
    }

    /// For the terminal, with or without colours.
    pub(crate) fn render(&self, colour: bool) -> String {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(110);
        match handler.render_report(&mut text, self) {
            Ok(()) => text,
            Err(fmt::Error) => format!("{self}\n"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.blame == Blame::Us {
            f.write_str("not your fault: ")?;
        }
        f.write_str(&crate::text::inert(&self.what))
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(crate::text::inert(&self.help)) as Box<dyn fmt::Display>)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Problem {
        Problem { blame: Blame::Us, what: fault.what, help: fault.advice }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        let blame = match error {
            StoreError::Directory { .. }
            | StoreError::Open { .. }
            | StoreError::Served { .. }
            | StoreError::Broker(_)
            | StoreError::Backup(_) => Blame::Caller,
            _ => Blame::Us,
        };
        Problem { blame, what: error.to_string(), help: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_and_what_to_do() {
        let fault = Fault::new("read \u{1b}/x: gone").advise("make it again");
        insta::assert_snapshot!(Problem::from(fault.clone()).render(false), @r"
          × not your fault: read \u{1b}/x: gone
          help: make it again
        ");
        insta::assert_snapshot!(Problem::input("there is no run 1", "").render(false), @"  × there is no run 1");
        assert_eq!((Problem::from(fault).exit(), Problem::input("", "").exit()), (Exit::Fault, Exit::Usage));
    }
}
