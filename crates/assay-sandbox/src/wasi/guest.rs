//! A run's own state, and the way to its memory.

use std::fs::File;
use std::io::Read;

use wasmtime::{Caller, Extern, Memory, ResourceLimiter};

use super::clock::Clock;
use super::order::{How, Run};
use crate::{Killed, Limits};

/// The largest table, entries: Go's function table has some ten thousand.
const TABLE: usize = 1 << 20;

/// Where the standard streams and the dialogue go.
pub(super) trait Ends: Send + 'static {
    /// Read from descriptor 0 or 3; 0 at the end.
    fn read(&mut self, fd: u32, into: &mut [u8]) -> std::io::Result<usize>;
    /// Write all to descriptor 1, 2 or 4.
    fn write(&mut self, fd: u32, bytes: &[u8]) -> Result<(), Killed>;
}

/// The state of one run.
pub(super) struct Guest<E> {
    pub(super) ends: E,
    pub(super) args: Vec<String>,
    pub(super) env: Vec<String>,
    pub(super) clock: Clock,
    pub(super) dialogue: bool,
    /// Fuel at the start.
    pub(super) tank: u64,
    pub(super) random: SplitMix,
    pub(super) largest: u64,
    pub(super) refused_memory: bool,
    /// The limit that has passed, while it has its last words.
    pub(super) over: Option<Killed>,
    last_words: bool,
    memory: Option<Memory>,
    limit: usize,
}

/// A host function's way to end the run.
#[derive(Debug)]
pub(super) struct Stop(pub(super) How);

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Stop {}

/// A run is over, for the reason `how`.
pub(super) fn stop(how: How) -> wasmtime::Error {
    wasmtime::Error::new(Stop(how))
}

impl<E> Guest<E> {
    pub(super) fn new(run: &Run, seed: u64, ends: E) -> Guest<E> {
        Guest {
            ends,
            args: std::iter::once("prog".to_owned()).chain(run.args.iter().cloned()).collect(),
            env: run.env.iter().map(|(k, v)| format!("{k}={v}")).collect(),
            clock: Clock::new(&run.limits),
            dialogue: run.dialogue,
            tank: tank(&run.limits),
            random: SplitMix(seed),
            largest: 0,
            refused_memory: false,
            over: None,
            last_words: run.last_words,
            memory: None,
            limit: usize::try_from(run.limits.memory).unwrap_or(usize::MAX),
        }
    }
}

impl<E: Ends> Guest<E> {
    /// Time is up. `Ok` when the program may still say what it was doing: the wait in which it is fails, which stands for the signal that
    /// asks for last words, of which there are none here.
    pub(super) fn time_is_up(&mut self, limit: Killed) -> wasmtime::Result<()> {
        if self.over.is_some() || !self.last_words {
            return Err(stop(How::Killed(limit)));
        }
        self.over = Some(limit);
        Ok(())
    }

    /// Write to a stream.
    pub(super) fn write(&mut self, fd: u32, bytes: &[u8]) -> wasmtime::Result<()> {
        // A program that is out of memory lists all that filled it, for a long time.
        if fd == 2 && self.refused_memory {
            return Err(stop(How::Killed(Killed::Memory)));
        }
        self.ends.write(fd, bytes).map_err(|killed| stop(How::Killed(killed)))
    }
}

/// Instructions that a run may execute: at most so many a second (measured: 0.3 to 1 thousand million), so the limit of processor time is
/// one of instructions too, which comes at the same place every time.
pub(super) fn tank(limits: &Limits) -> u64 {
    (limits.cpu.as_millis() as u64).saturating_mul(1_000_000)
}

impl<E: Send + 'static> ResourceLimiter for Guest<E> {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.limit {
            self.refused_memory = true;
            return Ok(false);
        }
        self.largest = self.largest.max(desired as u64);
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE)
    }

    fn instances(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        4
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, the same everywhere.
pub(super) struct SplitMix(pub(super) u64);

impl SplitMix {
    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The memory of the run and its state.
pub(super) fn parts<'a, E>(
    caller: &'a mut Caller<'_, Guest<E>>,
) -> wasmtime::Result<(Bytes<'a>, &'a mut Guest<E>)> {
    let memory = match caller.data().memory {
        Some(memory) => memory,
        None => {
            let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
                return Err(stop(How::Refused("the module exports no memory".into())));
            };
            caller.data_mut().memory = Some(memory);
            memory
        }
    };
    let (bytes, guest) = memory.data_and_store_mut(caller);
    Ok((Bytes(bytes), guest))
}

