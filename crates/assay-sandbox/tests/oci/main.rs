//! Installed runtimes with real programs: small C sources, compiled statically once.
//!
//! A runtime that is not here, or does not work here, is skipped with its reason on standard error.

#[path = "../cases/mod.rs"]
mod cases;
#[path = "../jail/programs.rs"]
#[expect(dead_code, reason = "shared with the jail's tests, which use all of it")]
mod programs;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use assay_sandbox::{Census, Fault, Killed, Oci, OciConfig, Sandbox, Silent, installed};

use cases::{CASES, check, check_dialogue_and_outputs, check_faults};
use programs::{HELPER, job, skip};

/// A sandbox by the runtime `name`, or a line that says why the test does nothing.
fn by(name: &'static str, test: &str) -> Option<&'static Oci> {
    static ALL: LazyLock<Mutex<BTreeMap<&str, Result<&'static Oci, String>>>> = LazyLock::new(Mutex::default);
    let start = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = installed(&path).into_iter().find(|one| one.name == name);
        let found = found.ok_or_else(|| format!("no {name} on this machine"))?;
        let config = OciConfig { helper: Some(HELPER.into()), slots: 2, ..OciConfig::new(found.path) };
        Oci::start(config).map(|oci| &*Box::leak(Box::new(oci))).map_err(|fault: Fault| fault.to_string())
    };
    let came = ALL.lock().unwrap().entry(name).or_insert_with(start).clone();
    came.map_err(|why| skip(&format!("oci::{test}"), why)).ok()
}

/// Those whose containers are processes of this kernel, and that hand down descriptors.
const OF_THIS_KERNEL: [&str; 2] = ["runc", "crun"];

#[test]
fn a_container_is_a_box_like_any_other() {
    for name in OF_THIS_KERNEL {
        let Some(oci) = by(name, "a_container_is_a_box_like_any_other") else { continue };
        assert!(oci.version().contains(name), "{}", oci.version());
        for case in CASES {
            check(case, oci);
        }
    }
}

#[test]
fn a_dialogue_and_output_files_by_numbers() {
    for name in OF_THIS_KERNEL {
        let Some(oci) = by(name, "a_dialogue_and_output_files_by_numbers") else { continue };
        check_dialogue_and_outputs(oci);
    }
}

#[test]
fn faults_have_their_reasons() {
    for name in OF_THIS_KERNEL {
        let Some(oci) = by(name, "faults_have_their_reasons") else { continue };
        check_faults(oci);
    }
}

/// A kernel of its own counts and answers otherwise; what it is there for has to hold.
#[test]
fn a_runtime_with_a_kernel_of_its_own() {
    let Some(oci) = by("runsc", "a_runtime_with_a_kernel_of_its_own") else { return };
    let outcome = oci.run(&job(r#"int main() { printf("%d", getuid()); return 3; }"#), &mut Silent).unwrap();
    assert_eq!(
        (outcome.exit, outcome.stdout.text().as_str()),
        (assay_sandbox::Exit::Code(3), "1000"),
        "{outcome:?}"
    );
    let mut asleep = job("int main() { for (;;) pause(); }");
    asleep.limits.wall = Duration::from_millis(500);
    assert_eq!(oci.run(&asleep, &mut Silent).unwrap().killed, Some(Killed::Wall));
    let mut wants_outputs = job("int main() {}");
    wants_outputs.outputs = 1;
    match oci.run(&wants_outputs, &mut Silent) {
        Ok(outcome) => assert!(oci.hands_down_descriptors() && outcome.succeeded(), "{outcome:?}"),
        Err(fault) => assert!(fault.what.contains("cannot hand descriptors"), "{fault}"),
    }
}

#[test]
fn a_runtime_that_is_none_is_refused() {
    if !rustix::process::geteuid().is_root() {
        let fault = Oci::start(OciConfig::new("/bin/true")).unwrap_err();
        assert!(fault.what.contains("only root"), "{fault}");
        return skip("oci::a_runtime_that_is_none_is_refused", "only root gets as far");
    }
    let config = |path: &str| OciConfig { helper: Some(HELPER.into()), ..OciConfig::new(path) };
    let fault = Oci::start(config("/no/such/runtime")).unwrap_err();
    assert!(fault.what.contains("/no/such/runtime"), "{fault}");
    // Says nothing and does nothing: there is no container afterwards.
    let fault = Oci::start(config("/bin/true")).unwrap_err();
    assert!(fault.what.contains("pid file"), "{fault}");
}

#[test]
fn runs_leave_nothing() {
    let Some(oci) = by("runc", "runs_leave_nothing") else { return };
    let mut job = job("int main() { if (fork() == 0) for (;;) pause(); write(4, \"x\\n\", 2); }");
    (job.dialogue, job.outputs) = (true, 2);
    assert!(oci.run(&job, &mut Silent).unwrap().succeeded());
    for _ in 0..5 {
        assert!(oci.run(&job, &mut Silent).unwrap().succeeded());
    }
    // Other tests' containers come and go meanwhile.
    let deadline = Instant::now() + Duration::from_mins(2);
    loop {
        let census = Census::take();
        if (census.folders, census.groups, census.members) == (0, 0, 0) {
            return;
        }
        assert!(Instant::now() < deadline, "{census:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
