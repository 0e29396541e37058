//! One run as the server sees it: reports of the box, its streams, the dialogue and the clocks, in one loop that never
//! blocks on any of them. Whatever decides the end writes down why before anything is killed.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, pidfd_send_signal};

use super::capture::{STDERR, STDOUT, Streams};
use super::gauge::Gauge;
use super::order::{self, Ends};
use super::talk::Talk;
use super::watch::{Clock, TICK, Watch};
use super::wire::{self, Received, Report, Request};
use crate::{Dialogue, Exit, Fault, Job, Killed, Next, Outcome, Usage};

/// Setting up takes 5 ms; a machine where it takes this long is broken.
const SET_UP: Duration = Duration::from_secs(30);
/// A killed box is gone in milliseconds, unless the kernel holds on to it.
const AFTER_KILL: Duration = Duration::from_secs(10);

/// One run.
pub(crate) struct Session<'a> {
    job: &'a Job,
    dialogue: &'a mut dyn Dialogue,
    gauge: &'a mut Gauge,
    helper: i32,
    to_helper: &'a OwnedFd,
    report: OwnedFd,
    streams: Streams,
    talk: Option<Talk>,
    outputs: Vec<File>,
    watch: Watch,
    clock: Clock,
    began: Instant,
    /// When the program was forked.
    started: Option<Instant>,
    first_process: Option<OwnedFd>,
    main: Option<OwnedFd>,
    decided: Option<Killed>,
    cpu_share: f64,
    killed_at: Option<Instant>,
    sampled: Instant,
    end: Option<End>,
    failure: Option<String>,
}

/// How the program ended, and when.
#[derive(Clone, Copy)]
struct End {
    at: Instant,
    exit: Exit,
    user: Duration,
    system: Duration,
    peak_kib: u64,
}

impl End {
    /// Nobody else kills with this signal a process that used so much.
    fn is_by_cpu_limit(self, limit: Duration) -> bool {
        self.exit == Exit::Signal(Signal::KILL.as_raw()) && self.user + self.system >= limit
    }
}

/// What came of a session: `Err` in it is a fault that leaves the helper usable, `Err` outside one that does not.
pub(crate) type Came = Result<Result<Outcome, Fault>, Fault>;

impl<'a> Session<'a> {
    pub(crate) fn new(
        job: &'a Job,
        dialogue: &'a mut dyn Dialogue,
        gauge: &'a mut Gauge,
        (helper, to_helper): (i32, &'a OwnedFd),
        ends: Ends,
    ) -> Session<'a> {
        let now = Instant::now();
        Session {
            job,
            dialogue,
            gauge,
            helper,
            to_helper,
            report: ends.report,
            streams: ends.streams,
            talk: ends.talk,
            outputs: ends.outputs,
            watch: Watch::new(&job.limits),
            clock: Clock::default(),
            began: now,
            started: None,
            first_process: None,
            main: None,
            decided: None,
            cpu_share: 0.0,
            killed_at: None,
            sampled: now,
            end: None,
            failure: None,
        }
    }

    /// From the order's sending until nothing of the box is left.
    pub(crate) fn run(mut self) -> Came {
        loop {
            let ready = self.wait()?;
            if let Some(started) = self.started {
                self.clock.look(started.elapsed());
            }
            // Streams before replies, and all of both before the clocks: what came in time counts.
            for which in [STDOUT, STDERR] {
                if ready.streams[which] {
                    self.streams.read(which);
                }
            }
            self.look_for_overflow();
            if ready.talk {
                self.converse();
            }
            if self.hear_reports()? {
                return self.finish();
            }
            self.look_at_clocks()?;
        }
    }

