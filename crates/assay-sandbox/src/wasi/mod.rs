//! The backend `wasi`: programs compiled to WebAssembly, run by wasmtime, the same way every time.
//!
//! # Theory of operation
//!
//! **Two boxes around each other.** A module cannot name anything outside itself but what it imports, and it is given time, chance, its
//! arguments and its streams ([`imports`]), no files and no network. The runtime that keeps it so is a large program that has
//! had escapes, so it is not trusted with more than a native program is: it lives in a *worker*, our own binary started again as
//! the program of a job of the jail ([`worker`]), one worker a run, with the jail's limits around it. Compiling a module,
//! which also is work on hostile bytes, is another such job. Whatever goes wrong in there ends that worker.
//!
//! ```text
//! server ── job of the jail ── worker (wasmtime) ── module
//!    └─ compiled modules (read-only in the box, written by the server) ─┘
//! ```
//!
//! The jail of the workers is the weaker one without namespaces (Landlock, seccomp, resource limits), because this backend is for machines
//! that have no better one, unless another is given. Tools of ours ([`Job::tool`]) run in it natively; nothing else does.
//!
//! **The same every time.** Nothing of the machine gets in: the clock counts instructions and jumps to the next timer ([`clock`]),
//! random bytes follow from the job's seed, challenges arrive line by line however they were sent, and there is one thread.
//! So output, order and number of instructions follow from program, input and seed. Limits of wall, idle and step time are counted by the
//! clock of the run, that of processor time in instructions; the same limits in real time stand around the worker.
//!
//! **Exploring.** [`Wasi::explore`] runs one module with thousands of seeds in one worker: the program is told everything in advance,
//! and only the seeds that did not end as foretold come back. Each can be run again by [`Sandbox::run`], with the same outcome.
//!
//! **What differs from the jail.** One processor and no preemption: data races, parallelism and real speed cannot be seen. No signals, so
//! no last words. No output files and no entries beside the program.

mod clock;
mod engine;
mod guest;
mod imports;
mod modules;
mod order;
mod worker;

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use order::{Exploration, Explored, Seeds};

use crate::host::Tool;
use crate::{
    BoxPath, Captured, Dialogue, Entry, Exit, Fault, Job, Killed, Limits, Outcome, Sandbox, Silent, Source,
    Usage,
};
use modules::{Module, Modules};
use order::{ARGUMENT, Ending, How, MODULE, ORDER, Order, Run};

/// How to set up a [`Wasi`].
pub struct WasiConfig {
    /// Where workers and tools run.
    pub around: Arc<dyn Sandbox>,
    /// A binary whose `main` begins with [`crate::helper_main_if_asked`]; `None` for the running one.
    pub worker: Option<PathBuf>,
    /// Most bytes of compiled modules that are kept, in the temporary folder. A test program has 15 to 25 MB.
    pub keep: u64,
}

impl WasiConfig {
    /// Workers in `around`, of the running binary, 512 MiB of modules.
    pub fn new(around: Arc<dyn Sandbox>) -> WasiConfig {
        WasiConfig { around, worker: None, keep: 512 << 20 }
    }
}

/// Runs WebAssembly.
pub struct Wasi {
    around: Arc<dyn Sandbox>,
    /// The worker's binary and what it loads at start.
    worker: Vec<Entry>,
    modules: Modules,
    keys: [RandomState; 2],
}

/// Memory of a worker beside its module's: its own code, the compiled module, stacks.
const BESIDE: u64 = 512 << 20;

/// What compiling may take. A test program takes 0.7 s of one processor (Winch) or 2.8 s (Cranelift), 300 MB, and gives 20 MB (measured).
fn compile_limits() -> Limits {
    Limits {
        wall: Duration::from_mins(1),
        cpu: Duration::from_mins(1),
        memory: 2 << 30,
        pids: 64,
        output: 64 << 10,
        disk: 0,
        ..Limits::default()
    }
}

/// Largest compiled module, bytes.
const COMPILED: u64 = 256 << 20;

