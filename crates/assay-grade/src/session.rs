//! The host's side of the challenge protocol: a state machine that believes only what it asked for.

use std::collections::VecDeque;

use assay_core::TestStatus;
use assay_sandbox::{Dialogue, Mark, Next};

/// One test to run, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// Index into the pass's tests.
    pub(crate) test: usize,
}

/// What the program answered to one challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Index into the pass's tests.
    pub(crate) test: usize,
    /// Whether it passed.
    pub(crate) passed: bool,
    /// Whether it skipped itself, which a test of ours must not.
    pub(crate) skipped: bool,
    /// Microseconds, as the program measured.
    pub(crate) micros: u64,
    /// Goroutines of the package that were still there.
    pub(crate) leaked: u32,
    /// Their stacks, hex; `-` when none.
    pub(crate) dump: String,
    /// Standard streams when the test began and ended.
    pub(crate) output: (Mark, Mark),
}

/// Where a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// The program has not said that it is ready.
    Starting,
    /// It runs a test.
    Running {
        /// Index into the pass's tests.
        test: usize,
        token: String,
        since: Mark,
    },
    /// All is answered; the seal is asked for.
    Sealing { token: String },
    /// The seal holds.
    Sealed,
    /// It said something that it was not asked.
    Tampered(String),
}

/// A conversation with one process.
pub(crate) struct Session<'a> {
    tests: usize,
    challenges: VecDeque<Challenge>,
    token: Box<dyn FnMut() -> String + Send + 'a>,
    on_record: Box<dyn FnMut(&Record) + Send + 'a>,
    pub(crate) state: State,
    pub(crate) records: Vec<Record>,
}

impl<'a> Session<'a> {
    /// A session for a program of `tests` tests that is to meet `challenges` in order. `token` makes 128 random bits as
    /// hex; `on_record` sees each answer as it comes.
    pub(crate) fn new(
        tests: usize,
        challenges: impl IntoIterator<Item = Challenge>,
        token: impl FnMut() -> String + Send + 'a,
        on_record: impl FnMut(&Record) + Send + 'a,
    ) -> Session<'a> {
        Session {
            tests,
            challenges: challenges.into_iter().collect(),
            token: Box::new(token),
            on_record: Box::new(on_record),
            state: State::Starting,
            records: vec![],
        }
    }

    /// What was not asked for any more.
    pub(crate) fn unasked(&self) -> impl Iterator<Item = Challenge> + '_ {
        self.challenges.iter().copied()
    }

    fn next(&mut self, since: Mark) -> Next {
        let token = (self.token)();
        match self.challenges.pop_front() {
            Some(Challenge { test }) => {
                let line = format!("run {test} {token}\n");
                self.state = State::Running { test, token, since };
                Next::Send(line.into_bytes())
            }
            None => {
                let line = format!("seal {token}\n");
                self.state = State::Sealing { token };
                Next::Send(line.into_bytes())
            }
        }
    }

    fn tampered(&mut self, why: String) -> Next {
        self.state = State::Tampered(why);
        Next::Kill
    }
}

impl Dialogue for Session<'_> {
    fn on_line(&mut self, line: &[u8], mark: Mark) -> Next {
        let text = String::from_utf8_lossy(line).into_owned();
        let words: Vec<&str> = text.split(' ').collect();
        match (&self.state, words.as_slice()) {
            (State::Starting, ["ready", n]) if *n == self.tests.to_string() => self.next(mark),
            (
                State::Running { test, token, since },
                ["res", i, t, result @ ("ok" | "fail" | "skip"), micros, leaked, dump],
            ) if *i == test.to_string() && t == token => {
                let (Ok(micros), Ok(leaked)) = (micros.parse(), leaked.parse()) else {
                    return self.tampered(format!("an answer with numbers that are none: {}", shown(&text)));
                };
                let record = Record {
                    test: *test,
                    passed: *result == "ok",
                    skipped: *result == "skip",
                    micros,
                    leaked,
                    dump: (*dump).to_owned(),
                    output: (*since, mark),
                };
                (self.on_record)(&record);
                self.records.push(record);
                self.next(mark)
            }
            (State::Sealing { token }, ["sealed", t]) if t == token => {
                self.state = State::Sealed;
                Next::Close
            }
            (State::Tampered(_), _) => Next::Kill,
            (State::Sealed, _) => self.tampered(format!("bytes after the seal: {}", shown(&text))),
            _ => self.tampered(format!("an answer that nobody asked for: {}", shown(&text))),
        }
    }

    fn on_end(&mut self, rest: &[u8], _: Mark) {
        // Before the seal, a process that ends in the middle of a line ended inside a test and is judged by how it ended.
        if !rest.is_empty() && self.state == State::Sealed {
            self.state = State::Tampered(format!("half a line: {}", shown(&String::from_utf8_lossy(rest))));
        }
    }
}