    fn wait(&self) -> Result<Ready, Fault> {
        let mut fds = vec![PollFd::new(&self.report, PollFlags::IN)];
        let mut add = |fd: Option<_>, events| {
            fds.push(PollFd::new(fd?, events));
            Some(fds.len() - 1)
        };
        let stdout = add(self.streams.pipe(STDOUT), PollFlags::IN);
        let stderr = add(self.streams.pipe(STDERR), PollFlags::IN);
        // Clocks run from the start, whose report a first line may overtake; and once the end is decided nobody listens.
        let talk = self.talk.as_ref().filter(|_| self.started.is_some() && self.decided.is_none());
        let replies = talk.and_then(|talk| add(talk.replies(), PollFlags::IN));
        let challenges = talk.and_then(|talk| add(talk.challenges(), PollFlags::OUT));
        let started = self.started.filter(|_| self.decided.is_none());
        let longest = started.map_or(TICK, |_| self.watch.sleep(self.clock.now()));
        let longest = Timespec::try_from(longest).unwrap_or_default();
        match poll(&mut fds, Some(&longest)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Fault::io("waiting for a box", &error.into())),
        }
        let ready = |index: Option<usize>| index.is_some_and(|i| !fds[i].revents().is_empty());
        Ok(Ready { streams: [ready(stdout), ready(stderr)], talk: ready(replies) || ready(challenges) })
    }

    fn look_for_overflow(&mut self) {
        if self.streams.overflowed() {
            self.decide(Killed::Output);
        }
    }

    fn converse(&mut self) {
        if let Some(talk) = &mut self.talk {
            talk.send();
            talk.listen();
        }
        self.answer();
    }

    /// Hand the lines that have come to the dialogue, unless the end is decided.
    fn answer(&mut self) {
        let mut drained = false;
        while let Some(talk) = self.talk.as_mut().filter(|_| self.decided.is_none()) {
            let Some(line) = talk.line() else {
                if talk.is_too_much() {
                    self.decide(Killed::Output);
                } else if talk.replies().is_none() {
                    self.end_dialogue();
                }
                return;
            };
            if !drained {
                self.streams.drain();
                drained = true;
                self.look_for_overflow();
                if self.decided.is_some() {
                    return;
                }
            }
            self.answer_line(&line);
        }
    }

    fn answer_line(&mut self, line: &[u8]) {
        let Some(talk) = self.talk.as_mut().filter(|_| self.started.is_some()) else { return };
        self.watch.reply(self.clock.now());
        match self.dialogue.on_line(line, self.streams.mark()) {
            Next::Send(bytes) => {
                talk.say(&bytes);
                self.watch.challenge(self.clock.now());
            }
            Next::Wait => {}
            Next::Close => talk.close(),
            Next::Kill => self.decide(Killed::Asked),
        }
    }

    /// Tell the dialogue, once.
    fn end_dialogue(&mut self) {
        if let Some(talk) = self.talk.take() {
            self.streams.drain();
            self.dialogue.on_end(talk.rest(), self.streams.mark());
        }
    }

    /// Take in what the box and its helper report. True when nothing of the box is left.
    fn hear_reports(&mut self) -> Result<bool, Fault> {
        loop {
            let received = wire::receive(&self.report, false);
            match received.map_err(|e| Fault::io("hearing from a box", &e.into()))? {
                Received::Nothing => return Ok(false),
                Received::End => return Err(Fault::new("a sandbox helper ended during a run")),
                Received::Garbled(why) => {
                    return Err(Fault::new(format!("a sandbox helper is garbled: {why}")));
                }
                Received::Message(Report::Gone, _) => return Ok(true),
                Received::Message(report, fds) => self.take_in(report, fds.into_iter().next()),
            }
        }
    }

    fn take_in(&mut self, report: Report, fd: Option<OwnedFd>) {
        match report {
            Report::Boxed => self.first_process = fd,
            Report::Prepared { pid } => self.begin(pid),
            Report::Started => {
                self.main = fd;
                self.started = Some(Instant::now());
            }
            Report::Failed(why) => self.failure = Some(why),
            Report::Ended { exit, user, system, peak_kib } => {
                self.end = Some(End { at: Instant::now(), exit, user, system, peak_kib });
            }
            Report::Ready | Report::Gone => {}
        }
    }

    /// A container stands: count from here, and let its program start.
    fn begin(&mut self, pid: Option<i32>) {
        let start = |()| {
            wire::send(self.to_helper, &Request::Start, &[])
                .map_err(|e| Fault::io("starting a container's program", &e.into()))
        };
        if let Err(fault) = self.gauge.begin(&self.job.limits, pid).and_then(start) {
            self.failure = Some(fault.to_string());
            // It waits for our word; fails only if it has just ended.
            let _ = wire::send(self.to_helper, &Request::Kill, &[]);
        }
    }

    fn look_at_clocks(&mut self) -> Result<(), Fault> {
        let now = Instant::now();
        let late = |since: Instant, most| now.duration_since(since) > most;
        if self.killed_at.or(self.end.map(|end| end.at)).is_some_and(|since| late(since, AFTER_KILL)) {
            return Err(Fault::new("a box did not go away after its end"));
        }
        if self.started.is_none() {
            return if late(self.began, SET_UP) {
                Err(Fault::new("a box was not set up in time"))
            } else {
                Ok(())
            };
        }
        if self.end.is_some() {
            return Ok(());
        }
        let watched = self.clock.now();
        let silent = self.watch.words(watched).filter(|_| self.killed_at.is_none());
        if silent.is_some_and(|starved| !(starved && self.gauge.is_busy(self.helper))) {
            self.kill();
        }
        if late(self.sampled, TICK.mul_f32(0.9)) {
            self.sampled = now;
            self.watch.sample(watched, self.gauge.cpu()?);
            if self.gauge.out_of_memory()? {
                // What it said before it was killed counts.
                self.converse();
                self.decide(Killed::Memory);
            }
        }
        if self.decided.is_some() {
            return Ok(());
        }
        match self.watch.passed(watched) {
            Some(Killed::Idle) if self.gauge.is_busy(self.helper) => {
                self.watch.not_idle(watched);
            }
            // Others on this machine are not its fault.
            Some(why @ (Killed::Step | Killed::Wall))
                if self.watch.is_starved(why, watched) && self.gauge.is_busy(self.helper) => {}
            Some(why) => self.decide(why),
            None => {}
        }
        Ok(())
    }

    /// End the run because of `why`; only the first reason counts.
    fn decide(&mut self, why: Killed) {
        if self.decided.is_some() {
            return;
        }
        self.decided = Some(why);
        self.cpu_share = self.watch.cpu_share();
        let by_time = matches!(why, Killed::Wall | Killed::Cpu | Killed::Step | Killed::Idle);
        if let (Some(words), true) = (self.job.last_words, by_time) {
            self.watch.asked(words, self.clock.now());
            self.streams.allow_last_words();
            self.ask_for_last_words();
        } else {
            self.kill();
        }
    }

    /// Directly where signals reach the program, or through the helper. All of it fails only if it has just ended.
    fn ask_for_last_words(&self) {
        if let Some(main) = &self.main {
            // A stopped program hears nothing until it is woken.
            let _ = pidfd_send_signal(main, Signal::QUIT);
            let _ = pidfd_send_signal(main, Signal::CONT);
        } else {
            let _ = wire::send(self.to_helper, &Request::Words, &[]);
        }
    }

    /// Kill the whole box: directly where it has a first process of its own, or through the helper.
    fn kill(&mut self) {
        self.killed_at = Some(Instant::now());
        // Both fail only if the box, or the helper, has just ended; the reports will say so.
        if let Some(first) = &self.first_process {
            let _ = pidfd_send_signal(first, Signal::KILL);
        } else {
            let _ = wire::send(self.to_helper, &Request::Kill, &[]);
        }
    }

    fn finish(mut self) -> Came {
        self.streams.finish();
        self.look_for_overflow();
        while self.talk.as_mut().is_some_and(Talk::listen) {}
        self.answer();
        self.end_dialogue();
        if let Some(why) = self.failure {
            return Ok(Err(Fault::new(why)));
        }
        let cpu = self.gauge.cpu()?;
        let out_of_memory = self.gauge.out_of_memory()?;
        let mut outputs = vec![];
        let mut too_large = false;
        for file in &self.outputs {
            let (bytes, more) = order::content(file, self.job.output_bytes)
                .map_err(|e| Fault::io("reading an output of a box", &e))?;
            outputs.push(bytes);
            too_large |= more;
        }
        // Passed between the last sample and the end.
        let late = [
            (out_of_memory, Killed::Memory),
            (too_large, Killed::Output),
            (cpu > self.job.limits.cpu, Killed::Cpu),
            // By the resource limit, which is a little above and holds where the watch comes too late.
            (self.end.is_some_and(|end| end.is_by_cpu_limit(self.job.limits.cpu)), Killed::Cpu),
        ];
        let late = late.into_iter().find_map(|(passed, why)| passed.then_some(why));
        let killed = self.decided.or(late);
        let exit = match (self.end, killed) {
            (Some(end), _) => end.exit,
            (None, Some(_)) => Exit::Signal(Signal::KILL.as_raw()),
            (None, None) => return Ok(Err(Fault::new("a box was killed from outside"))),
        };
        let usage = self.usage(cpu, killed);
        let group = self.gauge.group();
        let pids_refused = group.is_some_and(super::cgroup::Group::pids_refused);
        let (stdout, stderr) = self.streams.into_kept();
        let cpu_share_at_end = if self.decided.is_some() { self.cpu_share } else { self.watch.cpu_share() };
        Ok(Ok(Outcome { exit, killed, pids_refused, cpu_share_at_end, usage, stdout, stderr, outputs }))
    }

    fn usage(&self, cpu: Duration, killed: Option<Killed>) -> Usage {
        let from = self.started.unwrap_or(self.began);
        let wall = self.end.map_or_else(Instant::now, |end| end.at).duration_since(from);
        let wall = self.clock.of(wall);
        let Some(group) = self.gauge.group() else {
            let (user, system, peak) =
                self.end.map_or((cpu, Duration::ZERO, 0), |end| (end.user, end.system, end.peak_kib << 10));
            return Usage {
                wall,
                user,
                system,
                memory: peak.max(self.gauge.peak()),
                fuel: None,
                whole_box: false,
            };
        };
        // The sum is exact, its parts are counted by ticks.
        let (user, system) = group.cpu_split();
        let share = user.as_secs_f64() / (user + system).as_secs_f64();
        let user = if share.is_finite() { cpu.mul_f64(share.clamp(0.0, 1.0)) } else { cpu };
        let system = cpu.saturating_sub(user);
        // At the limit, the page cache of earlier runs made room, and the difference would say too little.
        let full = killed == Some(Killed::Memory);
        let memory = if full { self.job.limits.memory } else { group.peak().min(self.job.limits.memory) };
        Usage { wall, user, system, memory, fuel: None, whole_box: true }
    }
}

/// What [`Session::wait`] found.
struct Ready {
    streams: [bool; 2],
    talk: bool,
}