/// Why there is no compiled module.
enum Uncompiled {
    /// The words of the compiler.
    Refused(String),
    /// The limit that ended it.
    Killed(Killed),
}

impl Wasi {
    /// A module that does nothing: `(module (memory (export "memory") 1) (func (export "_start")))`.
    pub const LEAST: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01\x07\x13\x02\x06memory\x02\0\x06_start\0\0\x0a\x04\x01\x02\0\x0b";

    /// Look how a worker is started, and start one.
    ///
    /// # Errors
    /// What this machine does not let us do, and what to change.
    pub fn start(config: WasiConfig) -> Result<Wasi, Fault> {
        let own =
            || std::env::current_exe().map_err(|e| Fault::io("looking for this program's own file", &e));
        let binary = config.worker.map_or_else(own, Ok)?;
        let wasi = Wasi {
            around: config.around,
            worker: worker_entries(&binary)?,
            modules: Modules::new(config.keep)?,
            keys: [RandomState::new(), RandomState::new()],
        };
        let program = path("program")?;
        let source = Source::Bytes(Wasi::LEAST.to_vec());
        let entries = vec![Entry { at: program.clone(), source }];
        let outcome = wasi.run(&Job { entries, ..Job::new(program) }, &mut Silent)?;
        if outcome.succeeded() {
            return Ok(wasi);
        }
        Err(Fault::new(format!(
            "an empty module ended with {:?} ({:?}): {}",
            outcome.exit,
            outcome.killed,
            outcome.stderr.text()
        ))
        .advise("the box's user must be allowed to read this binary: install it where everybody can, e.g. /usr/local/bin"))
    }

    /// Run `job` once for each seed, all in one worker; `dialogue`, `seed` and the seeds' variable of the job are set by this.
    pub fn explore(&self, job: &Job, seeds: &Seeds) -> Result<Exploration, Fault> {
        let module = match self.module(job)? {
            Ok(module) => module,
            Err(Uncompiled::Refused(why)) => {
                return Err(Fault::new(format!("a module that does not compile: {why}")));
            }
            Err(Uncompiled::Killed(limit)) => {
                return Err(Fault::new(format!("compiling a module was ended by the {limit:?} limit")));
            }
        };
        let run = Run { dialogue: true, ..run(job) };
        let slack = Duration::from_secs(20);
        let all = Duration::from_millis(seeds.millis) + job.limits.cpu + slack;
        let limits = Limits {
            wall: all,
            cpu: all * seeds.threads.max(1) as u32,
            step: None,
            idle: None,
            memory: job.limits.memory * seeds.threads.max(1) as u64 + BESIDE,
            pids: 64,
            output: 64 << 10,
            disk: 0,
        };
        let outcome =
            self.work(&Order::Explore(run, seeds.clone()), module.path.clone(), limits, None, &mut Silent)?;
        let told: Option<Exploration> =
            outcome.outputs.first().and_then(|told| postcard::from_bytes(told).ok());
        told.map(|found| Exploration { usage: outcome.usage, ..found }).ok_or_else(|| {
            let Outcome { exit, killed, stderr, .. } = &outcome;
            Fault::new(format!("a worker that explores ended with {exit:?} ({killed:?}): {}", stderr.text()))
        })
    }

    /// The compiled module of a job's program.
    fn module(&self, job: &Job) -> Result<Result<Arc<Module>, Uncompiled>, Fault> {
        let entry = job.entries.iter().find(|entry| entry.at == job.program);
        let Some(Entry { source, .. }) = entry else {
            return Err(Fault::new(format!("the job has no program {}", job.program)));
        };
        let bytes = match source {
            Source::Bytes(bytes) => bytes.clone(),
            Source::Host(at) => {
                std::fs::read(at).map_err(|e| Fault::io(format!("reading {}", at.display()), &e))?
            }
        };
        let [high, low] = self.keys.each_ref().map(|key| u128::from(key.hash_one(&bytes)));
        self.modules.get(high << 64 | low, || self.compile(bytes))
    }

