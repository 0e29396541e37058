//! The sentence that comes first: what happened, in the candidate's own lines.

use std::collections::BTreeMap;

use assay_core::{Access, Goroutine};

use crate::quote::{Quotes, telling};

/// "goroutine 9 writes at pool.go:88 (`p.closed = true`) and nothing orders it after the read by goroutine 11 at …".
pub(crate) fn race(accesses: &[Access], quotes: &Quotes<'_>) -> String {
    let who = |a: &Access| match a.goroutine.as_str() {
        "main" => "the main goroutine".to_owned(),
        n => format!("goroutine {n}"),
    };
    let place = |a: &Access| telling(&a.stack).map_or("an unknown place".into(), |f| quotes.place(f));
    let [later, earlier] = accesses else { return "two accesses without order".into() };
    let (verb, noun) = (verb(&later.operation), &earlier.operation);
    format!(
        "{} {verb} at {}, and nothing orders it after the {noun} by {} at {}",
        who(later),
        place(later),
        who(earlier),
        place(earlier)
    )
}

fn verb(operation: &str) -> String {
    match operation.split_once(' ') {
        Some((how, what)) => format!("does an {how} {what}"),
        None => format!("{operation}s"),
    }
}

/// "2 goroutines wait for ever: goroutine 1 at main.go:9 on `ab <- 1` or `<-ba` (select); …".
pub(crate) fn deadlock(goroutines: &[Goroutine]) -> String {
    if goroutines.is_empty() {
        return "every goroutine waits, none can wake another".into();
    }
    // Those that stand in the candidate's code tell the story; the test's own that wait for them do not.
    let inside = |g: &&Goroutine| g.stack.iter().any(|f| f.own);
    let own: Vec<Goroutine> = goroutines.iter().filter(inside).cloned().collect();
    let told = if own.is_empty() { goroutines } else { &own };
    let groups = grouped(told, waiting);
    let total = told.len();
    let head = if total == 1 {
        "1 goroutine waits for ever".to_owned()
    } else {
        format!("{total} goroutines wait for ever")
    };
    format!("{head}: {}", listed(&groups))
}

/// "4 goroutines started at pool.go:33 are still there after TestX: blocked at pool.go:60 …".
pub(crate) fn leak(goroutines: &[Goroutine], test: &str, quotes: &Quotes<'_>) -> String {
    let groups = grouped(goroutines, |g| {
        let created =
            g.created.as_ref().map_or(String::new(), |f| format!("started at {}, ", quotes.place(f)));
        format!("{created}{}", waiting(g))
    });
    let n = goroutines.len();
    let head = if n == 1 { "1 goroutine is".to_owned() } else { format!("{n} goroutines are") };
    let proven = match n {
        _ if !goroutines.iter().all(|g| g.unreachable) => "",
        1 => "; no other goroutine can reach what it waits on",
        _ => "; no other goroutine can reach what they wait on",
    };
    format!("{head} still there after {test}: {}{proven}", listed(&groups))
}

/// One goroutine with where and on what it waits: "goroutine 7 at main.go:9 on `ab <- 1` (select)".
pub(crate) fn goroutine(g: &Goroutine) -> String {
    format!("goroutine {} {}", g.id, waiting(g))
}

/// Where and on what a goroutine waits.
fn waiting(g: &Goroutine) -> String {
    let state = &g.waits_on.state;
    let at =
        telling(&g.stack).map(|f| format!("at {}:{}", f.position.file, f.position.line)).unwrap_or_default();
    match g.waits_on.operations.as_slice() {
        [] => format!("{at} in {state}"),
        operations => {
            let quoted: Vec<String> = operations.iter().map(|o| format!("`{o}`")).collect();
            format!("{at} on {} ({state})", quoted.join(" or "))
        }
    }
}

/// Equal descriptions together, with the goroutines' numbers, at most three.
fn grouped(goroutines: &[Goroutine], describe: impl Fn(&Goroutine) -> String) -> Vec<(Vec<u64>, String)> {
    let mut by: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for g in goroutines {
        by.entry(describe(g)).or_default().push(g.id);
    }
    let mut groups: Vec<(Vec<u64>, String)> = by.into_iter().map(|(text, ids)| (ids, text)).collect();
    groups.sort_by_key(|(ids, _)| (usize::MAX - ids.len(), ids[0]));
    groups
}

fn listed(groups: &[(Vec<u64>, String)]) -> String {
    let one = |(ids, text): &(Vec<u64>, String)| match ids.as_slice() {
        [id] => format!("goroutine {id} {text}"),
        many => format!("{} goroutines {text}", many.len()),
    };
    let mut parts: Vec<String> = groups.iter().take(3).map(one).collect();
    if groups.len() > 3 {
        parts.push(format!("{} more places", groups.len() - 3));
    }
    parts.join("; ")
}
