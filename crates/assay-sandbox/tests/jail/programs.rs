//! Where test programs come from, and the jail they run in.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use assay_sandbox::host::Tool;
use assay_sandbox::{BoxPath, Entry, Jail, JailConfig, Job, Limits, Outcome, Sandbox, Silent, Source};

/// The helper binary of this crate.
pub(crate) const HELPER: &str = env!("CARGO_BIN_EXE_assay-jail");

/// Says why a test does nothing, past what the test runner withholds of tests that pass: `./x test` counts these lines.
pub(crate) fn skip(title: &str, reason: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "\nSKIP {title}: {reason}");
}

/// A configuration with the crate's own helper.
pub(crate) fn config() -> JailConfig {
    JailConfig { slots: 2, helper: Some(HELPER.into()), ..JailConfig::default() }
}

/// One jail for most tests.
pub(crate) fn jail() -> &'static Jail {
    static JAIL: LazyLock<Jail> = LazyLock::new(|| Jail::start(config()).expect("a jail on this machine"));
    &JAIL
}

/// A C program, compiled statically, by the hash of its source.
pub(crate) fn c(source: &str) -> PathBuf {
    use std::hash::{DefaultHasher, Hash, Hasher};
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    // Not optimised: a test that fills memory means it.
    let flags = ["-static", "-O0", "-w"];
    let source = format!("{PRELUDE}{source}");
    let mut hash = DefaultHasher::new();
    (flags, &source).hash(&mut hash);
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("c-{:016x}", hash.finish()));
    if !binary.exists() {
        let part = binary.with_extension("part");
        Tool::new("cc")
            .args(flags)
            .args(["-x", "c", "-", "-lpthread", "-o"])
            .arg(&part)
            .stdin(source)
            .keep_env(&["PATH"])
            .run_ok()
            .expect("a C compiler with a static libc");
        std::fs::rename(part, &binary).unwrap();
    }
    binary
}

const PRELUDE: &str = "
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
";

/// A path in the box.
pub(crate) fn at(path: &str) -> BoxPath {
    path.parse().unwrap()
}

/// A job for a C program, with limits that no well-behaved test meets on a busy machine.
pub(crate) fn job(source: &str) -> Job {
    Job {
        entries: vec![Entry { at: at("bin/program"), source: Source::Host(c(source)) }],
        limits: Limits { wall: Duration::from_secs(20), ..Limits::default() },
        ..Job::new(at("bin/program"))
    }
}

/// Run it without a dialogue.
pub(crate) fn run(job: &Job) -> Outcome {
    jail().run(job, &mut Silent).expect("no fault")
}

/// Run a C program with the default limits; it must exit with 0.
pub(crate) fn output(source: &str) -> String {
    let outcome = run(&job(source));
    assert!(outcome.succeeded(), "{outcome:?}");
    outcome.stdout.text()
}
