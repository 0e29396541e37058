//! The candidate's own lines, to be quoted in sentences.

use assay_core::{Frame, Goroutine, Position, SourceFile};
use assay_go::Site;

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

    /// Fill in what a blocked goroutine waits on, as it stands in the source.
    pub(crate) fn explain(&self, goroutine: &mut Goroutine) {
        let Some(frame) = goroutine.stack.iter().find(|f| f.own) else { return };
        let kind = kind(&goroutine.waits_on.state);
        let here =
            self.sites.iter().filter(|s| s.file == frame.position.file && s.line == frame.position.line);
        let operations: Vec<String> =
            here.filter(|s| Some(s.kind.as_str()) == kind).flat_map(|s| s.operations.clone()).collect();
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

/// The innermost frame of the candidate's, else the innermost of all.
pub(crate) fn telling(stack: &[Frame]) -> Option<&Frame> {
    stack.iter().find(|f| f.own).or_else(|| stack.first())
}
