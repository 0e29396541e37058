//! Our ends of the dialogue: lines from the box, challenges to it. Never blocks, and holds a bounded amount of either.

use std::os::fd::OwnedFd;

use rustix::io::Errno;

/// A line may be this long, and so much may wait to be read by the box.
const MOST: usize = 1 << 20;
const CHUNK: usize = 64 << 10;

/// The two pipes, as far as they are open.
#[derive(Default)]
pub(super) struct Talk {
    replies: Option<OwnedFd>,
    challenges: Option<OwnedFd>,
    heard: Vec<u8>,
    /// What a read fills; kept, because to make it anew for a line of some bytes takes longer than to read that.
    chunk: Vec<u8>,
    /// So much of `heard` holds no newline.
    searched: usize,
    unsent: Vec<u8>,
}

impl Talk {
    /// From our ends (non-blocking) of the pipes.
    pub(super) fn new(replies: OwnedFd, challenges: OwnedFd) -> Talk {
        let chunk = vec![0; CHUNK];
        Talk { replies: Some(replies), challenges: Some(challenges), chunk, ..Talk::default() }
    }

    /// To poll for reading, until its end.
    pub(super) fn replies(&self) -> Option<&OwnedFd> {
        self.replies.as_ref()
    }

    /// To poll for writing, while something waits to be written.
    pub(super) fn challenges(&self) -> Option<&OwnedFd> {
        self.challenges.as_ref().filter(|_| !self.unsent.is_empty())
    }

    /// Read once. True while there may be more.
    pub(super) fn listen(&mut self) -> bool {
        let Some(pipe) = &self.replies else { return false };
        let got = rustix::io::retry_on_intr(|| rustix::io::read(pipe, &mut self.chunk[..]));
        self.heard.extend_from_slice(&self.chunk[..got.unwrap_or(0)]);
        match got {
            Err(Errno::AGAIN) => false,
            Ok(0) | Err(_) => {
                self.replies = None;
                false
            }
            Ok(_) => true,
        }
    }

    /// The next whole line, without its newline.
    pub(super) fn line(&mut self) -> Option<Vec<u8>> {
        let Some(end) = self.heard[self.searched..].iter().position(|b| *b == b'\n') else {
            self.searched = self.heard.len();
            return None;
        };
        let rest = self.heard.split_off(self.searched + end + 1);
        let mut line = std::mem::replace(&mut self.heard, rest);
        self.searched = 0;
        line.pop();
        Some(line)
    }

    /// What came after the last newline.
    pub(super) fn rest(&self) -> &[u8] {
        &self.heard
    }

    /// Whether a line is longer than allowed, or too much waits for a box that does not read.
    pub(super) fn is_too_much(&self) -> bool {
        self.searched > MOST || self.unsent.len() > MOST
    }

    /// Send, or keep to be sent when there is room.
    pub(super) fn say(&mut self, bytes: &[u8]) {
        self.unsent.extend_from_slice(bytes);
        self.send();
    }

    /// Write what waits, as far as there is room.
    pub(super) fn send(&mut self) {
        let Some(pipe) = &self.challenges else { return };
        while !self.unsent.is_empty() {
            match rustix::io::retry_on_intr(|| rustix::io::write(pipe, &self.unsent)) {
                Ok(sent) => drop(self.unsent.drain(..sent)),
                Err(Errno::AGAIN) => return,
                Err(_) => return self.close(),
            }
        }
    }

    /// Say no more. What the box has not read yet of what was written, it still can.
    pub(super) fn close(&mut self) {
        self.challenges = None;
        self.unsent.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::pipe::{PipeFlags, pipe_with};

    fn talk() -> (Talk, OwnedFd, OwnedFd) {
        let (replies, box_writes) = pipe_with(PipeFlags::NONBLOCK).unwrap();
        let (box_reads, challenges) = pipe_with(PipeFlags::NONBLOCK).unwrap();
        (Talk::new(replies, challenges), box_reads, box_writes)
    }

    #[test]
    fn lines_are_cut_wherever_the_reads_fall() {
        let (mut talk, _reads, writes) = talk();
        let mut lines = vec![];
        for part in [&b"on"[..], b"e\n\ntw", b"o\nrest"] {
            rustix::io::write(&writes, part).unwrap();
            talk.listen();
            lines.extend(std::iter::from_fn(|| talk.line()));
        }
        assert_eq!(lines, [&b"one"[..], b"", b"two"]);
        drop(writes);
        assert!(!talk.listen() && talk.replies().is_none());
        assert_eq!(talk.rest(), b"rest");
    }

    #[test]
    fn a_box_that_does_not_read_is_too_much_in_the_end() {
        let (mut talk, _reads, _writes) = talk();
        talk.say(&vec![b'x'; 100 << 10]);
        assert!(talk.challenges().is_some() && !talk.is_too_much());
        talk.say(&vec![b'x'; MOST]);
        assert!(talk.is_too_much());
    }
}
