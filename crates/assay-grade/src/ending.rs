//! How a process ended, weighed: the exit that only the runtime or the box can give first, then the runtime's last words.

use assay_core::{Evidence, Goroutine, Verdict};
use assay_go::Flavour;
use assay_sandbox::{Exit, Killed, Limits, Outcome};

use crate::quote::{Quotes, telling};
use crate::{trace, words};

/// What an ending proves.
pub(crate) type Finding = (Verdict, Evidence);

/// With what a module ends that the box did not let in.
const NO_PROGRAM: i32 = 126;

/// Weigh the end of a process that ended before it should have: inside `test`, or (empty) before the first or in a
/// program without tests. `Err` is a fault of ours.
pub(crate) fn weigh(
    outcome: &Outcome,
    limits: &Limits,
    flavour: Flavour,
    test: &str,
    quotes: &Quotes<'_>,
) -> Result<Finding, assay_core::Fault> {
    let stderr = outcome.stderr.text();
    if let Some(killed) = outcome.killed {
        return Ok(killed_finding(killed, outcome, limits, &stderr, test, quotes));
    }
    match outcome.exit {
        Exit::Code(66) if flavour.is_race() => Ok(race_or_exhaustion(&stderr, limits, outcome, test, quotes)),
        Exit::Code(2) if flavour.is_perturbed() && crash(&stderr).is_some() => {
            let line = crash(&stderr).unwrap_or_default();
            Err(assay_core::Fault::new(format!("the perturbed runtime crashed: {line}")))
        }
        // The shell's number for what cannot be started; a program has no way to it.
        Exit::Code(NO_PROGRAM) if flavour.is_wasm() => {
            Err(assay_core::Fault::new(format!("the box refused the module: {}", bounded(&stderr))))
        }
        Exit::Code(2) => Ok(last_words(&stderr, outcome, limits, test, quotes)),
        Exit::Signal(9) => Err(assay_core::Fault::new("something outside the box killed the program")),
        Exit::Signal(n) => Ok((
            Verdict::Panic,
            Evidence::Panic {
                test: test.to_owned(),
                message: format!("the process ended by signal {n}"),
                stack: vec![],
                raw: bounded(&stderr),
            },
        )),
        Exit::Code(code) => Ok(tampered(format!(
            "the process ended with exit status {code}{}, which no Go test does by itself",
            if test.is_empty() { " before the first test".to_owned() } else { format!(" inside {test}") }
        ))),
    }
}

/// A record that does not add up.
pub(crate) fn tampered(reason: String) -> Finding {
    (Verdict::Tampered, Evidence::Tamper { reason })
}

fn race_or_exhaustion(
    stderr: &str,
    limits: &Limits,
    outcome: &Outcome,
    test: &str,
    quotes: &Quotes<'_>,
) -> Finding {
    let exhausted = stderr.contains("ThreadSanitizer") || stderr.contains("race: limit on ");
    match trace::race(stderr) {
        // The first race ends the process, so that its runtime cannot fail afterwards: one of the two was written by the program.
        Some(_) if exhausted => {
            tampered("standard error holds a race report and the end of the detector's memory".into())
        }
        Some((accesses, raw)) => {
            let sentence = words::race(&accesses, quotes);
            (
                Verdict::DataRace,
                Evidence::Race { test: test.to_owned(), accesses, sentence, raw: bounded(&raw) },
            )
        }
        None if exhausted => memory(limits, outcome, test),
        None => tampered("exit status 66 without a race report".into()),
    }
}

fn killed_finding(
    killed: Killed,
    outcome: &Outcome,
    limits: &Limits,
    stderr: &str,
    test: &str,
    quotes: &Quotes<'_>,
) -> Finding {
    match killed {
        Killed::Memory => memory(limits, outcome, test),
        Killed::Output => {
            let allowed = format!("{} KiB", limits.output >> 10);
            limit(Verdict::OutputLimit, test, "output", allowed, "more output than is kept".into(), vec![])
        }
        Killed::Asked => tampered("the conversation was ended".into()),
        Killed::Wall | Killed::Cpu | Killed::Step | Killed::Idle => {
            out_of_time(killed, outcome, limits, stderr, test, quotes)
        }
    }
}

