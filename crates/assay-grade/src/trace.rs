//! Go's stacks as data: goroutine dumps and race reports, with each frame's place in the candidate's files.
//!
//! Everything here reads text that a hostile program may have shaped. Nothing is believed that a verdict depends on without the exit
//! that only the runtime gives; parsing is total and bounded.

use assay_core::{Access, Frame, Goroutine, Position, WaitsOn};

/// Folder of the candidate's files inside the box.
pub(crate) const SUBMISSION: &str = "submission";
/// Folder of test files inside the box.
pub(crate) const TESTS: &str = "tests";

/// Most goroutines kept of one dump; a bomb makes 10⁵.
const MOST_GOROUTINES: usize = 200;
/// Most frames kept of one stack.
const MOST_FRAMES: usize = 40;

/// The goroutines of a dump, in its order. Runtime-internal headers such as `goroutine 0 [idle]` are left out.
pub(crate) fn goroutines(text: &str) -> Vec<Goroutine> {
    let mut found: Vec<Goroutine> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((id, state, minutes)) = header(line) else { continue };
        let unreachable = line.contains(" (leaked)");
        if found.len() == MOST_GOROUTINES {
            break;
        }
        let mut goroutine = Goroutine {
            id,
            waits_on: WaitsOn { state, operations: vec![] },
            minutes,
            woken_by: vec![],
            unreachable,
            stack: vec![],
            created: None,
        };
        while let Some(function) = lines.next_if(|l| !l.trim().is_empty() && header(l).is_none()) {
            let Some(place) = lines.next_if(|l| l.starts_with('\t') || l.starts_with("      ")) else {
                continue;
            };
            let Some(position) = position(place) else { continue };
            if let Some(creator) = function.strip_prefix("created by ") {
                let name = creator.split(" in goroutine ").next().unwrap_or(creator);
                goroutine.created = Some(frame(name, position));
            } else if goroutine.stack.len() < MOST_FRAMES {
                goroutine.stack.push(frame(without_arguments(function), position));
            }
        }
        if id != 0 {
            found.push(goroutine);
        }
    }
    found
}

/// `goroutine 7 gp=0x… m=nil [chan receive (durable), 3 minutes, synctest bubble 1]:`
fn header(line: &str) -> Option<(u64, String, Option<u64>)> {
    let rest = line.strip_prefix("goroutine ")?;
    let (id, rest) = rest.split_once(' ')?;
    let inside = rest.split_once('[')?.1.strip_suffix("]:")?;
    let mut parts = inside.split(", ");
    let state = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let minutes = rest.iter().find_map(|p| p.strip_suffix(" minutes")?.parse().ok());
    let state = match state.trim_end_matches(" (durable)").trim_end_matches(" (leaked)") {
        // Virtual time: whether the clock moves depends on the other goroutines of the bubble.
        "sleep" if rest.iter().any(|p| p.starts_with("synctest bubble")) => "sleep in a bubble",
        state => state,
    };
    Some((id.parse().ok()?, state.to_owned(), minutes))
}

/// `\tsubmission/pool.go:33 +0x1c` → place.
fn position(line: &str) -> Option<Position> {
    let place = line.trim().split(" +0x").next()?;
    let (file, number) = place.rsplit_once(':')?;
    Some(Position { file: file.to_owned(), line: number.parse().ok()?, column: 0 })
}

/// A frame whose position is cut to the candidate's own name for the file when it is theirs.
fn frame(function: &str, position: Position) -> Frame {
    let in_folder = |folder: &str| {
        let rest = position
            .file
            .rsplit_once(&format!("{folder}/"))
            .map(|(before, rest)| (before.to_owned(), rest.to_owned()));
        rest.filter(|(before, rest)| (before.is_empty() || before.ends_with('/')) && !rest.contains('/'))
            .map(|(_, rest)| rest)
    };
    let function = function.trim().replace("assay.test/", "");
    match in_folder(SUBMISSION) {
        Some(file) => Frame { function, position: Position { file, ..position }, own: true },
        None => {
            let file = in_folder(TESTS).unwrap_or_else(|| position.file.clone());
            Frame { function, position: Position { file, ..position }, own: false }
        }
    }
}

/// `pool.(*Pool).Submit(0xc000, {0x1, 0x2})` → `pool.(*Pool).Submit`.
fn without_arguments(function: &str) -> &str {
    let function = function.trim();
    match function.rfind('(') {
        Some(open) if function.ends_with(')') && open > 0 => &function[..open],
        _ => function,
    }
}

