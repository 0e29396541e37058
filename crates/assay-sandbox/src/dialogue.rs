/// How much of the standard streams had come when something happened; offsets into the kept bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of standard output.
    pub stdout: usize,
    /// Bytes of standard error.
    pub stderr: usize,
}

/// What the host does after a line from the box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send these bytes (a whole line) to the box, and start the step clock.
    Send(Vec<u8>),
    /// Wait for another line.
    Wait,
    /// Close our end; the program should finish.
    Close,
    /// End the run now.
    Kill,
}

/// The host's side of a conversation with the boxed program: a state machine that never blocks.
pub trait Dialogue: Send {
    /// The program wrote `line` (without its newline, at most 1 MiB; a longer one ends the run as `Output`). Everything
    /// it had written to its standard streams before is counted in `mark`.
    fn on_line(&mut self, line: &[u8], mark: Mark) -> Next;

    /// The program closed its end, or ended; `rest` is what came after the last newline.
    fn on_end(&mut self, rest: &[u8], mark: Mark);
}

/// For jobs without a dialogue.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Dialogue for Silent {
    fn on_line(&mut self, _: &[u8], _: Mark) -> Next {
        Next::Wait
    }
    fn on_end(&mut self, _: &[u8], _: Mark) {}
}
