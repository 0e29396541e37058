//! A box that an installed runtime makes: the helper calls the runtime, waits for the program as its adopted child, and takes
//! the container away if the server dies. Otherwise the server does that, when it has read the container's cgroup.

use std::fs::{self, File};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_change, unmount};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, pidfd_open, pidfd_send_signal};

use super::helper::Ended;
use super::program::{Handles, place_handles};
use super::wire::{Container, Order, Place, Received, Report, Request, Way};
use super::{Doing, Setup, places, sys, wire};

/// Where the runtime writes the container's process.
const PID_FILE: &str = "pid";
/// What the runtime says, to be told when it fails.
const LOG: &str = "log";
/// Shells have reported a death by signal `n` as this much and `n`; so do runtimes.
const BY_SIGNAL: i32 = 128;
/// More is not told of a log.
const MOST_OF_LOG: usize = 2000;
/// How often a file that is awaited is looked for.
const LOOK: Duration = Duration::from_millis(2);

/// Run an order whose place is a container, to its end; no process of it is left.
pub(super) fn run(socket: &OwnedFd, order: &Order, handles: Handles, report: &OwnedFd) -> Setup<Ended> {
    let Place::Container(container) = &order.place else { return Err("not a container".to_owned()) };
    if let Some(hidden) = &container.hidden {
        hide(hidden)?;
    }
    let keeper = Keeper { socket, order, container, report };
    let ended = match container.way {
        Way::Create => keeper.run_detached(handles),
        Way::Run if order.program.is_some() => keeper.run_attached(handles),
        Way::Run => keeper.try_out(handles),
    };
    if !matches!(ended, Ok(Ended::Box)) {
        keeper.take_away();
    }
    if matches!(ended, Ok(Ended::Server)) {
        let _ = fs::remove_dir_all(&container.folder);
    }
    reap_adopted();
    ended
}

/// In a mount namespace of this helper's, from now on.
fn hide(mount: &Path) -> Setup<()> {
    if fs::read_to_string("/proc/self/mountinfo").is_ok_and(|all| !all.contains(&*mount.to_string_lossy())) {
        return Ok(());
    }
    sys::leave_mount_namespace().doing("making a mount namespace")?;
    mount_change("/", MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC)
        .doing("keeping mounts to ourselves")?;
    unmount(mount, UnmountFlags::DETACH).doing(format_args!("hiding {}", mount.display()))
}

/// Whoever is dead; nobody who lives is waited for.
fn reap_adopted() {
    while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
}

struct Keeper<'a> {
    socket: &'a OwnedFd,
    order: &'a Order,
    container: &'a Container,
    report: &'a OwnedFd,
}

/// A descriptor and its number in the runtime's process.
type Numbered<'a> = (i32, BorrowedFd<'a>);