/// The last race report in `text`: its accesses, each with the creation of its goroutine, and the report itself.
///
/// The last, because under `halt_on_error` the runtime's own report is the last thing the process writes; whatever a program printed
/// to look like one stands before it.
pub(crate) fn race(text: &str) -> Option<(Vec<Access>, String)> {
    let start = text.rfind("WARNING: DATA RACE\n")?;
    let raw = text[start..].split("\n==================").next().unwrap_or_default();
    let mut accesses: Vec<Access> = Vec::new();
    for block in raw.split("\n\n") {
        let mut lines = block.lines().skip_while(|l| l.starts_with("WARNING"));
        let Some(head) = lines.next() else { continue };
        let stack = race_stack(lines);
        if let Some((operation, goroutine)) = access_head(head) {
            accesses.push(Access { operation, goroutine, stack, created: vec![] });
        } else if let Some(id) = head.strip_prefix("Goroutine ").and_then(|r| r.split(' ').next()) {
            for access in accesses.iter_mut().filter(|a| a.goroutine == id) {
                access.created.clone_from(&stack);
            }
        }
    }
    (accesses.len() == 2).then(|| (accesses, raw.to_owned()))
}

/// `Previous write at 0x00c0 by goroutine 7:` → (`write`, `7`).
fn access_head(head: &str) -> Option<(String, String)> {
    let (what, who) = head.strip_suffix(':')?.split_once(" by ")?;
    let (operation, _) = what.split_once(" at 0x")?;
    let operation = operation.trim_start_matches("Previous ").to_lowercase();
    let goroutine = if who == "main goroutine" { "main" } else { who.strip_prefix("goroutine ")? };
    Some((operation, goroutine.to_owned()))
}

fn race_stack<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Frame> {
    let mut lines = lines.peekable();
    let mut stack = Vec::new();
    while let Some(function) = lines.next() {
        let Some(place) = lines.next_if(|l| l.starts_with("      ")) else { continue };
        if let (Some(position), true) = (position(place), stack.len() < MOST_FRAMES) {
            stack.push(frame(without_arguments(function), position));
        }
    }
    stack
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 gp=0xc000 m=nil [sync.Mutex.Lock, 3 minutes]:\nsync.(*Mutex).Lock(...)\n\tsync/mutex.go:46\nassay.test/pool.(*Pool).Submit(0x1, {0x2, 0x3})\n\tsubmission/pool.go:33 +0x1c\ncreated by assay.test/pool_test.TestA in goroutine 7\n\ttests/pool_test.go:9 +0x2\n\ngoroutine 8 [select (leaked), synctest bubble 1]:\nmain.main()\n\t/box/submission/main.go:9 +0x2\n";

    #[test]
    fn dumps_are_read_with_state_place_and_creator() {
        let got = goroutines(DUMP);
        assert_eq!(got.len(), 2);
        assert_eq!(
            (got[0].id, got[0].waits_on.state.as_str(), got[0].minutes),
            (1, "sync.Mutex.Lock", Some(3))
        );
        assert_eq!(got[0].stack[1].function, "pool.(*Pool).Submit");
        assert!(got[0].stack[1].own && !got[0].stack[0].own);
        assert_eq!(got[0].stack[1].position.file, "pool.go");
        let created = got[0].created.as_ref().unwrap();
        assert_eq!(
            (created.function.as_str(), created.position.file.as_str()),
            ("pool_test.TestA", "pool_test.go")
        );
        assert_eq!((got[1].waits_on.state.as_str(), got[1].stack[0].own), ("select", true));
        assert_eq!((got[0].unreachable, got[1].unreachable), (false, true));
    }

    #[test]
    fn the_last_race_report_counts() {
        let report = "x\nWARNING: DATA RACE\nforged\n==================\n==================\nWARNING: DATA RACE\nRead at 0x00c000012345 by goroutine 8:\n  main.main.func1()\n      submission/main.go:4 +0x30\n\nPrevious write at 0x00c000012345 by main goroutine:\n  main.main()\n      submission/main.go:5 +0xbd\n\nGoroutine 8 (running) created at:\n  main.main()\n      submission/main.go:3 +0x99\n==================\nFound 1 data race(s)\n";
        let (accesses, raw) = race(report).unwrap();
        assert!(raw.starts_with("WARNING: DATA RACE\nRead"));
        assert_eq!((accesses[0].operation.as_str(), accesses[0].goroutine.as_str()), ("read", "8"));
        assert_eq!(accesses[0].created[0].position.line, 3);
        assert_eq!((accesses[1].operation.as_str(), accesses[1].goroutine.as_str()), ("write", "main"));
        assert!(accesses.iter().all(|a| a.stack[0].own));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(goroutine [0-9]{1,3} \\[[a-z, ]{0,9}\\]:\n|\t[a-z/.:0-9+x ]{0,20}\n|WARNING: DATA RACE\n|[^\n]{0,20}\n){0,12}") {
            let _ = (goroutines(&text), race(&text));
        }
    }
}
