//! The host's side of the challenge protocol: a state machine that believes only what it asked for.

use std::collections::VecDeque;

use assay_core::TestStatus;
use assay_sandbox::{Dialogue, Mark, Next};

use crate::controls::{Arm, Deal};

/// One test to run, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// Index into the pass's tests.
    pub(crate) test: usize,
}

/// What the program answered to one challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// What was run.
    pub(crate) arm: Arm,
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
    /// It runs a test or a control.
    Running {
        /// Which.
        arm: Arm,
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
    deal: Deal,
    arms: VecDeque<Arm>,
    token: Box<dyn FnMut() -> String + Send + 'a>,
    on_record: Box<dyn FnMut(&Record) + Send + 'a>,
    pub(crate) state: State,
    pub(crate) records: Vec<Record>,
}

impl<'a> Session<'a> {
    /// A session that asks what was dealt. `token` makes 128 random bits as hex; `on_record` sees each answer as it comes.
    pub(crate) fn new(
        deal: Deal,
        token: impl FnMut() -> String + Send + 'a,
        on_record: impl FnMut(&Record) + Send + 'a,
    ) -> Session<'a> {
        Session {
            arms: deal.arms.iter().copied().collect(),
            deal,
            token: Box::new(token),
            on_record: Box::new(on_record),
            state: State::Starting,
            records: vec![],
        }
    }

    /// The tests that were not asked for any more.
    pub(crate) fn unasked(&self) -> impl Iterator<Item = Challenge> + '_ {
        self.arms.iter().filter_map(|arm| match arm {
            Arm::Test(test) => Some(Challenge { test: *test }),
            Arm::Control(_) => None,
        })
    }

    /// The numbers that are used from now on, and the first challenge.
    fn begin(&mut self, since: Mark) -> Next {
        let order: String = self.deal.order.iter().map(|i| format!(" {i}")).collect();
        match self.next(since) {
            Next::Send(line) => Next::Send([format!("order{order}\n").into_bytes(), line].concat()),
            other => other,
        }
    }

    fn next(&mut self, since: Mark) -> Next {
        let token = (self.token)();
        let Some(arm) = self.arms.pop_front() else {
            let line = format!("seal {token}\n");
            self.state = State::Sealing { token };
            return Next::Send(line.into_bytes());
        };
        let Some(slot) = self.deal.slot(arm) else {
            return self.tampered(format!("nothing goes by a number for {arm:?}")); // a deal always holds what it asks
        };
        let line = format!("run {slot} {token}\n");
        self.state = State::Running { arm, token, since };
        Next::Send(line.into_bytes())
    }

    /// Take the answer to the challenge that runs.
    fn answered(&mut self, record: Record, result: &str) -> Next {
        if let Arm::Control(control) = record.arm
            && let Some(objection) = control.objection(result)
        {
            return self.tampered(objection.into());
        }
        let now = record.output.1;
        (self.on_record)(&record);
        self.records.push(record);
        self.next(now)
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
            (State::Starting, ["ready", n]) if *n == self.deal.order.len().to_string() => self.begin(mark),
            (
                State::Running { arm, token, since },
                ["res", slot, t, result @ ("ok" | "fail" | "skip"), micros, leaked, dump],
            ) if Some(*slot) == self.deal.slot(*arm).map(|s| s.to_string()).as_deref() && t == token => {
                let (Ok(micros), Ok(leaked)) = (micros.parse(), leaked.parse()) else {
                    return self.tampered(format!("an answer with numbers that are none: {}", shown(&text)));
                };
                let record = Record {
                    arm: *arm,
                    passed: *result == "ok",
                    skipped: *result == "skip",
                    micros,
                    leaked,
                    dump: (*dump).to_owned(),
                    output: (*since, mark),
                };
                self.answered(record, result)
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
    match record {
        Record { skipped: true, .. } => TestStatus::NotRun,
        Record { passed: true, leaked: 0, .. } => TestStatus::Passed,
        _ => TestStatus::Failed,
    }
}

/// The beginning of a line, safe to be shown.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(60).collect::<String>().escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::Control;

    fn send(text: &str) -> Next {
        Next::Send(text.as_bytes().to_vec())
    }

    /// Two tests and a known-bad control between them; the table's numbers are turned by one.
    fn deal() -> Deal {
        Deal {
            order: vec![1, 2, 3, 4, 0],
            arms: vec![Arm::Test(0), Arm::Control(Control::Fails), Arm::Test(1)],
        }
    }

    /// A session of that deal whose tokens are t1, t2, ….
    fn session() -> Session<'static> {
        let mut n = 0;
        let token = move || {
            n += 1;
            format!("t{n}")
        };
        Session::new(deal(), token, |_| {})
    }

    const ANSWERS: [&str; 5] =
        ["ready 5", "res 4 t1 ok 5 0 -", "res 1 t2 fail 5 0 -", "res 0 t3 ok 5 0 -", "sealed t4"];

    /// Feed `lines` to a session and give its last answer and state.
    fn check(lines: &[&str], next: Next, state: &str) {
        let mut session = session();
        let mut last = Next::Wait;
        for line in lines {
            last = session.on_line(line.as_bytes(), Mark::default());
        }
        assert_eq!(last, next, "{lines:?}");
        assert!(format!("{:?}", session.state).starts_with(state), "{lines:?}: {:?}", session.state);
    }

    #[test]
    fn the_way_through() {
        check(&ANSWERS[..1], send("order 1 2 3 4 0\nrun 4 t1\n"), "Running");
        check(&ANSWERS[..2], send("run 1 t2\n"), "Running");
        check(&ANSWERS[..3], send("run 0 t3\n"), "Running");
        check(&ANSWERS[..4], send("seal t4\n"), "Sealing");
        check(&ANSWERS, Next::Close, "Sealed");
    }

    #[test]
    fn anything_else_is_tampering() {
        for (after, lines) in [
            (0, &["ready 4"][..]),
            (0, &["hello"]),
            (0, &["ready 5", "ready 5"]),
            (1, &["res 4 wrong ok 5 0 -"]),
            (1, &["res 1 t1 ok 5 0 -"]),
            (1, &["res 4 t1 pass 5 0 -"]),
            (1, &["res 4 t1 ok x 0 -"]),
            (1, &["res 4 t1 ok 5 0 - more"]),
            (1, &["sealed t1"]),
            (2, &["res 4 t1 ok 5 0 -"]),
            (5, &["sealed t4"]),
        ] {
            check(&[&ANSWERS[..after], lines].concat(), Next::Kill, "Tampered");
        }
    }

    #[test]
    fn a_control_that_comes_out_otherwise_is_tampering() {
        for result in ["ok", "skip"] {
            let line = format!("res 1 t2 {result} 5 0 -");
            check(&[ANSWERS[0], ANSWERS[1], &line], Next::Kill, "Tampered(\"a control that must fail");
        }
    }

    #[test]
    fn half_a_line_after_the_seal_is_tampering() {
        let mut session = session();
        session.on_end(b"res", Mark::default());
        assert_eq!(session.state, State::Starting);
        for line in ANSWERS {
            session.on_line(line.as_bytes(), Mark::default());
        }
        session.on_end(b"res", Mark::default());
        assert!(matches!(session.state, State::Tampered(_)));
    }

    proptest::proptest! {
        #[test]
        fn no_line_gives_a_record_that_was_not_asked(line in "(ready|order|run|res|sealed) [0-9a-z ]{0,30}") {
            let mut session = Session::new(deal(), || "secret".into(), |_| {});
            session.on_line(b"ready 5", Mark::default());
            session.on_line(line.as_bytes(), Mark::default());
            proptest::prop_assert!(session.records.is_empty());
        }

        /// Whatever a program that knows the tokens leaves out, repeats or swaps, the seal holds only for the whole.
        #[test]
        fn only_every_answer_in_turn_is_sealed(picks in proptest::collection::vec(0usize..5, 0..8)) {
            let mut session = session();
            for pick in &picks {
                session.on_line(ANSWERS[*pick].as_bytes(), Mark::default());
            }
            proptest::prop_assert_eq!(session.state == State::Sealed, picks == [0, 1, 2, 3, 4]);
        }
    }
}
