//! The second file layer: Landlock. In a box with namespaces it repeats what the mounts already say, for the day a mount is
//! wrong; without them it is the only thing that hides the host's files. Memory files and pipes that the program got as
//! descriptors are not affected, also when opened again through `/proc/self/fd`.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
};

const KNOWN: ABI = ABI::V6;

/// What may be done below a path.
pub(super) enum Allow {
    /// Read and execute.
    Read,
    /// Also write and create files and folders.
    Write,
    /// Read and write what is there (devices).
    Use,
}

/// Restrict this process and its future children to `paths` (those that exist), with `own_network` saying whether the
/// network is the box's own. Does nothing on a kernel without Landlock.
pub(super) fn close(paths: &[(&Path, Allow)], own_network: bool) -> Result<(), RulesetError> {
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN))?;
    if !own_network {
        // No rule will allow a port: all of TCP is refused, abstract sockets and signals to others too.
        rules = rules.handle_access(AccessNet::from_all(KNOWN))?.scope(Scope::from_all(KNOWN))?;
    }
    let mut rules = rules.create()?;
    for (path, allow) in paths {
        let Ok(fd) = PathFd::new(path) else { continue };
        let mut access = allowed(allow);
        if !path.is_dir() {
            access &= AccessFs::from_file(KNOWN);
        }
        rules = rules.add_rule(PathBeneath::new(fd, access))?;
    }
    rules.restrict_self()?;
    Ok(())
}

fn allowed(allow: &Allow) -> BitFlags<AccessFs> {
    let read = AccessFs::from_read(KNOWN);
    match allow {
        Allow::Read => read,
        Allow::Write => {
            read | AccessFs::WriteFile
                | AccessFs::Truncate
                | AccessFs::MakeReg
                | AccessFs::MakeDir
                | AccessFs::MakeSym
                | AccessFs::MakeSock
                | AccessFs::MakeFifo
                | AccessFs::RemoveFile
                | AccessFs::RemoveDir
                | AccessFs::Refer
        }
        Allow::Use => AccessFs::ReadFile | AccessFs::WriteFile,
    }
}
