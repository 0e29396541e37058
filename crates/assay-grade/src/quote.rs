//! The candidate's own lines, to be quoted in sentences.

use assay_core::{Frame, Goroutine, Position, SourceFile, Waker};
use assay_go::Site;

/// Most places that are named of those that could wake a goroutine.
const MOST_WAKERS: usize = 4;

/// The files of a submission and the places in them where a goroutine can block.
pub(crate) struct Quotes<'a> {
    pub(crate) files: &'a [SourceFile],
    pub(crate) sites: &'a [Site],
}

impl Quotes<'_> {
    /// The line at `position`, trimmed, at most 80 characters; empty when there is none.
    pub(crate) fn line(&self, position: &Position) -> String {
        let file = self.files.iter().find(|f| f.path.as_str() == position.file);
        let line = file.and_then(|f| f.content.lines().nth(position.line.checked_sub(1)? as usize));
        line.unwrap_or_default().trim().chars().take(80).collect()
    }

    /// `pool.go:88` with the line itself: "pool.go:88 (`p.closed = true`)".
    pub(crate) fn place(&self, frame: &Frame) -> String {
        let at = format!("{}:{}", frame.position.file, frame.position.line);
        match self.line(&frame.position) {
            line if line.is_empty() || !frame.own => at,
            line => format!("{at} (`{line}`)"),
        }
    }

    /// Fill in what blocked goroutines wait on, as it stands in the source, and what there could wake them.
    pub(crate) fn explain(&self, goroutines: &mut [Goroutine]) {
        for goroutine in goroutines.iter_mut() {
            self.quote(goroutine);
        }
        let wakers: Vec<Vec<Waker>> = goroutines.iter().map(|g| self.wakers(g, goroutines)).collect();
        goroutines.iter_mut().zip(wakers).for_each(|(g, wakers)| g.woken_by = wakers);
    }

    /// The sites at which a goroutine waits.
    fn here(&self, goroutine: &Goroutine) -> impl Iterator<Item = &Site> {
        let kind = kind(&goroutine.waits_on.state);
        let frame = goroutine.stack.iter().find(|f| f.own);
        let at = frame.map(|f| (f.position.file.clone(), f.position.line));
        let sites = self.sites.iter().filter(move |s| Some(s.kind.as_str()) == kind);
        sites.filter(move |s| at.as_ref().is_some_and(|(file, line)| s.file == *file && s.line == *line))
    }

    /// The other ends of what a goroutine waits on, and who of `all` is on the way there.
    fn wakers(&self, goroutine: &Goroutine, all: &[Goroutine]) -> Vec<Waker> {
        let wanted: Vec<String> =
            self.here(goroutine).flat_map(|s| &s.acts).flat_map(|a| other_ends(a)).collect();
        let is_here =
            |site: &Site| self.here(goroutine).any(|s| (&s.file, s.line) == (&site.file, site.line));
        let sites = self.sites.iter().filter(|site| !is_here(site));
        let acts =
            sites.flat_map(|site| site.operations.iter().zip(&site.acts).map(move |both| (site, both)));
        let there = |site: &Site| {
            // A lock may be one's own: whoever takes it twice waits for himself.
            let others = all.iter().filter(|g| g.id != goroutine.id || site.kind == "unlock");
            others.filter(|g| is_in(g, site)).map(|g| g.id).collect()
        };
        let waker = |(site, (operation, _)): (&Site, (&String, &String))| Waker {
            operation: operation.clone(),
            position: Position { file: site.file.clone(), line: site.line, column: 0 },
            goroutines: there(site),
        };
        acts.filter(|(_, (_, act))| wanted.contains(act)).map(waker).take(MOST_WAKERS).collect()
    }

    fn quote(&self, goroutine: &mut Goroutine) {
        let Some(frame) = goroutine.stack.iter().find(|f| f.own) else { return };
        let operations: Vec<String> = self.here(goroutine).flat_map(|s| s.operations.clone()).collect();
        goroutine.waits_on.operations = match (operations.is_empty(), self.line(&frame.position)) {
            (false, _) => operations,
            (true, line) if line.is_empty() => vec![],
            (true, line) => vec![line],
        };
    }
}

