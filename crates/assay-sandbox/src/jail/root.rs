//! The file tree of a box: a small memory file system with the entries, a `/proc` of its own, three devices and `tmp/`,
//! all read-only but `tmp/`. Runs in the box's first process.
//!
//! Host files are cloned as detached mounts while the host's tree is still there (and while we are still the user who may
//! read it), and attached once the new root stands.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{CWD, FileType, fstat};
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount, mount_change,
    move_mount, open_tree, unmount,
};

use super::wire::{Order, Part};
use super::{Doing, Setup, sys};
use crate::BoxPath;

/// `MOUNT_ATTR_*` of mount_setattr(2).
const RDONLY: u64 = 1;
const NOSUID: u64 = 2;
const NODEV: u64 = 4;
const NOEXEC: u64 = 8;

const DEVICES: [&str; 3] = ["null", "zero", "urandom"];

/// A place that every host has, to mount the new root on; nothing of it is seen, and only inside the box's mount namespace.
const STAGE: &str = "/tmp";

/// Detached mounts of what the box shows of the host.
pub(super) struct FromHost {
    entries: Vec<(BoxPath, OwnedFd)>,
    devices: Vec<OwnedFd>,
}

/// Cut our mounts off from the host's, and clone what the box shows of them.
pub(super) fn take_from_host(order: &Order) -> Setup<FromHost> {
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", private).doing("making mounts private")?;
    let mut entries = vec![];
    for (at, part) in &order.entries {
        if let Part::Host(path) = part {
            entries.push((at.clone(), clone_mount(path, RDONLY | NOSUID | NODEV)?));
        }
    }
    let device = |name: &&str| clone_mount(&Path::new("/dev").join(name), RDONLY | NOSUID | NOEXEC);
    Ok(FromHost { entries, devices: DEVICES.iter().map(device).collect::<Setup<_>>()? })
}

fn clone_mount(path: &Path, attributes: u64) -> Setup<OwnedFd> {
    let recursive = OpenTreeFlags::AT_RECURSIVE;
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | recursive;
    let mount = open_tree(CWD, path, flags).doing(format_args!("showing {} in the box", path.display()))?;
    sys::restrict_mount(mount.as_fd(), attributes, true)
        .doing(format_args!("making {} read-only", path.display()))?;
    Ok(mount)
}

/// Make the tree and enter it. `tail` stands at the bytes of the entries.
pub(super) fn build(order: &Order, from_host: FromHost, tail: &mut File) -> Setup<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    let options = root_size(order);
    mount("tmpfs", STAGE, "tmpfs", flags, options.as_c_str()).doing("mounting the box's root")?;
    rustix::process::chdir(STAGE).doing("entering the box's root")?;
    for folder in folders(order) {
        fs::create_dir(&folder).doing(format_args!("making the folder {folder}"))?;
    }
    for (at, part) in &order.entries {
        if let Part::Bytes(length) = part {
            write_entry(at, *length, tail).doing(format_args!("writing {at}"))?;
        }
    }
    for (at, mount) in from_host.entries {
        attach(at.as_str(), mount.as_fd()).doing(format_args!("attaching {at}"))?;
    }
    for (name, mount) in DEVICES.iter().zip(from_host.devices) {
        attach(&format!("dev/{name}"), mount.as_fd()).doing(format_args!("attaching /dev/{name}"))?;
    }
    if order.limits.disk > 0 {
        let size = format!("size={},nr_inodes=4096,mode=1777\0", order.limits.disk);
        mount("tmpfs", "tmp", "tmpfs", flags, c_str(&size)).doing("mounting tmp")?;
    }
    // Only processes, and only those the reader may trace: nothing of the kernel, nothing of the first process. Nothing to be written, not
    // even one's own memory, also where there is no Landlock to say so.
    let flags = flags | MountFlags::NOEXEC | MountFlags::RDONLY;
    mount("proc", "proc", "proc", flags, c"subset=pid,hidepid=invisible").doing("mounting /proc")?;
    rustix::process::pivot_root(".", ".").doing("changing the root")?;
    unmount(".", UnmountFlags::DETACH).doing("letting go of the host's tree")?;
    let root = rustix::fs::open("/", rustix::fs::OFlags::PATH, rustix::fs::Mode::empty())
        .doing("opening the box's root")?;
    sys::restrict_mount(root.as_fd(), RDONLY | NOSUID | NODEV, false).doing("making the root read-only")?;
    rustix::process::chdir("/").doing("entering the box's root")
}

/// Whether the mounts that a box needs can be made; in namespaces of user, mounts and pids of its own.
pub(super) fn try_mounts() -> rustix::io::Result<()> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let null = open_tree(CWD, "/dev/null", flags)?;
    sys::restrict_mount(null.as_fd(), RDONLY, false)
        .map_err(|e| rustix::io::Errno::from_io_error(&e).unwrap_or(rustix::io::Errno::INVAL))?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("proc", "/proc", "proc", flags, c"subset=pid,hidepid=invisible")
}

/// As large as its content needs, so that nothing else can grow in it.
fn root_size(order: &Order) -> std::ffi::CString {
    const PAGE: u64 = 4096;
    let pages: u64 = order
        .entries
        .iter()
        .map(|(_, part)| if let Part::Bytes(length) = part { length.div_ceil(PAGE) } else { 0 })
        .sum();
    let inodes = order.entries.len() + folders(order).len() + DEVICES.len() + 8;
    let text = format!("size={},nr_inodes={inodes},mode=755", (pages + 16) * PAGE);
    std::ffi::CString::new(text).expect("numbers hold no NUL")
}

/// Every folder to be made, parents first.
fn folders(order: &Order) -> BTreeSet<String> {
    let fixed = ["dev", "proc", "tmp"];
    let fixed = fixed.into_iter().filter(|name| *name != "tmp" || order.limits.disk > 0);
    let mut all: BTreeSet<String> = fixed.map(str::to_owned).collect();
    for (at, _) in &order.entries {
        let at = at.as_str();
        all.extend(at.match_indices('/').map(|(end, _)| at[..end].to_owned()));
    }
    all
}

fn write_entry(at: &BoxPath, length: u64, tail: &mut File) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o555).open(at.as_str())?;
    if io::copy(&mut tail.take(length), &mut file)? == length {
        return file.set_permissions(fs::Permissions::from_mode(0o555));
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

fn attach(at: &str, mount: BorrowedFd<'_>) -> io::Result<()> {
    if FileType::from_raw_mode(fstat(mount)?.st_mode) == FileType::Directory {
        fs::create_dir(at)?;
    } else {
        File::create_new(at)?;
    }
    Ok(move_mount(mount, "", CWD, at, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?)
}

fn c_str(text: &str) -> &std::ffi::CStr {
    std::ffi::CStr::from_bytes_with_nul(text.as_bytes()).expect("ends with its only NUL")
}
