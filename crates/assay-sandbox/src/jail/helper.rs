//! The helper: a small process with one thread, one per slot, that makes the boxes. It joins its cgroup once, so that boxes
//! are born in it (moving a process costs 5 to 12 ms), and it is small, so that forking is cheap (a server of 256 MB takes
//! 33 ms to fork).
//!
//! It trusts the server and nobody else. The end of its socket means that the server is gone: it ends the box, leaves and
//! removes its cgroup, and ends.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::Signal;

use super::init::{INSIDE, Init};
use super::program::{ABOVE, Handles};
use super::wire::{Order, Place, Received, Report, Request};
use super::{Doing, Setup, container, filter, folder, sys, wire};

/// Hidden first argument that makes the binary a helper; its socket is descriptor 0.
pub(super) const ARGUMENT: &str = "__jail-helper";

/// Orders are trees of text; the bytes of entries do not count.
const MAX_ORDER: u64 = 64 << 20;

/// Live a helper's life; the value is the exit code.
pub(super) fn main() -> u8 {
    let Ok(socket) = sys::inherited(0) else { return 2 };
    sys::default_signals();
    let mut helper = Helper { socket, cgroups: vec![] };
    let result = helper.serve();
    helper.leave_cgroups();
    match result {
        Ok(()) => 0,
        Err(why) => {
            // Where the log is full it ends all the same as it should.
            let _ = writeln!(io::stderr(), "assay jail helper: {why}");
            2
        }
    }
}

struct Helper {
    socket: OwnedFd,
    cgroups: Vec<PathBuf>,
}

/// An order with everything that came along.
struct Delivery {
    order: Order,
    tail: File,
    handles: Handles,
    report: OwnedFd,
    cgroup: Option<OwnedFd>,
}

impl Helper {
    fn serve(&mut self) -> Setup<()> {
        // Orders may name many host files, each a descriptor for a moment.
        let all = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
        let all = rustix::process::Rlimit { current: all, maximum: all };
        let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, all);
        // If memory runs out in our cgroup, the box is to die and not we; needs privilege, and does no harm without.
        let _ = fs::write("/proc/self/oom_score_adj", "-1000");
        loop {
            let (request, fds) = match wire::receive(&self.socket, true).doing("receiving")? {
                Received::Message(request, fds) => (request, fds),
                Received::End => return Ok(()),
                Received::Nothing => continue,
                Received::Garbled(why) => return Err(format!("not a request: {why}")),
            };
            match request {
                Request::Join(cgroups) => self.join(cgroups)?,
                Request::Run => self.run(fds)?,
                // Crossed the end of the run on their way.
                Request::Start | Request::Words | Request::Kill => {}
            }
        }
    }

    fn join(&mut self, cgroups: Vec<PathBuf>) -> Setup<()> {
        for folder in &cgroups {
            fs::write(folder.join("cgroup.procs"), "0")
                .doing(format_args!("joining the cgroup {}", folder.display()))?;
        }
        self.cgroups = cgroups;
        wire::send(&self.socket, &Report::Ready, &[]).doing("reporting")
    }

    /// Only this process can still be in them; a folder that is left over goes when the next server starts.
    fn leave_cgroups(&self) {
        for folder in &self.cgroups {
            let Some(parent) = folder.parent() else { continue };
            let _ = fs::write(parent.join("cgroup.procs"), "0");
            let _ = fs::remove_dir(folder);
        }
    }

    /// Run one order to its end. Only what makes this helper useless is an error.
    fn run(&self, fds: Vec<OwnedFd>) -> Setup<()> {
        let delivery = unpack(fds)?;
        let report =
            rustix::io::fcntl_dupfd_cloexec(&delivery.report, ABOVE).doing("keeping the report socket")?;
        let namespaces = matches!(delivery.order.place, Place::Namespaces { .. });
        if !matches!(delivery.order.place, Place::Container(_)) {
            filter::program(namespaces).as_ref().doing("building the system call filter")?;
        }
        let done = match &delivery.order.place {
            Place::Namespaces { .. } => self.run_box(delivery),
            Place::Folder { .. } => folder::run(&self.socket, delivery.order, delivery.handles, &report),
            Place::Container(_) => container::run(&self.socket, &delivery.order, delivery.handles, &report),
        };
        let ended = match done {
            Ok(ended) => ended,
            Err(why) => {
                let _ = wire::send(&report, &Report::Failed(why), &[]);
                Ended::Box
            }
        };
        let _ = wire::send(&report, &Report::Gone, &[]);
        match ended {
            Ended::Box | Ended::Server => Ok(()),
            Ended::Nonsense => Err("not a request during a run".to_owned()),
        }
    }

    fn run_box(&self, delivery: Delivery) -> Setup<Ended> {
        let Delivery { order, tail, handles, report, cgroup } = delivery;
        let report = rustix::io::fcntl_dupfd_cloexec(report, ABOVE).doing("keeping the report socket")?;
        let (go, start) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).doing("making a pipe")?;
        let place = order.place.clone();
        let init = Init { order, tail, handles, report, go };
        let Place::Namespaces { uid, gid, .. } = place else { return Ok(Ended::Box) };
        let mut start = Some(start);
        let namespaces = libc::CLONE_NEWUSER
            | libc::CLONE_NEWNS
            | libc::CLONE_NEWPID
            | libc::CLONE_NEWNET
            | libc::CLONE_NEWIPC
            | libc::CLONE_NEWUTS;
        let mut init = Some(init);
        let (pid, pidfd) = sys::fork(namespaces, cgroup.as_ref().map(AsFd::as_fd), || {
            // The first process must see the pipe end when the helper does.
            start = None;
            init.take().map_or(1, Init::run)
        })
        .doing("making namespaces")?;
        // What the box holds of the descriptors is its own now; ours would keep its pipes open.
        let Some(Init { report, .. }) = init.take() else { return Ok(Ended::Box) };
        let boxed = map_user(pid, uid, gid).and_then(|()| {
            wire::send(&report, &Report::Boxed, &[pidfd.as_fd()]).doing("reporting the box")?;
            let start = start.as_ref().ok_or("no pipe to the box")?;
            rustix::io::write(start, b"g").map(drop).doing("starting the box")
        });
        let ended = match &boxed {
            Ok(()) => self.watch(&pidfd),
            Err(_) => Ended::Box,
        };
        // Whatever it was: nothing of the box may be left. Fails only if it is dead already.
        let _ = rustix::process::pidfd_send_signal(&pidfd, Signal::KILL);
        sys::wait(pid).doing("waiting for the box")?;
        boxed.map(|()| ended)
    }

    /// Wait for the end of the box, or the word or the end of the server.
    fn watch(&self, pidfd: &OwnedFd) -> Ended {
        loop {
            let mut fds = [PollFd::new(pidfd, PollFlags::IN), PollFd::new(&self.socket, PollFlags::IN)];
            if poll(&mut fds, None).is_err() {
                continue;
            }
            let (died, asked) = (!fds[0].revents().is_empty(), !fds[1].revents().is_empty());
            if died {
                return Ended::Box;
            }
            if asked {
                return heard(&self.socket);
            }
        }
    }
}

