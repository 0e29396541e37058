//! Compiling and loading modules.

use std::path::Path;

use wasmtime::{Config, Engine, Module, Strategy};

/// How deep calls may go, bytes of stack: most of what a goroutine of a native program may have in a box of the usual size.
pub(super) const STACK: usize = 64 << 20;

/// The engine of a worker: the same for compiling and running, or a compiled module would not be taken.
///
/// Winch compiles a test program in a quarter of the time that Cranelift takes (measured: 0.7 s against 2.8 s) and runs it as fast, because
/// tests are short. It has had an escape on aarch64, so it is used on x86-64 only, and both only in a worker in a box of its own.
pub(super) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .strategy(if cfg!(target_arch = "x86_64") { Strategy::Winch } else { Strategy::Cranelift })
        .consume_fuel(true)
        .async_stack_size(STACK) // unused; must not be smaller
        .max_wasm_stack(STACK)
        // The runtime's own words are in the module's output; where in the module they came from says nothing to anybody.
        .wasm_backtrace_max_frames(None)
        .native_unwind_info(false)
        .generate_address_map(false)
        .wasm_simd(false)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_tail_call(false);
    Engine::new(&config)
}

/// Compile a module of anybody's making.
pub(super) fn compile(engine: &Engine, module: &[u8]) -> wasmtime::Result<Vec<u8>> {
    engine.precompile_module(module)
}

/// Load what [`compile`] made.
#[expect(unsafe_code, reason = "loading machine code; there is no other way to run it")]
pub(super) fn load(engine: &Engine, compiled: &Path) -> wasmtime::Result<Module> {
    // SAFETY: the file is written by the server alone, from the output of a worker that compiled, and nobody changes it. Should that
    // worker have been taken over by the module it compiled, then what runs here is hostile machine code, in a box for exactly that.
    unsafe { Module::deserialize_file(engine, compiled) }
}
