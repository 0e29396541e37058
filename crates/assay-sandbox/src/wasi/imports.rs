//! What a program may ask for: time, chance, its arguments, its streams, and to stop. By hand, because no more than this is wanted: there
//! are no files, no folders and no network, and what asks for them is told that the descriptor is bad, as a descriptor that is not there.

use wasmtime::{Caller, ExternType, Linker, Module, Val, ValType};

use super::clock::{BOOT, EPOCH};
use super::guest::{Ends, Guest, fuel, parts, stop};
use super::order::How;

const WASI: &str = "wasi_snapshot_preview1";

// Error numbers of WASI preview 1.
const OK: i32 = 0;
const BAD_DESCRIPTOR: i32 = 8;
const FAULT: i32 = 21;
const INVALID: i32 = 28;
const IO: i32 = 29;

/// Most pieces of one read or write, and most subscriptions of one poll: far more than any program of ours uses.
const PIECES: u32 = 1024;

type Asking<'a, E> = Caller<'a, Guest<E>>;

/// Everything that `module` imports; what nobody gives is an error, which [`super::worker`] makes a refusal.
pub(super) fn linker<E: Ends>(module: &Module) -> wasmtime::Result<Linker<Guest<E>>> {
    let mut linker: Linker<Guest<E>> = Linker::new(module.engine());
    // What is given stands before what is refused, and Go imports some functions twice.
    linker.allow_shadowing(true);
    for import in module.imports() {
        let ExternType::Func(kind) = import.ty() else { continue };
        let tells = kind.results().len() == 1 && kind.results().all(|result| matches!(result, ValType::I32));
        if import.module() == WASI && tells {
            linker.func_new(WASI, import.name(), kind, |_, _, results| {
                results[0] = Val::I32(BAD_DESCRIPTOR);
                Ok(())
            })?;
        }
    }
    streams(&mut linker)?;
    surroundings(&mut linker)?;
    time(&mut linker)?;
    Ok(linker)
}

/// What a place outside the memory comes to.
fn number(done: Option<()>) -> i32 {
    if done.is_some() { OK } else { FAULT }
}

fn streams<E: Ends>(linker: &mut Linker<Guest<E>>) -> wasmtime::Result<()> {
    linker.func_wrap(WASI, "fd_write", |mut c: Asking<'_, E>, fd: u32, list: u32, n: u32, told: u32| {
        let (mut memory, guest) = parts(&mut c)?;
        if !(matches!(fd, 1 | 2) || fd == 4 && guest.dialogue) {
            return Ok(BAD_DESCRIPTOR);
        }
        if n > PIECES {
            return Ok(INVALID);
        }
        let mut written = 0u32;
        for i in 0..n {
            let place = memory.array::<8>(list.wrapping_add(8 * i)).map(pair);
            let Some(piece) = place.and_then(|(at, len)| memory.slice(at, len)) else { return Ok(FAULT) };
            guest.write(fd, piece)?;
            written = written.saturating_add(piece.len() as u32);
        }
        Ok(number(memory.put(told, &written.to_le_bytes())))
    })?;
    linker.func_wrap(WASI, "fd_read", |mut c: Asking<'_, E>, fd: u32, list: u32, n: u32, told: u32| {
        let fuel = fuel(&c);
        let (mut memory, guest) = parts(&mut c)?;
        if !(fd == 0 || fd == 3 && guest.dialogue) {
            return Ok(BAD_DESCRIPTOR);
        }
        // One piece is enough: whoever wants more reads again.
        let Some((at, len)) = (0..n.min(PIECES))
            .find_map(|i| memory.array::<8>(list.wrapping_add(8 * i)).map(pair).filter(|(_, len)| *len > 0))
        else {
            return Ok(number(memory.put(told, &0u32.to_le_bytes())));
        };
        let Some(into) = memory.slice(at, len) else { return Ok(FAULT) };
        let Ok(read) = guest.ends.read(fd, into) else { return Ok(IO) };
        if fd == 3 {
            guest.clock.asked(fuel);
        }
        Ok(number(memory.put(told, &(read as u32).to_le_bytes())))
    })?;
    linker.func_wrap(WASI, "fd_close", |_: Asking<'_, E>, _: u32| OK)?;
    linker.func_wrap(WASI, "fd_fdstat_set_flags", |_: Asking<'_, E>, _: u32, _: u32| OK)?;
    linker.func_wrap(WASI, "fd_fdstat_get", |mut c: Asking<'_, E>, fd: u32, at: u32| {
        let (mut memory, guest) = parts(&mut c)?;
        if !(fd <= 2 || fd <= 4 && guest.dialogue) {
            return Ok(BAD_DESCRIPTOR);
        }
        // `fdstat`: a character device (2), no flags, every right.
        let mut stat = [0u8; 24];
        stat[0] = 2;
        stat[8..].fill(0xff);
        Ok::<_, wasmtime::Error>(number(memory.put(at, &stat)))
    })?;
    Ok(())
}

