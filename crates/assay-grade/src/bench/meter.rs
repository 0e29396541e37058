//! The host's side of measuring: asks for iterations, and believes only what it asked for.

use std::collections::VecDeque;
use std::time::Duration;

use assay_sandbox::{Dialogue, Mark, Next};

use crate::session::shown;

/// Iterations of the first two answers of every benchmark. The first warms up, and the second says what everything else but further
/// iterations costs. Two, because the testing package runs a benchmark of one iteration once, and of any other number twice.
pub(super) const LEAST: u64 = 2;

/// So much longer than it computes may an answer take while iterations are sought.
const IDLE: u32 = 10;

/// How many iterations to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// At each benchmark's index this many.
    Rounds(Vec<u64>),
    /// More and more, until one answer takes `enough` or there are as many as `most` says.
    Calibrate { most: Vec<u64>, enough: Duration },
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) iterations: u64,
    /// From the question to the answer, by the host's clock.
    pub(super) wall: Duration,
    /// Processor time between the answer before and this one.
    pub(super) cpu: Duration,
    pub(super) allocs: u64,
    pub(super) bytes: u64,
}

/// Why a benchmark gave no sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It failed; standard streams when it began and ended.
    Failed(Mark, Mark),
    /// Goroutines of the package were still there; their stacks, hex.
    Leaked(String),
}

/// Where a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    Starting,
    Running { arm: usize, iterations: u64, token: String, since: Mark, begun: Duration },
    Sealing { token: String },
    Sealed,
    Tampered(String),
}

/// A conversation with one process. An arm is the index of a benchmark; the harness's own comes after the last.
pub(super) struct Meter<'a> {
    /// Of tests and controls, as the program counts them.
    ready: usize,
    /// At each slot the arm that goes by it.
    order: Vec<usize>,
    ask: Ask,
    left: VecDeque<usize>,
    token: Box<dyn FnMut() -> String + Send + 'a>,
    clock: Box<dyn FnMut() -> Duration + Send + 'a>,
    pub(super) state: State,
    /// Processor time of the process up to the last answer, as it says.
    pub(super) cpu: Duration,
    /// By arm.
    pub(super) samples: Vec<Vec<Sample>>,
    pub(super) trouble: Option<(usize, Trouble)>,
}

impl<'a> Meter<'a> {
    /// A conversation about the arms of `order`, in the order of `arms`. `token` makes 128 random bits as hex, `clock` never goes back.
    pub(super) fn new(
        ready: usize,
        order: Vec<usize>,
        arms: Vec<usize>,
        ask: Ask,
        token: impl FnMut() -> String + Send + 'a,
        clock: impl FnMut() -> Duration + Send + 'a,
    ) -> Meter<'a> {
        Meter {
            ready,
            samples: vec![vec![]; order.len()],
            order,
            ask,
            left: arms.into(),
            token: Box::new(token),
            clock: Box::new(clock),
            state: State::Starting,
            cpu: Duration::ZERO,
            trouble: None,
        }
    }

    fn begin(&mut self, since: Mark) -> Next {
        let order: String = self.order.iter().map(|i| format!(" {i}")).collect();
        match self.next(since) {
            Next::Send(line) => Next::Send([format!("measure{order}\n").into_bytes(), line].concat()),
            other => other,
        }
    }

    fn next(&mut self, since: Mark) -> Next {
        let token = (self.token)();
        while let Some(&arm) = self.left.front() {
            if let Some(iterations) = next_iterations(&self.ask, arm, &self.samples[arm]) {
                let slot = self.order.iter().position(|at| *at == arm).unwrap_or_default();
                let line = format!("bench {slot} {iterations} {token}\n");
                let begun = (self.clock)();
                self.state = State::Running { arm, iterations, token, since, begun };
                return Next::Send(line.into_bytes());
            }
            self.left.pop_front();
        }
        let line = format!("seal {token}\n");
        self.state = State::Sealing { token };
        Next::Send(line.into_bytes())
    }

    /// Take the words that follow the token of an answer.
    fn answered(&mut self, words: &[&str], mark: Mark) -> Next {
        let State::Running { arm, iterations, since, begun, .. } = self.state else { return Next::Kill };
        let wall = (self.clock)().saturating_sub(begun);
        let [result @ ("ok" | "fail"), ran, allocs, bytes, cpu, leaked, dump] = words else {
            return self.tampered(format!("an answer of another form: {}", shown(&words.join(" "))));
        };
        let numbers = [ran, allocs, bytes, cpu, leaked].map(|n| n.parse::<u64>().ok());
        let [Some(ran), Some(allocs), Some(bytes), Some(cpu), Some(leaked)] = numbers else {
            return self
                .tampered(format!("an answer with numbers that are none: {}", shown(&words.join(" "))));
        };
        let before = std::mem::replace(&mut self.cpu, Duration::from_micros(cpu));
        let Some(cpu) = self.cpu.checked_sub(before) else {
            return self.tampered("an answer with less processor time than the one before".into());
        };
        let trouble = match (*result, leaked) {
            ("ok", 0) if ran != iterations => {
                return self.tampered(format!("asked for {iterations} iterations, it ran {ran}"));
            }
            ("ok", 0) => None,
            ("ok", _) => Some(Trouble::Leaked((*dump).to_owned())),
            _ => Some(Trouble::Failed(since, mark)),
        };
        match trouble {
            None => self.samples[arm].push(Sample { iterations, wall, cpu, allocs, bytes }),
            Some(trouble) => {
                self.trouble = Some((arm, trouble));
                self.left.clear();
            }
        }
        self.next(mark)
    }

    fn tampered(&mut self, why: String) -> Next {
        self.state = State::Tampered(why);
        Next::Kill
    }
}

