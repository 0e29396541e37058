//! A worker's life: one order, in a box, and the result to the output.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use wasmtime::{Engine, InstancePre, Module, Store, Trap};

use super::guest::{Ends, Guest, Lines, Own, Stop, tank};
use super::order::{Ending, Exploration, Explored, How, MODULE, ORDER, Order, Run, Seeds};
use super::{engine, imports};
use crate::Killed;
use crate::jail::inherited;

/// The descriptor that the result goes to.
const OUTPUT: i32 = 10;

/// Stack of a thread that runs a module: what the module may use, and ours on top.
const THREAD: usize = engine::STACK + (4 << 20);

/// Carry out the order that lies in this box; the value is the exit code.
pub(super) fn main() -> u8 {
    match worked() {
        Ok(()) => 0,
        Err(why) => {
            eprintln!("assay wasm worker: {why}");
            2
        }
    }
}

fn worked() -> Result<(), String> {
    let order = std::fs::read(ORDER).map_err(|e| format!("reading the order: {e}"))?;
    let order: Order = postcard::from_bytes(&order).map_err(|e| format!("reading the order: {e}"))?;
    let output = inherited(OUTPUT).map_err(|e| format!("taking the output: {e}"))?;
    let engine = engine::engine().map_err(|e| format!("making an engine: {e:#}"))?;
    let result = match order {
        Order::Compile => {
            let module = std::fs::read(MODULE).map_err(|e| format!("reading the module: {e}"))?;
            match engine::compile(&engine, &module) {
                Ok(compiled) => compiled,
                // Nothing in the output: it was refused, and here is why.
                Err(why) => {
                    eprintln!("{why:#}");
                    return Ok(());
                }
            }
        }
        Order::Run(run) => packed(&on_a_thread(|| once(&engine, &run))?)?,
        Order::Explore(run, seeds) => packed(&explore(&engine, &run, &seeds)?)?,
    };
    File::from(output).write_all(&result).map_err(|e| format!("writing the result: {e}"))
}

fn packed(result: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    postcard::to_stdvec(result).map_err(|e| format!("packing the result: {e}"))
}

/// On a thread whose stack is deep enough, because one that is not would take the process with it.
fn on_a_thread<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    std::thread::scope(|threads| {
        let thread = std::thread::Builder::new().stack_size(THREAD).spawn_scoped(threads, work);
        let thread = thread.map_err(|e| format!("starting a thread: {e}"))?;
        thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()))
    })
}

fn once(engine: &Engine, run: &Run) -> Result<Ending, String> {
    let own = |n: i32| inherited(n).map(File::from).map_err(|e| format!("taking descriptor {n}: {e}"));
    let dialogue = if run.dialogue { Some((Lines::new(own(3)?), own(4)?)) } else { None };
    let ends = Own { stdin: own(0)?, stdout: own(1)?, stderr: own(2)?, dialogue };
    let program = match Program::load(engine) {
        Ok(program) => program,
        Err(why) => return Ok(Ending { how: How::Refused(why), fuel: 0, elapsed: 0, waited: 0, memory: 0 }),
    };
    Ok(program.run(run, run.seed, ends).0)
}

/// A module with everything that it asks for.
struct Program<E: 'static>(InstancePre<Guest<E>>);

impl<E: Ends> Program<E> {
    fn load(engine: &Engine) -> Result<Program<E>, String> {
        let module = engine::load(engine, Path::new(MODULE)).map_err(|e| format!("{e:#}"))?;
        Program::link(&module).map_err(|e| format!("{e:#}"))
    }

    fn link(module: &Module) -> wasmtime::Result<Program<E>> {
        imports::linker(module)?.instantiate_pre(module).map(Program)
    }

    /// From the start to the end.
    fn run(&self, run: &Run, seed: u64, ends: E) -> (Ending, E) {
        let mut store = Store::new(self.0.module().engine(), Guest::new(run, seed, ends));
        store.limiter(|guest| guest);
        let came_to = store.set_fuel(tank(&run.limits)).and_then(|()| {
            let instance = self.0.instantiate(&mut store)?;
            instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ())
        });
        let fuel = tank(&run.limits).saturating_sub(store.get_fuel().unwrap_or(0));
        let guest = store.into_data();
        let how = match came_to {
            Ok(()) => How::Exit(0),
            Err(error) => how(&error),
        };
        // Go says that memory ran out and exits with 2, as it does for any fatal error.
        let how = match how {
            How::Exit(code) if code != 0 && guest.refused_memory => How::Killed(Killed::Memory),
            other => guest.over.map_or(other, How::Killed),
        };
        let (elapsed, waited) = (guest.clock.now(fuel), guest.clock.waited());
        (Ending { how, fuel, elapsed, waited, memory: guest.largest }, guest.ends)
    }
}

/// What an error that ended a run means.
fn how(error: &wasmtime::Error) -> How {
    if let Some(Stop(how)) = error.downcast_ref::<Stop>() {
        return how.clone();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => How::Killed(Killed::Cpu),
        Some(Trap::StackOverflow) => How::StackOverflow,
        Some(trap) => How::Trap(trap.to_string()),
        None => How::Refused(format!("{error:#}")),
    }
}

