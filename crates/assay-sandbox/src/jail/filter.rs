//! The system calls of [`calls`] as a filter of the kernel's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use libc as c;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule, sock_filter,
};

use super::calls::{self, Rule, Values};
use super::search;

/// The filter for a box; `namespaces` says whether it has pid and network namespaces of its own. Built once per process: a
/// helper asks for it before its first box, so that boxes are born with it.
pub(super) fn program(namespaces: bool) -> &'static Result<BpfProgram, String> {
    static BUILT: [LazyLock<Result<BpfProgram, String>>; 2] = [
        LazyLock::new(|| build(false).map_err(|error| error.to_string())),
        LazyLock::new(|| build(true).map_err(|error| error.to_string())),
    ];
    &BUILT[usize::from(namespaces)]
}

fn build(namespaces: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let rules = calls::rules(namespaces);
    let rules = rules.iter().map(|rule| Ok((rule.call.number, conditions(rule)?)));
    let rules: BTreeMap<i64, Vec<SeccompRule>> = rules.collect::<Result<_, seccompiler::BackendError>>()?;
    let arch = std::env::consts::ARCH.try_into()?;
    let refuse = SeccompAction::Errno(c::EPERM as u32);
    let checks: BpfProgram = SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch)?.try_into()?;
    let always: BTreeSet<u32> = calls::always(namespaces).map(|call| call.number as u32).collect();
    Ok(with_search(&checks, &always))
}

/// One for each way in which the call is allowed.
fn conditions(rule: &Rule) -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let one =
        |length, op, value| SeccompRule::new(vec![SeccompCondition::new(rule.argument, length, op, value)?]);
    match &rule.allowed {
        Values::OneOf(values) => values.iter().map(|value| one(Len::Dword, Op::Eq, *value)).collect(),
        Values::Without(bits) => Ok(vec![one(Len::Qword, Op::MaskedEq(*bits), 0)?]),
    }
}

/// `checks` begins with the check of the architecture and the loading of the number; what is always allowed is looked for next.
fn with_search(checks: &[sock_filter], always: &BTreeSet<u32>) -> BpfProgram {
    let loads_number = |step: &sock_filter| *step == LOAD_NUMBER;
    let head = checks.iter().position(loads_number).map_or(0, |at| at + 1);
    let (head, rest) = checks.split_at(head);
    [&clone3_is_unknown()[..], head, &search::allow(always), rest].concat()
}

/// `BPF_LD | BPF_W | BPF_ABS` of the field `nr` of `struct seccomp_data`.
const LOAD_NUMBER: sock_filter = sock_filter { code: 0x20, jt: 0, jf: 0, k: 0 };

/// Load the call's number; if it is clone3, answer ENOSYS. The number is the same on every architecture, so this may come
/// before the check of the architecture.
fn clone3_is_unknown() -> [sock_filter; 3] {
    let errno = 0x0005_0000 | c::ENOSYS as u32;
    [
        LOAD_NUMBER,
        sock_filter { code: 0x15, jt: 0, jf: 1, k: calls::UNKNOWN.number as u32 },
        sock_filter { code: 0x06, jt: 0, jf: 0, k: errno },
    ]
}