    fn compile(&self, module: Vec<u8>) -> Result<Result<Vec<u8>, Uncompiled>, Fault> {
        let module = Entry { at: path(MODULE)?, source: Source::Bytes(module) };
        let mut outcome =
            self.worker(&Order::Compile, module, compile_limits(), COMPILED, None, &mut Silent)?;
        if let Some(limit) = outcome.killed {
            return Ok(Err(Uncompiled::Killed(limit)));
        }
        let compiled = outcome.outputs.pop().unwrap_or_default();
        Ok(match (outcome.exit, compiled.is_empty()) {
            (Exit::Code(0), false) => Ok(compiled),
            // The compiler gave up on it, or came down: both are the module's doing.
            _ => Err(Uncompiled::Refused(outcome.stderr.text())),
        })
    }

    fn work(
        &self,
        order: &Order,
        module: PathBuf,
        limits: Limits,
        job: Option<&Job>,
        dialogue: &mut dyn Dialogue,
    ) -> Result<Outcome, Fault> {
        let module = Entry { at: path(MODULE)?, source: Source::Host(module) };
        self.worker(order, module, limits, 16 << 20, job, dialogue)
    }

    /// One worker, from start to end. `job` is whose streams it has.
    fn worker(
        &self,
        order: &Order,
        module: Entry,
        limits: Limits,
        output_bytes: u64,
        job: Option<&Job>,
        dialogue: &mut dyn Dialogue,
    ) -> Result<Outcome, Fault> {
        let order = postcard::to_stdvec(order).map_err(|e| Fault::new(format!("packing an order: {e}")))?;
        let mut entries = self.worker.clone();
        entries.extend([module, Entry { at: path(ORDER)?, source: Source::Bytes(order) }]);
        let inner = Job {
            args: ["--library-path", "lib", "./worker", ARGUMENT].map(str::to_owned).to_vec(),
            entries,
            stdin: job.map(|job| job.stdin.clone()).unwrap_or_default(),
            outputs: 1,
            output_bytes,
            dialogue: job.is_some_and(|job| job.dialogue),
            tool: true,
            limits,
            ..Job::new(path(LOADER)?)
        };
        self.around.run(&inner, dialogue)
    }
}

impl Sandbox for Wasi {
    fn run(&self, job: &Job, dialogue: &mut dyn Dialogue) -> Result<Outcome, Fault> {
        if job.tool {
            return self.around.run(job, dialogue);
        }
        if job.outputs > 0 || job.entries.len() > 1 {
            return Err(Fault::new("a WebAssembly program has no files, neither to read nor to write")
                .advise("grade this exercise in the backend jail"));
        }
        let module = match self.module(job)? {
            Ok(module) => module,
            Err(Uncompiled::Refused(why)) => return Ok(never_ran(job, Some(why), None)),
            Err(Uncompiled::Killed(limit)) => return Ok(never_ran(job, None, Some(limit))),
        };
        let limits = Limits {
            idle: None, // by the clock of the run only: a worker that waits for a challenge does nothing wrong
            memory: job.limits.memory + BESIDE,
            pids: 64,
            disk: 0,
            ..job.limits.clone()
        };
        let outcome = self.work(&Order::Run(run(job)), module.path.clone(), limits, Some(job), dialogue)?;
        Ok(translated(outcome, job))
    }

    fn name(&self) -> &'static str {
        "wasi"
    }

    fn slots(&self) -> usize {
        self.around.slots()
    }

    fn runs_native(&self) -> bool {
        false
    }
}

fn run(job: &Job) -> Run {
    Run {
        args: job.args.clone(),
        env: job.env.clone(),
        seed: job.seed,
        dialogue: job.dialogue,
        last_words: job.last_words.is_some(),
        limits: job.limits.clone(),
    }
}

