//! A slot: one helper process, and the containers that it runs one after the other.

use std::path::PathBuf;

use super::bundle::Bundle;
use super::runtime::Runtime;
use super::spec;
use crate::jail::cgroup::Group;
use crate::jail::gauge::Gauge;
use crate::jail::order;
use crate::jail::places::{Places, new_name};
use crate::jail::session::{Came, Session};
use crate::jail::slot::Helper;
use crate::jail::wire::{self, Container, Place, Request, Way};
use crate::{Dialogue, Entry, Fault, Job, Limits, Outcome, Source};

/// What is the same for all slots.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub(super) runtime: Runtime,
    pub(super) helper: PathBuf,
    pub(super) cores: u32,
    pub(super) first_uid: u32,
    pub(super) places: Places,
}

/// One helper.
#[derive(Debug)]
pub(super) struct Slot {
    number: usize,
    helper: Option<Helper>,
}

impl Slot {
    /// Start the helper.
    pub(super) fn start(ground: &Ground, number: usize) -> Result<Slot, Fault> {
        let mut slot = Slot { number, helper: None };
        slot.restart(ground)?;
        Ok(slot)
    }

    /// A new helper in place of a dead or useless one.
    fn restart(&mut self, ground: &Ground) -> Result<(), Fault> {
        self.stop();
        let mut helper = Helper::start(&ground.helper)?;
        helper.join(vec![])?;
        self.helper = Some(helper);
        Ok(())
    }

    fn stop(&mut self) {
        if let Some(helper) = self.helper.take() {
            helper.end();
        }
    }

    /// Run `job`; without `program` only make a container for it. After an `Err` from the session the helper is replaced.
    pub(super) fn run(
        &mut self,
        ground: &Ground,
        job: &Job,
        program: bool,
        dialogue: &mut dyn Dialogue,
    ) -> Result<Outcome, Fault> {
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
        if let Err(fault) = order::check(job) {
            return Ok(Err(fault));
        }
        let id = new_name();
        let runtime = &ground.runtime;
        // Dropped in this order after the run: the group is read until the bundle takes the container away.
        let mut gauge = Gauge::Group(Group::named(&ground.places, &id));
        let user = ground.first_uid + 2 * self.number as u32;
        let root = user + 1;
        let bundle = Bundle::make(&id, root, &runtime.path, runtime.global())?;
        let folder = bundle.path();
        let cgroup = ground.places.for_runtime(&id);
        let on = spec::Ground { folder, cgroup, cores: ground.cores, user, root };
        if program { bundle.fill(job, &on) } else { bundle.fill(&with_a_file(job), &on) }?;
        if let (Way::Run, Gauge::Group(group)) = (runtime.way, &mut gauge) {
            group.make()?;
            group.prepare(&with_a_kernel(&job.limits, runtime), ground.cores)?;
        }
        let hidden = if runtime.wants_one_version { ground.places.idle_v2() } else { None };
        let place = Place::Container(Container {
            runtime: runtime.path.clone(),
            global: runtime.global(),
            id,
            folder: folder.to_owned(),
            way: runtime.way,
            hidden,
        });
        let (parcel, ends) = order::pack(job, place, None, program)?;
        wire::send(helper.socket(), &Request::Run, &parcel.fds())
            .map_err(|e| Fault::io("sending a job to a sandbox helper", &e.into()))?;
        // Now only the box holds its ends.
        drop(parcel);
        let came = Session::new(job, dialogue, &mut gauge, (helper.pid(), helper.socket()), ends).run();
        drop(bundle);
        if let Some(group) = gauge.group()
            && group.clear(None)
            && came.is_ok()
        {
            return Err(Fault::new("processes were left in a box after its end"));
        }
        came
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A runtime looks for the program before it is started.
fn with_a_file(job: &Job) -> Job {
    let entries = vec![Entry { at: job.program.clone(), source: Source::Bytes(vec![]) }];
    Job { entries, ..job.clone() }
}

/// What the box and the runtime's own kernel may use together.
fn with_a_kernel(limits: &Limits, runtime: &Runtime) -> Limits {
    Limits {
        memory: limits.memory.saturating_add(runtime.own_memory),
        pids: limits.pids.saturating_add(runtime.own_pids),
        ..limits.clone()
    }
}