impl Keeper<'_> {
    /// `create`, and `start` at the server's word. Without a program the container is made and taken away again.
    fn run_detached(&self, handles: Handles) -> Setup<Ended> {
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).doing("adopting orphans")?;
        let filled = handles.filled();
        let preserved = (filled.len() > 3).then(|| format!("--preserve-fds={}", filled.len() - 3));
        let words = ["create", "--bundle", ".", "--pid-file", PID_FILE].map(str::to_owned);
        self.call(&[words.to_vec(), preserved.into_iter().collect()].concat(), &filled)?;
        drop(filled);
        // Whoever reads the other ends must see them close when the program closes its own.
        drop(handles);
        let pid = self.pid()?;
        let main = pidfd_open(Pid::from_raw(pid).ok_or("no such process")?, PidfdFlags::empty())
            .doing("opening the container's process")?;
        wire::send(self.report, &Report::Boxed, &[main.as_fd()]).doing("reporting the container")?;
        wire::send(self.report, &Report::Prepared { pid: Some(pid) }, &[])
            .doing("reporting the container")?;
        if let Some(ended) = self.await_start() {
            return self.end(pid, &main, ended);
        }
        if self.order.program.is_none() {
            wire::send(self.report, &Report::Started, &[main.as_fd()]).doing("reporting the start")?;
            let _ = pidfd_send_signal(&main, Signal::KILL);
            let _ = sys::wait(pid);
            self.tell(crate::Exit::Code(0), None);
            return Ok(Ended::Box);
        }
        let started = self.call(&["start".to_owned()], &[]);
        let told = started.and_then(|()| {
            wire::send(self.report, &Report::Started, &[main.as_fd()]).doing("reporting the start")
        });
        let ended = told.map(|()| self.watch(&main, || {}));
        match ended {
            Ok(ended) => self.end(pid, &main, ended),
            Err(why) => {
                // Its status would be taken for the program's.
                let _ = pidfd_send_signal(&main, Signal::KILL);
                let _ = sys::wait(pid);
                Err(why)
            }
        }
    }

    /// Nothing of the container may live on; how its program ended is told.
    fn end(&self, pid: i32, main: &OwnedFd, ended: Ended) -> Setup<Ended> {
        // Fails only if it is dead already.
        let _ = pidfd_send_signal(main, Signal::KILL);
        let waited = sys::wait(pid).doing("waiting for the container")?;
        self.tell(waited.exit, Some(waited));
        Ok(ended)
    }

    /// `create`, and away with it.
    fn try_out(&self, handles: Handles) -> Setup<Ended> {
        let words = ["create", "--bundle", ".", "--pid-file", PID_FILE].map(str::to_owned);
        self.call(&words, &handles.filled())?;
        drop(handles);
        wire::send(self.report, &Report::Prepared { pid: None }, &[]).doing("reporting the container")?;
        if let Some(ended) = self.await_start() {
            return Ok(ended);
        }
        wire::send(self.report, &Report::Started, &[]).doing("reporting the start")?;
        self.take_away();
        self.tell(crate::Exit::Code(0), None);
        Ok(Ended::Box)
    }

    /// `run`, which lasts as long as the program.
    fn run_attached(&self, handles: Handles) -> Setup<Ended> {
        wire::send(self.report, &Report::Prepared { pid: None }, &[]).doing("reporting the container")?;
        if let Some(ended) = self.await_start() {
            return Ok(ended);
        }
        let mut passed = vec![];
        for (number, _) in handles.numbered().into_iter().filter(|(number, _)| *number > 2) {
            passed.push(format!("--pass-fd={number}:{number}"));
        }
        let words = ["run", "--bundle", ".", "--pid-file", PID_FILE].map(str::to_owned);
        let (pid, pidfd) = self.spawn(&[words.to_vec(), passed].concat(), &handles.numbered())?;
        drop(handles);
        let mut stands = false;
        let started = || {
            // Until then it is the runtime that uses time.
            if !stands && self.container.folder.join(PID_FILE).exists() {
                stands = true;
                let _ = wire::send(self.report, &Report::Started, &[]);
            }
        };
        let ended = self.watch(&pidfd, started);
        if !matches!(ended, Ended::Box) || !is_over(&pidfd) {
            self.take_away();
            let _ = pidfd_send_signal(&pidfd, Signal::KILL);
        }
        let waited = sys::wait(pid).doing("waiting for the runtime")?;
        if !stands {
            return Err(format!("{} run: {}", self.container.runtime.display(), self.said()));
        }
        let exit = match waited.exit {
            crate::Exit::Code(code) if (BY_SIGNAL + 1..BY_SIGNAL + 65).contains(&code) => {
                crate::Exit::Signal(code - BY_SIGNAL)
            }
            other => other,
        };
        self.tell(exit, None);
        Ok(ended)
    }

    /// `None` when the program is to be started.
    fn await_start(&self) -> Option<Ended> {
        match wire::receive::<Request>(self.socket, true) {
            Ok(Received::Message(Request::Start, _)) => None,
            Ok(Received::Message(Request::Kill, _)) => Some(Ended::Box),
            Ok(Received::End) | Err(_) => Some(Ended::Server),
            Ok(_) => Some(Ended::Nonsense),
        }
    }

    /// Until `process` ends, or the server says so, or is gone; `meanwhile` is called now and then.
    fn watch(&self, process: &OwnedFd, mut meanwhile: impl FnMut()) -> Ended {
        let look = Timespec::try_from(LOOK).unwrap_or_default();
        let often = (self.container.way == Way::Run).then_some(&look);
        loop {
            let mut fds = [PollFd::new(process, PollFlags::IN), PollFd::new(self.socket, PollFlags::IN)];
            let polled = poll(&mut fds, often);
            let (died, asked) = (!fds[0].revents().is_empty(), !fds[1].revents().is_empty());
            meanwhile();
            if polled.is_err() {
                continue;
            }
            if died {
                return Ended::Box;
            }
            if asked {
                match wire::receive::<Request>(self.socket, false) {
                    Ok(Received::Message(Request::Words, _)) => self.ask_for_words(),
                    Ok(Received::Message(Request::Kill, _)) => return Ended::Box,
                    Ok(Received::End) | Err(_) => return Ended::Server,
                    Ok(_) => return Ended::Nonsense,
                }
            }
        }
    }

    /// Signals of this kernel would reach the runtime and not the program. Fails only if that has just ended.
    fn ask_for_words(&self) {
        for signal in ["CONT", "QUIT"] {
            let _ = self.tool(&["kill", &self.container.id, signal]);
        }
    }

    fn tell(&self, exit: crate::Exit, used: Option<sys::Waited>) {
        let (user, system, peak_kib) =
            used.map_or((Duration::ZERO, Duration::ZERO, 0), |used| (used.user, used.system, used.peak_kib));
        let _ = wire::send(self.report, &Report::Ended { exit, user, system, peak_kib }, &[]);
    }

    /// Whatever there is of the container.
    fn take_away(&self) {
        let _ = self.tool(&["delete", "--force", &self.container.id]);
        places::remove_everywhere(&self.container.id);
    }

    /// A command of the runtime that needs nothing of the box.
    fn tool(&self, words: &[&str]) -> Setup<()> {
        let log = File::create(self.container.folder.join("commands")).doing("making a log")?;
        let fds = [(0, log.as_fd()), (1, log.as_fd()), (2, log.as_fd())];
        let words = words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (pid, _pidfd) = self.exec(&words, &fds)?;
        sys::wait(pid).map(drop).doing("waiting for the runtime")
    }

    /// A command that has to succeed, while the server waits for it.
    fn call(&self, words: &[String], fds: &[Numbered<'_>]) -> Setup<()> {
        let (pid, pidfd) = self.spawn(words, fds)?;
        let waited = match self.watch_call(&pidfd) {
            Ended::Box => sys::wait(pid).doing("waiting for the runtime")?,
            _ => {
                let _ = pidfd_send_signal(&pidfd, Signal::KILL);
                let _ = sys::wait(pid);
                return Err("the server gave up".to_owned());
            }
        };
        if waited.exit == crate::Exit::Code(0) {
            return Ok(());
        }
        Err(format!("{} {}: {}", self.container.runtime.display(), words[0], self.said()))
    }

    fn watch_call(&self, process: &OwnedFd) -> Ended {
        loop {
            let mut fds = [PollFd::new(process, PollFlags::IN), PollFd::new(self.socket, PollFlags::IN)];
            if poll(&mut fds, None).is_err() {
                continue;
            }
            if !fds[0].revents().is_empty() {
                return Ended::Box;
            }
            if !fds[1].revents().is_empty() {
                // Asked to end the box, or left alone.
                return Ended::Server;
            }
        }
    }

    fn spawn(&self, words: &[String], fds: &[Numbered<'_>]) -> Setup<(i32, OwnedFd)> {
        let log = File::create(self.container.folder.join("commands")).doing("making a log")?;
        let own = [(0, log.as_fd()), (1, log.as_fd()), (2, log.as_fd())];
        let words = [words, std::slice::from_ref(&self.container.id)].concat();
        self.exec(&words, if fds.is_empty() { &own } else { fds })
    }

    /// The runtime with these words and descriptors, in the container's folder.
    fn exec(&self, words: &[String], fds: &[Numbered<'_>]) -> Setup<(i32, OwnedFd)> {
        use std::ffi::CString;
        let c = |text: &str| CString::new(text).doing(format_args!("passing {text:?}"));
        let program = c(&self.container.runtime.to_string_lossy())?;
        let args =
            [Ok(program.clone())].into_iter().chain(self.container.global.iter().chain(words).map(|w| c(w)));
        let args = args.collect::<Setup<Vec<_>>>()?;
        let env = [c("PATH=/usr/sbin:/usr/bin:/sbin:/bin")?];
        let become_runtime = || {
            if rustix::process::chdir(&self.container.folder).is_ok() && place_handles(fds).is_ok() {
                sys::default_pipe_signal();
                sys::exec(&program, &args, &env);
            }
            127
        };
        sys::spawn(become_runtime).doing(format_args!("starting {}", self.container.runtime.display()))
    }

    fn pid(&self) -> Setup<i32> {
        let text = fs::read_to_string(self.container.folder.join(PID_FILE))
            .doing("reading the runtime's pid file")?;
        text.trim().parse().doing("reading the runtime's pid file")
    }

    /// The end of what the runtime wrote.
    fn said(&self) -> String {
        let read = |name| fs::read_to_string(self.container.folder.join(name)).unwrap_or_default();
        let text = [read(LOG), read("commands")].concat();
        let text = text.trim();
        let from = text.char_indices().rev().nth(MOST_OF_LOG).map_or(0, |(at, _)| at);
        if text.is_empty() { "it failed and did not say why".to_owned() } else { text[from..].to_owned() }
    }
}

fn is_over(pidfd: &OwnedFd) -> bool {
    let mut fds = [PollFd::new(pidfd, PollFlags::IN)];
    poll(&mut fds, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}
