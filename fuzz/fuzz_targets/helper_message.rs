//! Whatever bytes come over a helper's socket or stand in an order: a message or an error, never a panic, and a message says the same
//! when it is written and read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| assay_sandbox::fuzz_helper_message(bytes));
