//! A slot: one helper process with its cgroup, and the place where boxes of this slot run.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::cgroup::Group;
use super::gauge::{Descendants, Gauge};
use super::places::Places;
use super::scratch::Scratch;
use super::session::{Came, Session};
use super::wire::{self, Place, Received, Report, Request};
use super::{helper, order};
use crate::{Dialogue, Fault, Job};

/// A helper that takes longer than this to come up is not coming up.
const COMING_UP: Duration = Duration::from_secs(20);

/// What is the same for all slots of a jail.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    pub(crate) helper: PathBuf,
    pub(crate) cores: u32,
    pub(crate) first_uid: u32,
    pub(crate) places: Option<Places>,
    pub(crate) namespaces: bool,
}

/// One helper and its cgroup.
#[derive(Debug)]
pub(crate) struct Slot {
    number: usize,
    gauge: Gauge,
    helper: Option<Helper>,
}

/// The process at the other end of a packet socket.
#[derive(Debug)]
pub(crate) struct Helper {
    process: Child,
    socket: OwnedFd,
}

impl Slot {
    /// Make the cgroup and start the helper.
    pub(crate) fn start(ground: &Ground, number: usize) -> Result<Slot, Fault> {
        let gauge = match &ground.places {
            Some(places) => Gauge::Group(Group::create(places)?),
            None => Gauge::Processes(Descendants::default()),
        };
        let mut slot = Slot { number, gauge, helper: None };
        slot.restart(ground)?;
        Ok(slot)
    }

    /// A new helper in place of a dead or useless one.
    fn restart(&mut self, ground: &Ground) -> Result<(), Fault> {
        self.stop();
        let mut helper = Helper::start(&ground.helper)?;
        let folders = match self.gauge.group() {
            Some(group) => group.make().map(|()| group.for_helper())?,
            None => vec![],
        };
        helper.join(folders)?;
        self.helper = Some(helper);
        Ok(())
    }

    /// Run `job`. After an `Err` from the session the helper is replaced, now or at the next run.
    pub(crate) fn run(
        &mut self,
        ground: &Ground,
        job: &Job,
        program: bool,
        dialogue: &mut dyn Dialogue,
    ) -> Result<crate::Outcome, Fault> {
        if self.helper.as_mut().is_none_or(Helper::is_dead) {
            self.restart(ground)?;
        }
        match self.try_run(ground, job, program, dialogue) {
            Ok(outcome) => outcome,
            Err(fault) => {
                if let Err(again) = self.restart(ground) {
                    tracing::error!("replacing the helper of slot {}: {again}", self.number);
                }
                Err(fault)
            }
        }
    }

    fn try_run(&mut self, ground: &Ground, job: &Job, program: bool, dialogue: &mut dyn Dialogue) -> Came {
        let Some(helper) = &self.helper else { return Err(Fault::new("a slot without a helper")) };
        let pid = helper.pid();
        // Lives until the run is over.
        let scratch = if ground.namespaces { None } else { Some(Scratch::make(job, self.uid(ground))?) };
        let cgroup = self.gauge.prepare(&job.limits, ground.cores, pid)?;
        let place = self.place(ground, scratch.as_ref());
        let (parcel, ends) = order::pack(job, place, cgroup, program)?;
        wire::send(&helper.socket, &Request::Run, &parcel.fds())
            .map_err(|e| Fault::io("sending a job to a sandbox helper", &e.into()))?;
        // Now only the box holds its ends.
        drop(parcel);
        let came = Session::new(job, dialogue, &mut self.gauge, (pid, &helper.socket), ends).run();
        if let Some(group) = self.gauge.group() {
            let keep = (!group.for_helper().is_empty()).then_some(pid);
            if came.is_ok() && group.clear(keep) {
                return Err(Fault::new("processes were left in a box after its end"));
            }
        }
        came
    }

    fn place(&self, ground: &Ground, scratch: Option<&Scratch>) -> Place {
        if let Some(scratch) = scratch {
            return scratch.place();
        }
        let own = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
        let (uid, gid) = self.uid(ground).map_or(own, |uid| (uid, uid));
        Place::Namespaces { uid, gid, count_processes: self.gauge.group().is_none() }
    }

    /// A user of the box's own, nobody on the host; only root can give one.
    fn uid(&self, ground: &Ground) -> Option<u32> {
        rustix::process::geteuid().is_root().then(|| ground.first_uid + self.number as u32)
    }

    /// End the helper and everything that may still be in its cgroup.
    fn stop(&mut self) {
        if let Some(helper) = self.helper.take() {
            helper.end();
        }
        if let Some(group) = self.gauge.group() {
            group.clear(None);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Helper {
    #[expect(clippy::disallowed_methods, reason = "starts the sandbox's own helper")]
    pub(crate) fn start(path: &Path) -> Result<Helper, Fault> {
        let failed =
            |e: std::io::Error| Fault::io(format!("starting the sandbox helper {}", path.display()), &e);
        let (socket, theirs) = wire::pair().map_err(|e| failed(e.into()))?;
        let mut command = Command::new(path);
        // A group of its own: Ctrl-C at a terminal is for the server, which then ends its helpers in order.
        command.arg(helper::ARGUMENT).env_clear().process_group(0).stdin(theirs).stdout(Stdio::null());
        // A v1 group that is gone would hold on to the folder we were started in.
        command.current_dir("/");
        Ok(Helper { process: command.spawn().map_err(failed)?, socket })
    }

    pub(crate) fn join(&mut self, folders: Vec<PathBuf>) -> Result<(), Fault> {
        const ADVICE: &str = "the binary must call assay_sandbox::helper_main_if_asked() first in main";
        let failed =
            |e: rustix::io::Errno| Fault::io("talking to a new sandbox helper", &e.into()).advise(ADVICE);
        wire::send(&self.socket, &Request::Join(folders), &[]).map_err(failed)?;
        let mut fds = [PollFd::new(&self.socket, PollFlags::IN)];
        let most = Timespec::try_from(COMING_UP).unwrap_or_default();
        rustix::io::retry_on_intr(|| poll(&mut fds, Some(&most))).map_err(failed)?;
        match wire::receive(self.socket.as_fd(), false).map_err(failed)? {
            Received::Message(Report::Ready, _) => Ok(()),
            other => {
                Err(Fault::new(format!("a new sandbox helper did not come up: {other:?}")).advise(ADVICE))
            }
        }
    }

    pub(crate) fn socket(&self) -> &OwnedFd {
        &self.socket
    }

    pub(crate) fn pid(&self) -> i32 {
        self.process.id().cast_signed()
    }

    pub(crate) fn is_dead(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// Give it a moment to leave by itself (it removes its cgroup), then kill it.
    pub(crate) fn end(self) {
        let Helper { mut process, socket } = self;
        drop(socket);
        let deadline = Instant::now() + Duration::from_millis(500);
        while Instant::now() < deadline {
            if !matches!(process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// The helper binary: the one we run as, also after it was replaced on disk.
pub(crate) fn own_binary() -> PathBuf {
    PathBuf::from("/proc/self/exe")
}