fn surroundings<E: Ends>(linker: &mut Linker<Guest<E>>) -> wasmtime::Result<()> {
    linker.func_wrap(WASI, "args_sizes_get", |mut c: Asking<'_, E>, count: u32, size: u32| {
        let texts = c.data().args.clone();
        sizes(&mut c, &texts, count, size)
    })?;
    linker.func_wrap(WASI, "args_get", |mut c: Asking<'_, E>, places: u32, at: u32| {
        let texts = c.data().args.clone();
        put_texts(&mut c, &texts, places, at)
    })?;
    linker.func_wrap(WASI, "environ_sizes_get", |mut c: Asking<'_, E>, count: u32, size: u32| {
        let texts = c.data().env.clone();
        sizes(&mut c, &texts, count, size)
    })?;
    linker.func_wrap(WASI, "environ_get", |mut c: Asking<'_, E>, places: u32, at: u32| {
        let texts = c.data().env.clone();
        put_texts(&mut c, &texts, places, at)
    })?;
    linker.func_wrap(WASI, "random_get", |mut c: Asking<'_, E>, at: u32, len: u32| {
        let (mut memory, guest) = parts(&mut c)?;
        let done = memory.slice(at, len).map(|bytes| guest.random.fill(bytes));
        Ok::<_, wasmtime::Error>(number(done))
    })?;
    linker
        .func_wrap(WASI, "proc_exit", |code: i32| -> wasmtime::Result<()> { Err(stop(How::Exit(code))) })?;
    Ok(())
}

fn sizes<E>(c: &mut Asking<'_, E>, texts: &[String], count: u32, size: u32) -> wasmtime::Result<i32> {
    let (mut memory, _) = parts(c)?;
    let all: usize = texts.iter().map(|text| text.len() + 1).sum();
    let done = memory.put(count, &(texts.len() as u32).to_le_bytes());
    Ok(number(done.and_then(|()| memory.put(size, &(all as u32).to_le_bytes()))))
}

/// Each text with a zero behind it, and where each begins.
fn put_texts<E>(c: &mut Asking<'_, E>, texts: &[String], places: u32, mut at: u32) -> wasmtime::Result<i32> {
    let (mut memory, _) = parts(c)?;
    for (i, text) in (0u32..).zip(texts) {
        let bytes = [text.as_bytes(), b"\0"].concat();
        let placed = memory.put(places.wrapping_add(4 * i), &at.to_le_bytes());
        if placed.and_then(|()| memory.put(at, &bytes)).is_none() {
            return Ok(FAULT);
        }
        at = at.wrapping_add(bytes.len() as u32);
    }
    Ok(OK)
}

fn time<E: Ends>(linker: &mut Linker<Guest<E>>) -> wasmtime::Result<()> {
    linker.func_wrap(WASI, "clock_time_get", |mut c: Asking<'_, E>, id: u32, _: u64, at: u32| {
        let fuel = fuel(&c);
        let (mut memory, guest) = parts(&mut c)?;
        let Some(origin) = origin(id) else { return Ok(INVALID) };
        let shown = origin + guest.clock.now(fuel);
        Ok::<_, wasmtime::Error>(number(memory.put(at, &shown.to_le_bytes())))
    })?;
    linker.func_wrap(WASI, "sched_yield", |_: Asking<'_, E>| OK)?;
    linker.func_wrap(
        WASI,
        "poll_oneoff",
        |mut c: Asking<'_, E>, asked: u32, events: u32, n: u32, told: u32| {
            poll(&mut c, asked, events, n, told)
        },
    )?;
    Ok(())
}

/// What a clock shows at the start; of the four there are, only that of the day differs.
fn origin(id: u32) -> Option<u64> {
    match id {
        0 => Some(EPOCH),
        1..=3 => Some(BOOT),
        _ => None,
    }
}

/// One of `subscription`'s kinds: a clock; the others are descriptors, which are always ready.
const CLOCK: u8 = 0;

/// Answer every subscription to a descriptor at once; if there are only clocks, jump to the first that rings.
fn poll<E: Ends>(c: &mut Asking<'_, E>, asked: u32, events: u32, n: u32, told: u32) -> wasmtime::Result<i32> {
    let fuel = fuel(c);
    let (mut memory, guest) = parts(c)?;
    if n == 0 || n > PIECES {
        return Ok(INVALID);
    }
    let now = guest.clock.now(fuel);
    let mut ready: Vec<(u64, u8)> = vec![];
    let mut first: Option<(u64, u64)> = None;
    for i in 0..n {
        // `subscription`, 48 bytes: user data, kind at 8, clock id at 16, time at 24, flags (1: a point in time) at 40.
        let Some(entry) = memory.array::<48>(asked.wrapping_add(48 * i)) else { return Ok(FAULT) };
        let word = |at: usize| u64::from_le_bytes(entry[at..at + 8].try_into().unwrap_or_default());
        if entry[8] != CLOCK {
            ready.push((word(0), entry[8]));
            continue;
        }
        let (id, time) = (word(16) as u32, word(24));
        let Some(origin) = origin(id) else { return Ok(INVALID) };
        let wait = if entry[40] & 1 == 1 { time.saturating_sub(origin + now) } else { time };
        if first.is_none_or(|(least, _)| wait < least) {
            first = Some((wait, word(0)));
        }
    }
    if let (true, Some((wait, user))) = (ready.is_empty(), first) {
        if let Err(limit) = guest.clock.skip(wait, fuel) {
            guest.time_is_up(limit)?;
            return Ok(IO);
        }
        ready.push((user, CLOCK));
    }
    for (i, (user, kind)) in (0u32..).zip(&ready) {
        // `event`, 32 bytes: user data, error at 8, kind at 10, bytes that can be read or written at 16.
        let mut event = [0u8; 32];
        event[..8].copy_from_slice(&user.to_le_bytes());
        event[10] = *kind;
        event[16] = u8::from(*kind != CLOCK);
        if memory.put(events.wrapping_add(32 * i), &event).is_none() {
            return Ok(FAULT);
        }
    }
    Ok(number(memory.put(told, &(ready.len() as u32).to_le_bytes())))
}

/// Place and length.
fn pair(bytes: [u8; 8]) -> (u32, u32) {
    let both = u64::from_le_bytes(bytes);
    (both as u32, (both >> 32) as u32)
}
