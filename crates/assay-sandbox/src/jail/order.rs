//! From a [`Job`] to what a helper gets: the order in a memory file, the descriptors, and our ends of them.

use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, OFlags, SealFlags, fcntl_add_seals, fcntl_setfl, memfd_create};
use rustix::pipe::{PipeFlags, pipe_with};

use super::capture::Streams;
use super::talk::Talk;
use super::wire::{self, Order, Part, Place};
use crate::{Fault, Job, Source};

/// The box's ends, to be sent with the order and then closed here.
pub(crate) struct Parcel {
    fds: Vec<OwnedFd>,
}

/// Our ends.
pub(crate) struct Ends {
    pub(super) report: OwnedFd,
    pub(super) streams: Streams,
    pub(super) talk: Option<Talk>,
    pub(super) outputs: Vec<File>,
}

/// Folders of the root that are not an entry's to be in.
const OURS: [&str; 3] = ["dev", "proc", "tmp"];

/// Pack `job` to run at `place`; `program` false only tries the box out.
pub(crate) fn pack(
    job: &Job,
    place: Place,
    cgroup: Option<OwnedFd>,
    program: bool,
) -> Result<(Parcel, Ends), Fault> {
    check(job)?;
    let failed = |e: std::io::Error| Fault::io("preparing a box's descriptors", &e);
    let order = order_file(job, place, cgroup.is_some(), program).map_err(failed)?;
    pack_fds(job, order, cgroup).map_err(failed)
}

/// What no box can be asked for.
pub(crate) fn check(job: &Job) -> Result<(), Fault> {
    if job.outputs > 8 {
        return Err(Fault::new(format!("a job with {} outputs, at most 8 are possible", job.outputs)));
    }
    let texts = job.env.iter().flat_map(|(name, value)| [name, value]).chain(&job.args);
    if let Some(text) = texts.into_iter().find(|text| text.contains('\0')) {
        return Err(Fault::new(format!("passing {text:?}: it holds a NUL byte")));
    }
    for entry in &job.entries {
        let at = entry.at.as_str();
        if OURS.iter().any(|ours| at.split('/').next() == Some(ours)) {
            return Err(Fault::new(format!(
                "a job with an entry at {at}, but dev, proc and tmp are the box's own"
            )));
        }
    }
    Ok(())
}

fn order_file(job: &Job, place: Place, cgroup: bool, program: bool) -> std::io::Result<File> {
    let part = |source: &Source| match source {
        Source::Bytes(bytes) => Part::Bytes(bytes.len() as u64),
        Source::Host(path) => Part::Host(path.clone()),
    };
    // A container finds its entries in its bundle.
    let entries = if matches!(place, Place::Container(_)) { &[] } else { job.entries.as_slice() };
    let order = Order {
        program: program.then(|| job.program.clone()),
        args: job.args.clone(),
        env: job.env.clone(),
        entries: entries.iter().map(|e| (e.at.clone(), part(&e.source))).collect(),
        outputs: job.outputs,
        output_bytes: job.output_bytes,
        dialogue: job.dialogue,
        limits: job.limits.clone(),
        cgroup,
        place,
    };
    let order = wire::encode(&order);
    let mut file = memory_file("order", MemfdFlags::CLOEXEC)?;
    file.write_all(&(order.len() as u64).to_le_bytes())?;
    file.write_all(&order)?;
    for entry in entries {
        if let Source::Bytes(bytes) = &entry.source {
            file.write_all(bytes)?;
        }
    }
    Ok(file)
}

fn pack_fds(job: &Job, order: File, cgroup: Option<OwnedFd>) -> std::io::Result<(Parcel, Ends)> {
    let (report, box_report) = wire::pair()?;
    let (stdout, box_stdout) = readable()?;
    let (stderr, box_stderr) = readable()?;
    let mut fds = vec![order.into(), box_report, stdin(&job.stdin)?, box_stdout, box_stderr];
    let mut talk = None;
    if job.dialogue {
        let (replies, box_replies) = readable()?;
        let (box_challenges, challenges) = pipe_with(PipeFlags::CLOEXEC)?;
        fcntl_setfl(&challenges, OFlags::NONBLOCK)?;
        fds.extend([box_challenges, box_replies]);
        talk = Some(Talk::new(replies, challenges));
    }
    let mut outputs = vec![];
    for _ in 0..job.outputs {
        let file = memory_file("output", MemfdFlags::CLOEXEC)?;
        fds.push(file.as_fd().try_clone_to_owned()?);
        outputs.push(file);
    }
    fds.extend(cgroup);
    let streams = Streams::new(stdout, stderr, job.limits.output);
    Ok((Parcel { fds }, Ends { report, streams, talk, outputs }))
}

/// A pipe of which we read without blocking; the box's end blocks as usual.
fn readable() -> std::io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC)?;
    fcntl_setfl(&ours, OFlags::NONBLOCK)?;
    Ok((ours, theirs))
}

fn memory_file(name: &str, flags: MemfdFlags) -> std::io::Result<File> {
    Ok(File::from(memfd_create(name, flags)?))
}

/// Sealed: what the box may read again it may not change.
fn stdin(bytes: &[u8]) -> std::io::Result<OwnedFd> {
    let mut file = memory_file("stdin", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    file.write_all(bytes)?;
    file.rewind()?;
    fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    Ok(file.into())
}

impl Parcel {
    /// The descriptors in the order that [`Order`] names.
    pub(crate) fn fds(&self) -> Vec<BorrowedFd<'_>> {
        self.fds.iter().map(AsFd::as_fd).collect()
    }
}

/// The content of an output file, at most `most` bytes of it, and whether it was larger.
pub(super) fn content(file: &File, most: u64) -> std::io::Result<(Vec<u8>, bool)> {
    let size = file.metadata()?.len();
    let mut bytes = vec![0; size.min(most) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok((bytes, size > most))
}