fn memory(limits: &Limits, outcome: &Outcome, test: &str) -> Finding {
    let measured = match outcome.usage.memory {
        0 => "an allocation was refused".into(),
        peak => format!("peak {} MiB", peak >> 20),
    };
    limit(Verdict::MemoryLimit, test, "memory", format!("{} MiB", limits.memory >> 20), measured, vec![])
}

fn limit(
    verdict: Verdict,
    test: &str,
    limit: &str,
    allowed: String,
    measured: String,
    goroutines: Vec<Goroutine>,
) -> Finding {
    (
        verdict,
        Evidence::Limit { test: test.to_owned(), limit: limit.to_owned(), allowed, measured, goroutines },
    )
}

/// Time was up, and the goroutines were asked what they were doing: waiting for each other, busy, or asleep.
fn out_of_time(
    killed: Killed,
    outcome: &Outcome,
    limits: &Limits,
    stderr: &str,
    test: &str,
    quotes: &Quotes<'_>,
) -> Finding {
    let dump = stderr.rfind("SIGQUIT: quit").map_or("", |at| &stderr[at..]);
    let mut concerned: Vec<Goroutine> = trace::goroutines(dump).into_iter().filter(is_concerned).collect();
    quotes.explain(&mut concerned);
    let quiet = killed == Killed::Idle || outcome.cpu_share_at_end < 0.05;
    let awake = |g: &Goroutine| !is_blocked(&g.waits_on.state) || waits_for_the_clock(g);
    let blocked: Vec<Goroutine> = concerned.iter().filter(|g| !awake(g)).cloned().collect();
    if quiet && !blocked.is_empty() && !concerned.iter().any(awake) {
        let sentence = words::deadlock(&blocked);
        let raw = bounded(dump);
        let evidence =
            Evidence::Deadlock { test: test.to_owned(), total: false, sentence, goroutines: blocked, raw };
        return (Verdict::Deadlock, evidence);
    }
    let (name, allowed) = match killed {
        Killed::Cpu => ("cpu", limits.cpu),
        Killed::Wall => ("wall", limits.wall),
        Killed::Idle => ("idle", limits.idle.unwrap_or_default()),
        _ => ("wall", limits.step.unwrap_or(limits.wall)),
    };
    let share = (outcome.cpu_share_at_end * 100.0).round();
    let busy: Vec<String> = concerned
        .iter()
        .filter(|g| awake(g))
        .filter_map(|g| telling(&g.stack))
        .map(|f| quotes.place(f))
        .collect();
    // One that looks again every millisecond uses some CPU, and still sleeps.
    let asleep = |g: &Goroutine| g.waits_on.state == "sleep" || waits_for_the_clock(g);
    let sleeps = quiet || (!busy.is_empty() && concerned.iter().filter(|g| awake(g)).all(asleep));
    let cause = match (sleeps, busy.first()) {
        (true, Some(place)) => format!("it sleeps at {place}"),
        (true, None) => "it waits without using any CPU".into(),
        (false, Some(place)) => format!("it is busy at {place}, {share} % of a core"),
        (false, None) => format!("it is busy, {share} % of a core"),
    };
    let measured = format!("no end after {:.1} s; {cause}", outcome.usage.wall.as_secs_f64());
    limit(Verdict::TimeLimit, test, name, format!("{:.1} s", allowed.as_secs_f64()), measured, concerned)
}

/// Whether a goroutine runs, was started by, or stands in a test of the candidate's code.
fn is_concerned(g: &Goroutine) -> bool {
    let ours = |f: &assay_core::Frame| f.own || f.function.contains("_test.");
    g.stack.iter().any(ours) || g.created.as_ref().is_some_and(|f| f.own)
}

/// Whether a goroutine only waits for a timer, which to the runtime is a channel like any other. One that also looks at something else, or
/// ranges over a ticker, is no sleeper: it is there to be told to stop.
fn waits_for_the_clock(g: &Goroutine) -> bool {
    let timer = |o: &String| {
        o.starts_with("<-time.After(") || (o.starts_with("<-") && o.split('.').next_back() == Some("C"))
    };
    g.waits_on.state == "chan receive" && g.waits_on.operations.iter().any(timer)
}

