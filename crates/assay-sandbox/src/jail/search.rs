//! A set of numbers as a piece of a system call filter: a binary search. The kernel walks a filter once for every call number it knows
//! when the filter is installed, so a list that is searched from its beginning costs half a millisecond a run (measured).

use std::collections::BTreeSet;

use seccompiler::sock_filter;

/// `BPF_JMP | BPF_JA`, `BPF_JMP | BPF_JGE | BPF_K`, `BPF_JMP | BPF_JGT | BPF_K`, `BPF_RET | BPF_K` of linux/bpf_common.h.
const JUMP: u16 = 0x05;
const IF_AT_LEAST: u16 = 0x35;
const IF_ABOVE: u16 = 0x25;
const RETURN: u16 = 0x06;
/// `SECCOMP_RET_ALLOW`.
const ALLOW: u32 = 0x7fff_0000;

/// Allow the call whose number is in the accumulator if it is one of `numbers`; go on behind this piece if not.
pub(super) fn allow(numbers: &BTreeSet<u32>) -> Vec<sock_filter> {
    let runs = runs(numbers);
    let mut code = vec![];
    if let Some((first, _)) = runs.first() {
        // Below the first run, and above each: on to the end, which is known only when all is there.
        code.push(step(IF_AT_LEAST, 1, 0, *first));
        code.push(step(JUMP, 0, 0, u32::MAX));
        search(&runs, &mut code);
    }
    let end = code.len() as u32;
    for (at, jump) in code.iter_mut().enumerate().filter(|(_, jump)| jump.code == JUMP) {
        jump.k = end - at as u32 - 1;
    }
    code
}

/// Neighbouring numbers together, first and last of each.
fn runs(numbers: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = vec![];
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    runs
}

/// Find the number, which is not below the first of `runs`.
fn search(runs: &[(u32, u32)], code: &mut Vec<sock_filter>) {
    match runs {
        [] => {}
        [(_, last)] => {
            code.push(step(IF_ABOVE, 1, 0, *last));
            code.push(step(RETURN, 0, 0, ALLOW));
            code.push(step(JUMP, 0, 0, u32::MAX));
        }
        _ => {
            let (low, high) = runs.split_at(runs.len() / 2);
            let mut below = vec![];
            search(low, &mut below);
            let over = u8::try_from(below.len()).expect("at most 63 runs are below any other: 4 steps each");
            code.push(step(IF_AT_LEAST, over, 0, high[0].0));
            code.extend(below);
            search(high, code);
        }
    }
}

fn step(code: u16, jt: u8, jf: u8, k: u32) -> sock_filter {
    sock_filter { code, jt, jf, k }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether `code` allows `number`; `None` when it comes to its end.
    fn run(code: &[sock_filter], number: u32) -> Option<bool> {
        let mut at = 0;
        while at < code.len() {
            let sock_filter { code: what, jt, jf, k } = code[at];
            at += 1 + match what {
                JUMP => k as usize,
                IF_AT_LEAST => usize::from(if number >= k { jt } else { jf }),
                IF_ABOVE => usize::from(if number > k { jt } else { jf }),
                RETURN => return Some(k == ALLOW),
                _ => panic!("step {what}"),
            };
        }
        assert_eq!(at, code.len(), "ran beyond the end");
        None
    }

    proptest! {
        #[test]
        fn exactly_the_set_is_allowed(numbers in proptest::collection::btree_set(0u32..500, 0..120)) {
            let code = allow(&numbers);
            for number in 0..600 {
                prop_assert_eq!(run(&code, number), numbers.contains(&number).then_some(true));
            }
        }
    }
}