/// The screener's kind of site for a state of the runtime.
fn kind(state: &str) -> Option<&'static str> {
    Some(match state {
        "select" | "select (no cases)" => "select",
        "chan send" | "chan send (nil chan)" => "send",
        "chan receive" | "chan receive (nil chan)" => "receive",
        "sync.Mutex.Lock" | "sync.RWMutex.Lock" | "sync.RWMutex.RLock" => "lock",
        "sync.WaitGroup.Wait" | "sync.Cond.Wait" | "semacquire" => "wait",
        _ => return None,
    })
}

/// What ends a wait: `send jobs` that of `receive jobs`.
fn other_ends(act: &str) -> Vec<String> {
    let Some((does, object)) = act.split_once(' ') else { return vec![] };
    let ends: &[&str] = match does {
        "send" => &["receive"],
        "receive" => &["send", "close"],
        "lock" => &["unlock"],
        "wait" => &["done", "signal"],
        _ => &[],
    };
    ends.iter().map(|end| format!("{end} {object}")).collect()
}

/// Whether a goroutine is in the function that a site stands in, or in a function literal of it.
fn is_in(goroutine: &Goroutine, site: &Site) -> bool {
    let own = goroutine.stack.iter().filter(|f| f.own && f.position.file == site.file);
    own.flat_map(|f| f.function.rsplit('/').next().unwrap_or_default().split('.'))
        .any(|name| name == site.function)
}

/// The innermost frame of the candidate's, else the innermost of all.
pub(crate) fn telling(stack: &[Frame]) -> Option<&Frame> {
    stack.iter().find(|f| f.own).or_else(|| stack.first())
}

#[cfg(test)]
mod tests {
    use assay_core::WaitsOn;

    use super::*;

    fn site(line: u32, function: &str, kind: &str, operation: &str, act: &str) -> Site {
        Site {
            file: "pool.go".into(),
            line,
            function: function.into(),
            kind: kind.into(),
            operations: vec![operation.into()],
            acts: vec![act.into()],
        }
    }

    fn goroutine(id: u64, state: &str, function: &str, line: u32) -> Goroutine {
        let position = Position { file: "pool.go".into(), line, column: 0 };
        let frame = Frame { function: format!("assay.test/pool.{function}"), position, own: true };
        let waits_on = WaitsOn { state: state.into(), operations: vec![] };
        let stack = vec![frame];
        Goroutine { id, waits_on, woken_by: vec![], minutes: None, unreachable: false, stack, created: None }
    }

    #[test]
    fn the_other_ends_of_a_wait_are_named_with_who_is_there() {
        let sites = [
            site(10, "Submit", "lock", "p.mu.Lock()", "lock mu"),
            site(11, "Submit", "send", "p.jobs <- t", "send jobs"),
            site(12, "Submit", "unlock", "p.mu.Unlock()", "unlock mu"),
            site(20, "work", "receive", "range p.jobs", "receive jobs"),
            site(21, "work", "lock", "p.mu.Lock()", "lock mu"),
            site(30, "Close", "close", "close(p.jobs)", "close jobs"),
            site(31, "Close", "unlock", "other.Unlock()", "unlock other"),
        ];
        let quotes = Quotes { files: &[], sites: &sites };
        let mut all = [
            goroutine(7, "chan send", "(*Pool).Submit", 11),
            goroutine(8, "sync.Mutex.Lock", "(*Pool).work.func1", 21),
            goroutine(9, "chan receive", "(*Pool).work", 20),
        ];
        quotes.explain(&mut all);
        let edges = |g: &Goroutine| -> Vec<(String, Vec<u64>)> {
            g.woken_by.iter().map(|w| (w.operation.clone(), w.goroutines.clone())).collect()
        };
        assert_eq!(all[0].waits_on.operations, ["p.jobs <- t"]);
        assert_eq!(edges(&all[0]), [("range p.jobs".to_owned(), vec![8, 9])]);
        assert_eq!(edges(&all[1]), [("p.mu.Unlock()".to_owned(), vec![7])]);
        assert_eq!(
            edges(&all[2]),
            [("p.jobs <- t".to_owned(), vec![7]), ("close(p.jobs)".to_owned(), vec![])]
        );
    }
}