/// What ended a run.
pub(super) enum Ended {
    /// The box, by itself or because it was asked to.
    Box,
    /// The server is gone; the next receive will say so again.
    Server,
    /// The server said something that is nothing.
    Nonsense,
}

/// What the server's word during a run means.
pub(super) fn heard(socket: &OwnedFd) -> Ended {
    match wire::receive::<Request>(socket, false) {
        Ok(Received::Message(Request::Kill, _)) => Ended::Box,
        Ok(Received::End) | Err(_) => Ended::Server,
        Ok(_) => Ended::Nonsense,
    }
}

/// Give the first process its user. Root maps the box's own uid, which is nobody's outside; anybody else can only map
/// itself.
fn map_user(pid: i32, uid: u32, gid: u32) -> Setup<()> {
    let proc = PathBuf::from(format!("/proc/{pid}"));
    let write = |name: &str, text: &str| {
        fs::write(proc.join(name), text).doing(format_args!("writing {text:?} to the box's {name}"))
    };
    if !rustix::process::geteuid().is_root() {
        write("setgroups", "deny")?;
    }
    write("uid_map", &format!("{INSIDE} {uid} 1"))?;
    write("gid_map", &format!("{INSIDE} {gid} 1"))?;
    // First choice when memory runs out, and (because we are privileged) not to be lowered by the box itself.
    write("oom_score_adj", "1000")
}

fn unpack(fds: Vec<OwnedFd>) -> Setup<Delivery> {
    let mut fds = fds.into_iter();
    let mut next = || fds.next().ok_or_else(|| "an order with too few descriptors".to_owned());
    let mut tail = File::from(next()?);
    let mut length = [0; 8];
    tail.seek(SeekFrom::Start(0)).and_then(|_| tail.read_exact(&mut length)).doing("reading the order")?;
    let length = u64::from_le_bytes(length);
    if length > MAX_ORDER {
        return Err(format!("an order of {length} bytes"));
    }
    let mut bytes = vec![0; length as usize];
    tail.read_exact(&mut bytes).doing("reading the order")?;
    let order: Order = wire::decode(&bytes)?;
    let report = next()?;
    let (stdin, stdout, stderr) = (next()?, next()?, next()?);
    let dialogue = if order.dialogue { Some((next()?, next()?)) } else { None };
    let outputs = (0..order.outputs).map(|_| next()).collect::<Setup<_>>()?;
    let cgroup = if order.cgroup { Some(next()?) } else { None };
    let handles = Handles { stdin, stdout, stderr, dialogue, outputs };
    Ok(Delivery { order, tail, handles, report, cgroup })
}
