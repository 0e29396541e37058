//! Whatever bytes are taken for a WebAssembly module: it is compiled and run to an end within its limits, or refused, never a panic.
//! Give it the modules of `tests/hostile` as a beginning: random bytes seldom make one.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| assay_sandbox::fuzz_module(bytes));