/// Whether only another goroutine can wake one in this state.
pub(crate) fn is_blocked(state: &str) -> bool {
    const STATES: [&str; 12] = [
        "select",
        "select (no cases)",
        "chan send",
        "chan receive",
        "chan send (nil chan)",
        "chan receive (nil chan)",
        "semacquire",
        "sync.Mutex.Lock",
        "sync.RWMutex.Lock",
        "sync.RWMutex.RLock",
        "sync.WaitGroup.Wait",
        "sync.Cond.Wait",
    ];
    STATES.contains(&state) || state.starts_with("synctest.") || state == "sleep in a bubble"
}

/// What the runtime says when nobody can run any more.
const ASLEEP: &str = "fatal error: all goroutines are asleep - deadlock!";

/// The marks that the runtime's last message begins with.
const MARKS: [&str; 2] = ["panic: ", "fatal error: "];

/// The runtime's last message, if it ended the process, with what follows it.
///
/// It is the last one that is not a part of a panic's value: the runtime writes it after everything the program wrote, perhaps on a
/// line that the program had left open, and indents the further lines of a value.
pub(crate) fn last_message(stderr: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    let mut found = None;
    let mut asleep = None; // where a value, or what looks like one, says so
    let mut in_value = false; // every line since the last `panic: ` was indented
    for line in stderr.split_inclusive('\n') {
        let indented = line.starts_with('\t');
        if let Some(mark) = MARKS.iter().filter_map(|m| line.find(m)).min() {
            if !indented || !in_value {
                found = Some(at + mark);
            } else if line[mark..].starts_with(ASLEEP) {
                asleep = Some(at + mark);
            }
        }
        in_value = (indented && in_value) || line.contains("panic: ");
        at += line.len();
    }
    // In a panic whose value says that all are asleep, a goroutine runs; when they are, none does.
    let found = asleep.filter(|a| Some(*a) > found && !first_runs(&stderr[*a..])).or(found);
    let tail = &stderr[found?..];
    Some((tail.lines().next().unwrap_or_default(), tail))
}

/// The line with which the runtime ends when a signal meets it where no Go code runs, `SIGSEGV: segmentation violation`: memory is not
/// what it should be. Only where it says nothing else.
fn crash(stderr: &str) -> Option<&str> {
    if last_message(stderr).is_some() {
        return None;
    }
    let signal = |l: &&str| l.starts_with("SIG") && l.contains(": ") && !l.starts_with("SIGQUIT");
    stderr
        .lines()
        .zip(stderr.lines().skip(1))
        .filter(|(_, next)| next.starts_with("PC="))
        .map(|(l, _)| l)
        .find(signal)
}

/// Whether the first goroutine of the dump in `tail` is running.
fn first_runs(tail: &str) -> bool {
    trace::goroutines(tail).first().is_some_and(|g| g.waits_on.state == "running")
}

/// How many messages that look like the runtime's last stand in `stderr`; a program that shows a phenomenon writes none itself.
pub(crate) fn messages(stderr: &str) -> usize {
    MARKS.iter().map(|mark| stderr.matches(mark).count()).sum()
}

fn last_words(stderr: &str, outcome: &Outcome, limits: &Limits, test: &str, quotes: &Quotes<'_>) -> Finding {
    if let Some(line) = crash(stderr) {
        let (message, test, raw) = (line.to_owned(), test.to_owned(), bounded(stderr));
        return (Verdict::Panic, Evidence::Panic { test, message, stack: vec![], raw });
    }
    let Some((message, tail)) = last_message(stderr) else {
        let inside = if test.is_empty() { String::new() } else { format!(" inside {test}") };
        return tampered(format!(
            "exit status 2{inside} without the runtime's last words; standard error ends with {:?}",
            end_of(stderr)
        ));
    };
    let mut all = trace::goroutines(tail);
    quotes.explain(&mut all);
    let message = message.trim_end_matches(" [recovered, repanicked]");
    let raw = bounded(tail);
    let test = test.to_owned();
    let out_of_memory = ["out of memory", "cannot allocate memory"].iter().any(|m| message.contains(m));
    match message {
        _ if out_of_memory && message.starts_with("fatal error:") => memory(limits, outcome, &test),
        ASLEEP => {
            let goroutines: Vec<Goroutine> = all.into_iter().filter(is_concerned).collect();
            let sentence = words::deadlock(&goroutines);
            (Verdict::Deadlock, Evidence::Deadlock { test, total: true, sentence, goroutines, raw })
        }
        "panic: deadlock: all goroutines in bubble are blocked" => {
            let goroutines: Vec<Goroutine> =
                all.into_iter().filter(|g| is_concerned(g) && is_blocked(&g.waits_on.state)).collect();
            let sentence = words::deadlock(&goroutines);
            (Verdict::Deadlock, Evidence::Deadlock { test, total: true, sentence, goroutines, raw })
        }
        "panic: deadlock: main bubble goroutine has exited but blocked goroutines remain" => {
            let goroutines: Vec<Goroutine> =
                all.into_iter().filter(|g| is_concerned(g) && is_blocked(&g.waits_on.state)).collect();
            let sentence = words::leak(&goroutines, &test, quotes);
            (Verdict::Leak, Evidence::Leak { test, sentence, goroutines, raw })
        }
        _ => {
            let running = all.iter().find(|g| g.waits_on.state == "running").or(all.first());
            let stack = running.map(|g| g.stack.clone()).unwrap_or_default();
            let message = message.to_owned();
            (Verdict::Panic, Evidence::Panic { test, message, stack, raw })
        }
    }
}

