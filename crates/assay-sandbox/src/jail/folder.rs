//! A box without namespaces: the helper starts the program itself, in a scratch folder, and adopts its orphans. The system
//! call filter refuses to leave the session, so one signal to the process group reaches everything.

use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Gid, Pid, Signal, Uid};

use super::helper::{Ended, heard};
use super::program::{self, Handles};
use super::wire::{Order, Place, Report};
use super::{Doing, Setup, sys, wire};

/// Run an order whose place is a folder, to its end; nothing is left of it.
pub(super) fn run(socket: &OwnedFd, order: Order, handles: Handles, report: &OwnedFd) -> Setup<Ended> {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).doing("adopting orphans")?;
    let helper = rustix::process::getpid();
    let mut handles = Some(handles);
    let (main, pidfd) = sys::fork(0, None, || {
        let become_it = || program::become_program(&order, handles.as_ref().ok_or("no descriptors")?);
        let Err(why) = enter(&order, helper).and_then(|()| become_it()) else { return 0 };
        let _ = wire::send(report, &Report::Failed(why), &[]);
        1
    })
    .doing("starting the program")?;
    handles = None;
    drop(handles);
    let told = wire::send(report, &Report::Started, &[pidfd.as_fd()]).doing("reporting the start");
    let ended = told.map(|()| watch(socket, &pidfd));
    end_all(main, report);
    ended
}

/// In the child: a session, a user and a place of its own.
fn enter(order: &Order, helper: Pid) -> Setup<()> {
    let Place::Folder { root, uid, .. } = &order.place else { return Err("not a folder".to_owned()) };
    rustix::process::setsid().doing("starting a session")?;
    if let Some(uid) = *uid {
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(uid));
        rustix::thread::set_thread_groups(&[]).doing("dropping groups")?;
        rustix::thread::set_thread_res_gid(gid, gid, gid).doing("changing the group")?;
        rustix::thread::set_thread_res_uid(uid, uid, uid).doing("changing the user")?;
    }
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).doing("tying to the helper")?;
    if rustix::process::getppid() != Some(helper) {
        return Err("the helper ended".to_owned());
    }
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    rustix::process::chdir(root).doing("entering the box's folder")
}

/// Until the program ends, or the server says so, or is gone.
fn watch(socket: &OwnedFd, main: &OwnedFd) -> Ended {
    loop {
        let mut fds = [PollFd::new(main, PollFlags::IN), PollFd::new(socket, PollFlags::IN)];
        if poll(&mut fds, None).is_err() {
            continue;
        }
        if !fds[0].revents().is_empty() {
            return Ended::Box;
        }
        if !fds[1].revents().is_empty() {
            return heard(socket);
        }
    }
}

/// Kill the group and wait for every child we have, our own and adopted.
fn end_all(main: i32, report: &OwnedFd) {
    let group = Pid::from_raw(main);
    loop {
        if let Some(group) = group {
            // Fails when only the dead are left, which are still to be waited for.
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
        let Ok(ended) = sys::wait(-1) else { return };
        if ended.pid == main {
            let report_of = Report::Ended {
                exit: ended.exit,
                user: ended.user,
                system: ended.system,
                peak_kib: ended.peak_kib,
            };
            let _ = wire::send(report, &report_of, &[]);
        }
    }
}