/// The outcome of a worker, as that of the module that it ran.
fn translated(mut outcome: Outcome, job: &Job) -> Outcome {
    let told = outcome.outputs.pop().unwrap_or_default();
    let ending: Option<Ending> = postcard::from_bytes(&told).ok();
    outcome.outputs.clear();
    let Some(ending) = ending else { return outcome }; // ended from outside, or came down
    let (exit, killed, words) = match ending.how {
        How::Exit(code) => (code, None, String::new()),
        How::Killed(killed) => (2, Some(killed), String::new()),
        How::StackOverflow => {
            let limit = engine::STACK;
            (
                2,
                None,
                format!(
                    "runtime: calls go deeper than {limit} bytes of stack\nfatal error: stack overflow\n"
                ),
            )
        }
        How::Trap(why) => (2, None, format!("fatal error: {why}\n")),
        How::Refused(why) => (126, None, format!("not a program: {why}\n")),
    };
    outcome.exit = Exit::Code(exit);
    if outcome.killed.is_none() && killed.is_some() {
        outcome.killed = killed;
        outcome.usage.wall = outcome.usage.wall.max(Duration::from_nanos(ending.elapsed));
        outcome.cpu_share_at_end = match killed {
            Some(Killed::Cpu) => 1.0,
            _ => 1.0 - ending.waited as f64 / ending.elapsed.max(1) as f64,
        };
    }
    outcome.stderr.bytes.extend_from_slice(words.as_bytes());
    outcome.usage.memory = if killed == Some(Killed::Memory) { job.limits.memory } else { ending.memory };
    outcome.usage.fuel = Some(ending.fuel);
    outcome
}

/// The outcome of a module that did not compile.
fn never_ran(job: &Job, why: Option<String>, killed: Option<Killed>) -> Outcome {
    let words = why.map(|why| format!("not a program: {why}\n")).unwrap_or_default();
    Outcome {
        exit: Exit::Code(126),
        killed,
        pids_refused: false,
        cpu_share_at_end: 0.0,
        usage: Usage {
            memory: if killed == Some(Killed::Memory) { job.limits.memory } else { 0 },
            ..Usage::default()
        },
        stdout: Captured::default(),
        stderr: Captured { bytes: words.into_bytes(), truncated: false },
        outputs: vec![],
    }
}

/// Where the worker's loader is in its box.
const LOADER: &str = "lib/ld.so";

/// The worker's binary and, because it is linked dynamically, the loader and the libraries that it names.
fn worker_entries(binary: &Path) -> Result<Vec<Entry>, Fault> {
    let host = |at: &str, from: &Path| {
        Ok::<_, Fault>(Entry { at: path(at)?, source: Source::Host(from.to_owned()) })
    };
    let loader = loader().ok_or_else(|| {
        Fault::new("this system's program loader was not found").advise("use the backend jail or oci")
    })?;
    let list = Tool::new(&loader).arg("--list").arg(binary).run()?;
    let mut entries = vec![host("worker", binary)?, host(LOADER, &loader)?];
    for line in list.text().lines() {
        let Some((name, rest)) = line.trim().split_once(" => ") else { continue };
        let from = rest.split(" (").next().unwrap_or(rest);
        entries.push(host(&format!("lib/{name}"), Path::new(from))?);
    }
    Ok(entries)
}

fn loader() -> Option<PathBuf> {
    let known = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"];
    known.into_iter().map(PathBuf::from).find(|path| path.is_file())
}

fn path(text: &str) -> Result<BoxPath, Fault> {
    text.parse().map_err(|e: crate::BoxPathError| Fault::new(e.to_string()))
}

/// The fuzz target of the module loader.
#[cfg(fuzzing)]
pub fn fuzz_module(bytes: &[u8]) {
    worker::fuzz(bytes);
}

/// The life of a worker, if that is what this process was started for.
pub(crate) fn worker_main_if_asked(argument: Option<&std::ffi::OsStr>) {
    if argument.is_some_and(|argument| argument == ARGUMENT) {
        std::process::exit(i32::from(worker::main()));
    }
}