/// The last 200 characters.
fn end_of(text: &str) -> &str {
    text.char_indices().rev().nth(199).map_or(text, |(at, _)| &text[at..])
}

/// At most 64 KiB of raw text, cut at a character.
pub(crate) fn bounded(text: &str) -> String {
    const MOST: usize = 64 << 10;
    if text.len() <= MOST {
        return text.to_owned();
    }
    let cut = (0..=MOST).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    format!("{}\n… cut", &text[..cut])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_message_is_the_runtimes() {
        let forged = "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\n\npanic: x\n\tfatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [running]:\n";
        assert_eq!(last_message(forged).unwrap().0, "panic: x");
        assert_eq!(last_message("hello"), None);
        let glued = "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\n panic: x\n\ngoroutine 1 [running]:\n";
        assert_eq!(last_message(glued).unwrap().0, "panic: x");
        assert_eq!((messages(glued), messages(forged)), (2, 3));
        let on_an_indented_line = "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\n\n\tpanic: x\n\ngoroutine 1 [running]:\n";
        assert_eq!(last_message(on_an_indented_line).unwrap().0, "panic: x");
        let asleep_after_a_forged_panic = "panic: x\n\tfatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\nmain.main()\n\tsubmission/main.go:9 +0x2\n";
        assert_eq!(last_message(asleep_after_a_forged_panic).unwrap().0, ASLEEP);
    }

    #[test]
    fn a_crash_is_what_a_signal_left_without_words() {
        assert_eq!(
            crash("x\nSIGSEGV: segmentation violation\nPC=0x1 m=0\n"),
            Some("SIGSEGV: segmentation violation")
        );
        assert_eq!(crash("SIGSEGV: segmentation violation\nPC=0x1\npanic: x\n"), None);
        assert_eq!(crash("SIGQUIT: quit\nPC=0x1\n"), None);
    }

    #[test]
    fn a_race_report_beside_an_exhausted_detector_is_forged() {
        let race = "WARNING: DATA RACE\nRead at 0x00c000012345 by goroutine 8:\n  main.f()\n      submission/main.go:4 +0x30\n\nPrevious write at 0x00c000012345 by main goroutine:\n  main.main()\n      submission/main.go:5 +0xbd\n==================\n";
        let full = "ThreadSanitizer: out of memory\n";
        let quotes = Quotes { files: &[], sites: &[] };
        let outcome = Outcome {
            exit: Exit::Code(66),
            killed: None,
            pids_refused: false,
            cpu_share_at_end: 0.0,
            usage: assay_sandbox::Usage::default(),
            stdout: assay_sandbox::Captured::default(),
            stderr: assay_sandbox::Captured::default(),
            outputs: vec![],
        };
        for (stderr, verdict) in [
            (race.to_owned(), Verdict::DataRace),
            (full.to_owned(), Verdict::MemoryLimit),
            (format!("{race}{full}"), Verdict::Tampered),
            (String::new(), Verdict::Tampered),
        ] {
            let found = race_or_exhaustion(&stderr, &Limits::default(), &outcome, "TestA", &quotes);
            assert_eq!(found.0, verdict, "{stderr}");
        }
    }
}
