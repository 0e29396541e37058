//! The first process of a box with namespaces: sets the box up, starts the program, reaps, and ends with it. When it ends,
//! the kernel kills everything else in its pid namespace.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{AddressFamily, SocketType};
use rustix::process::{DumpableBehavior, Gid, Signal, Uid};

use super::program::{self, Handles};
use super::wire::{Order, Report};
use super::{Doing, Setup, root, sys, wire};

/// User and group in the box; what they are outside is the helper's business.
pub(crate) const INSIDE: u32 = 1000;

/// Everything the first process works with.
pub(super) struct Init {
    pub(super) order: Order,
    /// Stands at the entries' bytes.
    pub(super) tail: File,
    pub(super) handles: Handles,
    /// Numbered above all descriptors of the program, so that placing those does not close it.
    pub(super) report: OwnedFd,
    /// One byte comes when our user is mapped; its end means that the helper is gone.
    pub(super) go: OwnedFd,
}

impl Init {
    /// Live this process's life; the value is its exit code.
    pub(super) fn run(mut self) -> u8 {
        match self.set_up().and_then(|()| self.start()) {
            Ok(main) => self.reap(main),
            Err(why) => {
                let _ = wire::send(&self.report, &Report::Failed(why), &[]);
                1
            }
        }
    }

    fn set_up(&mut self) -> Setup<()> {
        // The helper's socket to the server is not ours to hold.
        sys::close_numbers(0, 0).doing("closing the helper's socket")?;
        let from_host = root::take_from_host(&self.order)?;
        let mut byte = [0];
        if rustix::io::read(&self.go, &mut byte) != Ok(1) {
            return Err("the helper ended".to_owned());
        }
        // Only now: its root is the group that the caller is in, and on v2 the helper is in another than the box.
        sys::leave_cgroup_namespace().doing("making a cgroup namespace")?;
        change_user().doing("changing to the box's user")?;
        // After the change of user, which clears it. The helper has one thread, so this cannot fire early.
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).doing("tying to the helper")?;
        if helper_is_gone(&self.go) {
            return Err("the helper ended".to_owned());
        }
        rustix::process::setsid().doing("starting a session")?;
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
        root::build(&self.order, from_host, &mut self.tail)?;
        rustix::system::sethostname(b"box").doing("naming the box")?;
        let socket =
            rustix::net::socket(AddressFamily::INET, SocketType::DGRAM, None).doing("opening a socket")?;
        sys::loopback_up(socket.as_fd()).doing("bringing up the loopback")
    }

    fn start(&mut self) -> Setup<i32> {
        // Nobody in the box may look into this process (its memory, its descriptors); exec makes the program readable to
        // itself again.
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
            .doing("hiding the first process")?;
        let (main, pidfd) = sys::spawn(|| {
            let Err(why) = program::become_program(&self.order, &self.handles) else { return 0 };
            let _ = wire::send(&self.report, &Report::Failed(why), &[]);
            1
        })
        .doing("starting the program")?;
        wire::send(&self.report, &Report::Started, &[pidfd.as_fd()]).doing("reporting the start")?;
        Ok(main)
    }

    fn reap(self, main: i32) -> u8 {
        // Whoever reads the other ends must see them close when the program closes its own.
        drop((self.handles, self.tail));
        loop {
            match sys::wait(-1) {
                Ok(ended) if ended.pid == main => {
                    let report = Report::Ended {
                        exit: ended.exit,
                        user: ended.user,
                        system: ended.system,
                        peak_kib: ended.peak_kib,
                    };
                    return u8::from(wire::send(&self.report, &report, &[]).is_err());
                }
                Ok(_) => {}
                Err(_) => return 1,
            }
        }
    }
}

fn change_user() -> rustix::io::Result<()> {
    let (uid, gid) = (Uid::from_raw(INSIDE), Gid::from_raw(INSIDE));
    // Refused where an unprivileged user maps only itself: then our groups stay, with no more right than our user.
    let _ = rustix::thread::set_thread_groups(&[]);
    rustix::thread::set_thread_res_gid(gid, gid, gid)?;
    rustix::thread::set_thread_res_uid(uid, uid, uid)
}

/// Nothing is ever written to `go` after its one byte, so anything to see there is its end.
fn helper_is_gone(go: &OwnedFd) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut fds = [PollFd::new(go, PollFlags::IN)];
    !matches!(poll(&mut fds, Some(&Timespec::default())), Ok(0))
}