/// The status a record stands for.
pub(crate) fn status(record: &Record) -> TestStatus {
    if record.passed && record.leaked == 0 { TestStatus::Passed } else { TestStatus::Failed }
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect::<String>().escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(text: &str) -> Next {
        Next::Send(text.as_bytes().to_vec())
    }

    /// Feed `lines` to a session of two challenges whose tokens are t1, t2, t3, and give its last answer and state.
    fn check(lines: &[&str], next: Next, state: &str) {
        let mut n = 0;
        let token = move || {
            n += 1;
            format!("t{n}")
        };
        let mut session = Session::new(2, [Challenge { test: 0 }, Challenge { test: 1 }], token, |_| {});
        let mut last = Next::Wait;
        for line in lines {
            last = session.on_line(line.as_bytes(), Mark::default());
        }
        assert_eq!(last, next, "{lines:?}");
        assert!(format!("{:?}", session.state).starts_with(state), "{lines:?}: {:?}", session.state);
    }

    #[test]
    fn the_way_through() {
        check(&["ready 2"], send("run 0 t1\n"), "Running");
        check(&["ready 2", "res 0 t1 ok 5 0 -"], send("run 1 t2\n"), "Running");
        check(&["ready 2", "res 0 t1 ok 5 0 -", "res 1 t2 fail 5 1 61"], send("seal t3\n"), "Sealing");
        check(&["ready 2", "res 0 t1 ok 5 0 -", "res 1 t2 ok 5 0 -", "sealed t3"], Next::Close, "Sealed");
    }

    #[test]
    fn anything_else_is_tampering() {
        for lines in [
            &["ready 3"][..],
            &["hello"],
            &["ready 2", "ready 2"],
            &["ready 2", "res 0 wrong ok 5 0 -"],
            &["ready 2", "res 1 t1 ok 5 0 -"],
            &["ready 2", "res 0 t1 pass 5 0 -"],
            &["ready 2", "res 0 t1 ok x 0 -"],
            &["ready 2", "res 0 t1 ok 5 0 - more"],
            &["ready 2", "sealed t1"],
            &["ready 2", "res 0 t1 ok 5 0 -", "res 0 t1 ok 5 0 -"],
            &["ready 2", "res 0 t1 ok 5 0 -", "res 1 t2 ok 5 0 -", "sealed t3", "sealed t3"],
        ] {
            check(lines, Next::Kill, "Tampered");
        }
    }

    #[test]
    fn half_a_line_after_the_seal_is_tampering() {
        let mut session = Session::new(1, [], || "t".into(), |_| {});
        session.on_end(b"res", Mark::default());
        assert_eq!(session.state, State::Starting);
        session.on_line(b"ready 1", Mark::default());
        session.on_line(b"sealed t", Mark::default());
        session.on_end(b"res", Mark::default());
        assert!(matches!(session.state, State::Tampered(_)));
    }

    proptest::proptest! {
        #[test]
        fn no_line_gives_a_record_that_was_not_asked(line in "(ready|res|sealed) [0-9a-z ]{0,30}") {
            let mut session = Session::new(1, [Challenge { test: 0 }], || "secret".into(), |_| {});
            session.on_line(b"ready 1", Mark::default());
            session.on_line(line.as_bytes(), Mark::default());
            proptest::prop_assert!(session.records.is_empty());
        }
    }
}
