//! Standard output and standard error of a run, kept up to one limit for both.

use std::os::fd::{AsFd, OwnedFd};

use crate::{Captured, Mark};

/// Beyond the output limit, for what a program prints when it is told to end.
const LAST_WORDS: u64 = 256 << 10;

/// One read at most; a pipe holds 64 KiB.
const CHUNK: usize = 64 << 10;

pub(super) const STDOUT: usize = 0;
pub(super) const STDERR: usize = 1;

/// Both streams.
pub(super) struct Streams {
    pipes: [Option<OwnedFd>; 2],
    kept: [Captured; 2],
    left: u64,
    for_last_words: u64,
    overflowed: bool,
    chunk: Vec<u8>,
}

impl Streams {
    /// From our ends (non-blocking) of the pipes; `limit` bytes are kept.
    pub(super) fn new(stdout: OwnedFd, stderr: OwnedFd, limit: u64) -> Streams {
        Streams {
            pipes: [Some(stdout), Some(stderr)],
            kept: [Captured::default(), Captured::default()],
            left: limit,
            for_last_words: 0,
            overflowed: false,
            chunk: vec![0; CHUNK],
        }
    }

    /// The pipe to poll, until it has ended.
    pub(super) fn pipe(&self, which: usize) -> Option<&OwnedFd> {
        self.pipes[which].as_ref()
    }

    /// Whether there was more than the limit.
    pub(super) fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// From now on standard error may go past the limit by a fixed amount.
    pub(super) fn allow_last_words(&mut self) {
        self.for_last_words = LAST_WORDS;
    }

    /// Read what is there of one stream, once.
    pub(super) fn read(&mut self, which: usize) {
        self.read_once(which);
    }

    /// Read both until nothing is there. Ends also under a program that writes without end: at the overflow.
    pub(super) fn drain(&mut self) {
        for which in [STDOUT, STDERR] {
            while !self.overflowed && self.read_once(which) {}
        }
    }

    /// Read both to their end, when no writer is left.
    pub(super) fn finish(&mut self) {
        for which in [STDOUT, STDERR] {
            while self.read_once(which) {}
        }
    }

    /// False when nothing is there, now or ever.
    fn read_once(&mut self, which: usize) -> bool {
        let Some(pipe) = &self.pipes[which] else { return false };
        match rustix::io::retry_on_intr(|| rustix::io::read(pipe.as_fd(), &mut self.chunk)) {
            Err(rustix::io::Errno::AGAIN) => false,
            Ok(0) | Err(_) => {
                self.pipes[which] = None;
                false
            }
            Ok(length) => {
                self.keep(which, length);
                true
            }
        }
    }

    /// Keep what fits of the first `length` bytes of the chunk.
    fn keep(&mut self, which: usize, length: usize) {
        let bytes = &self.chunk[..length];
        let mut room = take(&mut self.left, bytes.len());
        if which == STDERR {
            room += take(&mut self.for_last_words, bytes.len() - room);
        }
        let kept = &mut self.kept[which];
        kept.bytes.extend_from_slice(&bytes[..room]);
        if room < bytes.len() {
            kept.truncated = true;
            self.overflowed = true;
        }
    }

    /// How much has been kept.
    pub(super) fn mark(&self) -> Mark {
        Mark { stdout: self.kept[STDOUT].bytes.len(), stderr: self.kept[STDERR].bytes.len() }
    }

    /// Standard output and standard error.
    pub(super) fn into_kept(self) -> (Captured, Captured) {
        let [stdout, stderr] = self.kept;
        (stdout, stderr)
    }
}

/// Take up to `wanted` from what is left.
fn take(left: &mut u64, wanted: usize) -> usize {
    let taken = (*left).min(wanted as u64);
    *left -= taken;
    taken as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streams(limit: u64) -> (Streams, OwnedFd, OwnedFd) {
        use rustix::pipe::{PipeFlags, pipe_with};
        let ((out, to_out), (err, to_err)) =
            (pipe_with(PipeFlags::NONBLOCK).unwrap(), pipe_with(PipeFlags::NONBLOCK).unwrap());
        (Streams::new(out, err, limit), to_out, to_err)
    }

    #[test]
    fn the_limit_is_for_both_streams_together() {
        let (mut streams, out, err) = streams(10);
        rustix::io::write(&out, b"123456").unwrap();
        rustix::io::write(&err, b"abcdef").unwrap();
        streams.drain();
        assert!(streams.overflowed());
        let (out, err) = streams.into_kept();
        assert_eq!((out.bytes.as_slice(), out.truncated), (&b"123456"[..], false));
        assert_eq!((err.bytes.as_slice(), err.truncated), (&b"abcd"[..], true));
    }

    #[test]
    fn last_words_have_room_of_their_own_on_stderr_only() {
        let (mut streams, out, err) = streams(2);
        streams.allow_last_words();
        rustix::io::write(&err, b"goroutine 1").unwrap();
        rustix::io::write(&out, b"more").unwrap();
        streams.finish();
        assert_eq!(streams.mark(), Mark { stdout: 2, stderr: 11 });
        drop((out, err));
        streams.finish();
        assert!(streams.pipe(STDOUT).is_none() && streams.pipe(STDERR).is_none());
    }
}