fn explore(engine: &Engine, run: &Run, seeds: &Seeds) -> Result<Exploration, String> {
    let program: Program<Scripted> = Program::load(engine)?;
    let begun = Instant::now();
    let (next, bad) = (AtomicU64::new(0), AtomicU64::new(0));
    let whole = Mutex::new(Exploration::default());
    let row = || -> Result<(), String> {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let late = begun.elapsed().as_millis() as u64 >= seeds.millis;
            if n >= seeds.count || late || bad.load(Ordering::Relaxed) >= seeds.enough {
                return Ok(());
            }
            let seed = seeds.first.wrapping_add(n);
            let run = seeded(run, seeds, seed);
            let (ending, said) = program.run(&run, seed, Scripted::new(seeds, run.limits.output));
            let well = ending.how == How::Exit(0) && said.is_as_told(&seeds.answers);
            let mut whole = whole.lock().unwrap_or_else(PoisonError::into_inner);
            whole.runs += 1;
            whole.fuel = whole.fuel.wrapping_add(ending.fuel);
            if !well {
                bad.fetch_add(1, Ordering::Relaxed);
                let (exit, killed) = match ending.how {
                    How::Exit(code) => (Some(code), None),
                    How::Killed(killed) => (None, Some(killed)),
                    _ => (None, None),
                };
                whole.bad.push(Explored { seed, exit, killed, fuel: ending.fuel });
            }
        }
    };
    std::thread::scope(|threads| {
        let rows: Vec<_> = (0..seeds.threads.max(1))
            .map(|_| std::thread::Builder::new().stack_size(THREAD).spawn_scoped(threads, row))
            .collect();
        rows.into_iter().try_for_each(|row| {
            let row = row.map_err(|e| format!("starting a thread: {e}"))?;
            row.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()))
        })
    })?;
    let mut whole = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
    whole.bad.sort_by_key(|one| one.seed);
    whole.millis = begun.elapsed().as_millis() as u64;
    Ok(whole)
}

/// Whatever bytes are taken for a module: compiled and run to an end, or refused, in this very process.
#[cfg(fuzzing)]
pub(super) fn fuzz(bytes: &[u8]) {
    use std::sync::LazyLock;
    use std::time::Duration;

    static ENGINE: LazyLock<Engine> = LazyLock::new(|| engine::engine().expect("an engine"));
    let Ok(module) = Module::new(&ENGINE, bytes) else { return };
    let Ok(program) = Program::<Scripted>::link(&module) else { return };
    let limits = crate::Limits { cpu: Duration::from_millis(1), memory: 8 << 20, ..crate::Limits::default() };
    let run = Run { args: vec![], env: vec![], seed: 1, dialogue: true, last_words: true, limits };
    let ends = Scripted { script: Lines::new(&b"line\n"[..]), said: vec![], room: 1 << 16 };
    let (ending, _) = on_a_thread(|| Ok(program.run(&run, 1, ends))).expect("a run without a panic");
    assert!(ending.memory <= run.limits.memory, "{ending:?}");
}

/// The run with this seed.
pub(super) fn seeded(run: &Run, seeds: &Seeds, seed: u64) -> Run {
    let mut run = Run { seed, ..run.clone() };
    run.env.push((seeds.variable.0.clone(), seeds.value(seed)));
    run
}

/// The ends of a run that nobody talks with: it is told everything in advance, and what it answers is kept.
struct Scripted {
    script: Lines,
    said: Vec<u8>,
    room: u64,
}

impl Scripted {
    fn new(seeds: &Seeds, room: u64) -> Scripted {
        Scripted { script: Lines::new(std::io::Cursor::new(seeds.script.clone())), said: vec![], room }
    }

    /// Whether the answers are those: `*` stands for any word.
    fn is_as_told(&self, answers: &[String]) -> bool {
        let said = String::from_utf8_lossy(&self.said);
        let same = |line: &str, told: &str| {
            let (mut a, mut b) = (line.split(' '), told.split(' '));
            loop {
                match (a.next(), b.next()) {
                    (None, None) => return true,
                    (Some(_), Some("*")) => {}
                    (Some(a), Some(b)) if a == b => {}
                    _ => return false,
                }
            }
        };
        said.lines().count() == answers.len()
            && said.lines().zip(answers).all(|(line, told)| same(line, told))
    }
}

impl Ends for Scripted {
    fn read(&mut self, fd: u32, into: &mut [u8]) -> std::io::Result<usize> {
        if fd == 3 { self.script.read(into) } else { Ok(0) }
    }

    fn write(&mut self, fd: u32, bytes: &[u8]) -> Result<(), Killed> {
        self.room = self.room.checked_sub(bytes.len() as u64).ok_or(Killed::Output)?;
        if fd == 4 {
            self.said.extend_from_slice(bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_compared_word_by_word() {
        let check = |said: &str, told: &[&str], same: bool| {
            let told: Vec<String> = told.iter().map(|t| (*t).to_owned()).collect();
            let scripted = Scripted { script: Lines::new(&b""[..]), said: said.as_bytes().to_vec(), room: 0 };
            assert_eq!(scripted.is_as_told(&told), same, "{said:?} {told:?}");
        };
        check("ready 5\nres 1 ok 17\n", &["ready 5", "res 1 ok *"], true);
        check("ready 5\nres 1 fail 17\n", &["ready 5", "res 1 ok *"], false);
        check("ready 5\n", &["ready 5", "res 1 ok *"], false);
        check("ready 5\nmore\n", &["ready 5"], false);
        check("ready 5 6\n", &["ready 5"], false);
        check("", &[], true);
    }
}