impl Dialogue for Meter<'_> {
    fn on_line(&mut self, line: &[u8], mark: Mark) -> Next {
        let text = String::from_utf8_lossy(line).into_owned();
        let words: Vec<&str> = text.split(' ').collect();
        match (&self.state, words.as_slice()) {
            (State::Starting, ["ready", n]) if *n == self.ready.to_string() => self.begin(mark),
            (State::Running { arm, token, .. }, ["cost", slot, t, rest @ ..])
                if slot.parse().ok().and_then(|s: usize| self.order.get(s)) == Some(arm) && t == token =>
            {
                self.answered(rest, mark)
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
        if !rest.is_empty() && self.state == State::Sealed {
            self.state = State::Tampered(format!("half a line: {}", shown(&String::from_utf8_lossy(rest))));
        }
    }
}

/// What to ask a benchmark for after `samples`; none when it is done.
fn next_iterations(ask: &Ask, arm: usize, samples: &[Sample]) -> Option<u64> {
    match (ask, samples) {
        (_, [] | [_]) => Some(LEAST),
        (Ask::Rounds(iterations), [_, _]) => iterations.get(arm).copied(),
        (Ask::Rounds(_), _) => None,
        (Ask::Calibrate { most, enough }, [.., last]) => {
            let most = most.get(arm).copied()?;
            let due = enough.as_secs_f64() / last.cpu.as_secs_f64().max(1e-6);
            // What does not grow with the iterations makes the guess small; a large step could overshoot by as much.
            let guess = (last.iterations as f64 * due.clamp(2.0, 100.0)) as u64;
            let over = last.cpu >= *enough || last.wall >= *enough * IDLE;
            (!over && last.iterations < most).then(|| guess.min(most))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two benchmarks and the harness's own; the clock stands at 1 s, 2 s, ….
    fn meter(ask: Ask) -> Meter<'static> {
        let (mut tokens, mut seconds) = (0, 0);
        let token = move || {
            tokens += 1;
            format!("t{tokens}")
        };
        let clock = move || {
            seconds += 1;
            Duration::from_secs(seconds)
        };
        Meter::new(5, vec![2, 0, 1], vec![1, 2], ask, token, clock)
    }

    const ASKED: [&str; 7] = [
        "measure 2 0 1\nbench 2 2 t1\n",
        "bench 2 2 t2\n",
        "bench 2 50 t3\n",
        "bench 0 2 t4\n",
        "bench 0 2 t5\n",
        "bench 0 9 t6\n",
        "seal t7\n",
    ];

    const ANSWERS: [&str; 8] = [
        "ready 5",
        "cost 2 t1 ok 2 9 900 50 0 -",
        "cost 2 t2 ok 2 4 64 60 0 -",
        "cost 2 t3 ok 50 100 1600 90 0 -",
        "cost 0 t4 ok 2 4 64 95 0 -",
        "cost 0 t5 ok 2 4 64 95 0 -",
        "cost 0 t6 ok 9 18 1152 99 0 -",
        "sealed t7",
    ];

    #[test]
    fn the_way_through() {
        let mut meter = meter(Ask::Rounds(vec![7, 50, 9]));
        for (answer, asked) in ANSWERS.iter().zip(ASKED) {
            assert_eq!(meter.on_line(answer.as_bytes(), Mark::default()), Next::Send(asked.into()));
        }
        assert_eq!(meter.on_line(ANSWERS[7].as_bytes(), Mark::default()), Next::Close);
        assert_eq!(meter.state, State::Sealed);
        let (wall, cpu) = (Duration::from_secs(1), Duration::from_micros(30));
        assert_eq!(meter.samples[1][2], Sample { iterations: 50, wall, cpu, allocs: 100, bytes: 1600 });
        assert_eq!(meter.samples.iter().map(Vec::len).collect::<Vec<_>>(), [0, 3, 3]);
    }

    #[test]
    fn anything_else_is_tampering() {
        for (after, line) in [
            (0, "ready 4"),
            (0, "cost 2 t1 ok 2 9 900 50 0 -"),
            (1, "cost 2 t2 ok 2 9 900 50 0 -"),
            (1, "cost 1 t1 ok 2 9 900 50 0 -"),
            (1, "cost 9 t1 ok 2 9 900 50 0 -"),
            (1, "cost 2 t1 ok 3 9 900 50 0 -"),
            (1, "cost 2 t1 ok 2 -9 900 50 0 -"),
            (1, "cost 2 t1 skip 2 9 900 50 0 -"),
            (1, "cost 2 t1 ok 2 9 900 50 0"),
            (1, "sealed t1"),
            (2, "cost 2 t1 ok 2 9 900 50 0 -"),
            (2, "cost 2 t2 ok 2 9 900 49 0 -"),
            (8, "sealed t7"),
        ] {
            let mut meter = meter(Ask::Rounds(vec![7, 50, 9]));
            for answer in &ANSWERS[..after] {
                meter.on_line(answer.as_bytes(), Mark::default());
            }
            assert_eq!(meter.on_line(line.as_bytes(), Mark::default()), Next::Kill, "{after} {line}");
            assert!(matches!(meter.state, State::Tampered(_)), "{after} {line}");
        }
    }

    #[test]
    fn what_fails_or_leaks_ends_the_measuring() {
        for (line, want) in [
            ("cost 2 t1 fail 0 0 0 50 0 -", Trouble::Failed(Mark::default(), Mark::default())),
            ("cost 2 t1 ok 2 9 900 50 1 6767", Trouble::Leaked("6767".into())),
        ] {
            let mut meter = meter(Ask::Rounds(vec![7, 50, 9]));
            meter.on_line(b"ready 5", Mark::default());
            assert_eq!(meter.on_line(line.as_bytes(), Mark::default()), Next::Send("seal t2\n".into()));
            assert_eq!(meter.trouble, Some((1, want)));
        }
    }

    #[test]
    fn calibration_grows_until_it_is_enough() {
        let ask = Ask::Calibrate { most: vec![1_000_000], enough: Duration::from_millis(50) };
        let sample = |iterations, wall, cpu| {
            let [wall, cpu] = [wall, cpu].map(Duration::from_millis);
            Sample { iterations, wall, cpu, allocs: 0, bytes: 0 }
        };
        let warm = sample(2, 90, 90);
        for (further, want) in [
            (vec![], Some(2)),
            (vec![sample(2, 0, 0)], Some(200)),
            (vec![sample(2, 90, 60)], None),
            (vec![sample(2, 1, 1), sample(200, 90, 10)], Some(1000)),
            (vec![sample(200, 40, 40)], Some(400)),
            (vec![sample(200, 500, 0)], None),
            (vec![sample(900_000, 5, 5)], Some(1_000_000)),
            (vec![sample(1_000_000, 5, 5)], None),
        ] {
            let samples = [vec![warm.clone()], further].concat();
            assert_eq!(next_iterations(&ask, 0, &samples), want, "{samples:?}");
        }
        assert_eq!(next_iterations(&ask, 0, &[]), Some(2));
    }
}
