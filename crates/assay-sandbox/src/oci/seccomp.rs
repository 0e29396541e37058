//! The system calls of the jail as a profile for runtimes.

use oci_spec::OciSpecError;
use oci_spec::runtime::{
    LinuxSeccomp, LinuxSeccompAction, LinuxSeccompArg, LinuxSeccompArgBuilder, LinuxSeccompBuilder,
    LinuxSeccompOperator, LinuxSyscall, LinuxSyscallBuilder,
};

use crate::jail::calls::{self, Rule, Values};

/// The jail looks at the lower half of an argument.
const LOWER: u64 = 0xffff_ffff;

/// The profile for a box with namespaces of its own.
pub(super) fn profile() -> Result<LinuxSeccomp, OciSpecError> {
    let always = calls::always(true).map(|call| call.name().to_owned()).collect::<Vec<_>>();
    let mut syscalls = vec![allow(always).build()?];
    for rule in calls::rules(true) {
        for argument in arguments(&rule)? {
            syscalls.push(allow(vec![rule.call.name().to_owned()]).args(vec![argument]).build()?);
        }
    }
    syscalls.push(unknown()?);
    LinuxSeccompBuilder::default()
        .default_action(LinuxSeccompAction::ScmpActErrno)
        .default_errno_ret(libc::EPERM.cast_unsigned())
        .syscalls(syscalls)
        .build()
}

fn allow(names: Vec<String>) -> LinuxSyscallBuilder {
    LinuxSyscallBuilder::default().names(names).action(LinuxSeccompAction::ScmpActAllow)
}

fn unknown() -> Result<LinuxSyscall, OciSpecError> {
    LinuxSyscallBuilder::default()
        .names(vec![calls::UNKNOWN.name().to_owned()])
        .action(LinuxSeccompAction::ScmpActErrno)
        .errno_ret(libc::ENOSYS.cast_unsigned())
        .build()
}

/// One for each way in which the call is allowed.
fn arguments(rule: &Rule) -> Result<Vec<LinuxSeccompArg>, OciSpecError> {
    let masked = |mask: u64, value: u64| {
        LinuxSeccompArgBuilder::default()
            .index(rule.argument)
            .op(LinuxSeccompOperator::ScmpCmpMaskedEq)
            .value(mask)
            .value_two(value)
            .build()
    };
    match &rule.allowed {
        Values::OneOf(values) => values.iter().map(|value| masked(LOWER, value & LOWER)).collect(),
        Values::Without(bits) => Ok(vec![masked(*bits, 0)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_allowed_that_the_jail_refuses() {
        let profile = profile().unwrap();
        assert_eq!(profile.default_action(), LinuxSeccompAction::ScmpActErrno);
        let syscalls = profile.syscalls().clone().unwrap_or_default();
        let freely = |name: &str| {
            syscalls.iter().any(|one| {
                one.action() == LinuxSeccompAction::ScmpActAllow
                    && one.args().is_none()
                    && one.names().iter().any(|n| n == name)
            })
        };
        for name in ["read", "openat", "kill", "connect", "epoll_pwait2"] {
            assert!(freely(name), "{name}");
        }
        for name in
            ["clone", "clone3", "socket", "ioctl", "fcntl", "prctl", "personality", "mount", "bpf", "keyctl"]
        {
            assert!(!freely(name), "{name}");
        }
    }
}