/// Instructions executed so far.
pub(super) fn fuel<E>(caller: &Caller<'_, Guest<E>>) -> u64 {
    caller.data().tank.saturating_sub(caller.get_fuel().unwrap_or(0))
}

/// A run's memory. Whatever place it names may lie outside.
pub(super) struct Bytes<'a>(&'a mut [u8]);

impl Bytes<'_> {
    pub(super) fn slice(&mut self, at: u32, len: u32) -> Option<&mut [u8]> {
        let at = at as usize;
        self.0.get_mut(at..at.checked_add(len as usize)?)
    }

    pub(super) fn array<const N: usize>(&mut self, at: u32) -> Option<[u8; N]> {
        self.slice(at, N as u32)?.try_into().ok()
    }

    pub(super) fn put(&mut self, at: u32, bytes: &[u8]) -> Option<()> {
        self.slice(at, bytes.len() as u32)?.copy_from_slice(bytes);
        Some(())
    }
}

/// The worker's own descriptors: the run's are theirs.
pub(super) struct Own {
    pub(super) stdin: File,
    pub(super) stdout: File,
    pub(super) stderr: File,
    /// Challenges and replies.
    pub(super) dialogue: Option<(Lines, File)>,
}

impl Ends for Own {
    fn read(&mut self, fd: u32, into: &mut [u8]) -> std::io::Result<usize> {
        match (fd, &mut self.dialogue) {
            (3, Some((challenges, _))) => challenges.read(into),
            _ => self.stdin.read(into),
        }
    }

    fn write(&mut self, fd: u32, bytes: &[u8]) -> Result<(), Killed> {
        use std::io::Write;
        let to = match (fd, &mut self.dialogue) {
            (4, Some((_, replies))) => replies,
            (2, _) => &mut self.stderr,
            _ => &mut self.stdout,
        };
        // Nobody reads any more: the host has ended the run, or is about to.
        to.write_all(bytes).map_err(|_| Killed::Asked)
    }
}

/// Reads that end at each newline, so that a run gets its challenges in the same pieces whether they come one by one or all at once.
pub(super) struct Lines {
    source: Box<dyn Read + Send>,
    held: Vec<u8>,
}

impl Lines {
    pub(super) fn new(source: impl Read + Send + 'static) -> Lines {
        Lines { source: Box::new(source), held: vec![] }
    }

    pub(super) fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.held.is_empty() {
            let mut more = [0; 4096];
            let n = self.source.read(&mut more)?;
            self.held.extend_from_slice(&more[..n]);
        }
        let line = self.held.iter().position(|b| *b == b'\n').map_or(self.held.len(), |at| at + 1);
        let n = line.min(into.len());
        into[..n].copy_from_slice(&self.held[..n]);
        self.held.drain(..n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_ends_at_a_newline() {
        let mut lines = Lines::new(&b"one\ntwo\nthr"[..]);
        let mut next = |n: usize| {
            let mut into = vec![0; n];
            let n = lines.read(&mut into).unwrap();
            String::from_utf8(into[..n].to_vec()).unwrap()
        };
        assert_eq!([next(99), next(2), next(99), next(99), next(99)], ["one\n", "tw", "o\n", "thr", ""]);
    }

    #[test]
    fn nothing_outside_the_memory_is_reached() {
        let mut memory = [7u8; 8];
        let mut bytes = Bytes(&mut memory);
        assert_eq!(bytes.array(4), Some([7; 4]));
        assert_eq!((bytes.array::<4>(5), bytes.array::<4>(u32::MAX)), (None, None));
        assert!(bytes.put(7, b"ab").is_none() && bytes.slice(u32::MAX, u32::MAX).is_none());
    }
}
