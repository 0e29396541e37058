//! `/proc/<pid>/stat`: what we read of it.

use std::fs;
use std::time::Duration;

use super::sys;

/// One process or thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    /// `R` running or ready, `S` asleep, `D` waiting for a disk, `T` stopped, `Z` dead.
    pub(super) state: char,
    pub(super) parent: i32,
    /// Its own time.
    pub(super) cpu: Duration,
    /// Time of children that it has waited for.
    pub(super) children_cpu: Duration,
    /// When it started, in ticks since boot; tells a pid that is used again.
    pub(super) started: u64,
    /// Resident memory, bytes.
    pub(super) resident: u64,
}

/// Of a live process or thread.
pub(super) fn read(pid: i32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse(text: &str) -> Option<Stat> {
    // The name stands in parentheses and may hold anything, also parentheses.
    let rest = text.rsplit_once(')')?.1;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // Numbered as in proc(5); the state is field 3.
    let field = |number: usize| fields.get(number - 3)?.parse::<i64>().ok();
    let ticks = |number| {
        Some(Duration::from_nanos(field(number)? as u64 * (1_000_000_000 / sys::ticks_per_second())))
    };
    Some(Stat {
        state: fields.first()?.chars().next()?,
        parent: field(4)? as i32,
        cpu: ticks(14)? + ticks(15)?,
        children_cpu: ticks(16)? + ticks(17)?,
        started: field(22)? as u64,
        resident: field(24)? as u64 * sys::page_size(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_is_skipped() {
        let text = "7 (a) R (b) S 1 7 7 0 -1 4194304 0 0 0 0 3 4 5 6 20 0 1 0 99 1000 10 0";
        let stat = parse(text).unwrap();
        assert_eq!((stat.state, stat.parent, stat.started), ('S', 1, 99));
        assert!(stat.cpu > Duration::ZERO && stat.children_cpu > stat.cpu);
    }

    #[test]
    fn we_are_running() {
        let me = read(std::process::id().cast_signed()).unwrap();
        assert!(me.resident > 0 && me.started > 0);
        assert_eq!(read(-5), None);
    }
}
