//! The machine around the jail: what it offers, what is left of dead servers, and the weaker box.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use assay_sandbox::{
    Exit, Jail, JailConfig, Killed, Layer, Leftover, Sandbox, Silent, layers, layers_with, leftovers,
};

use crate::programs::{HELPER, c, config, job, skip};

#[test]
fn layers_are_probed_by_a_helper() {
    let all = layers_with(Path::new(HELPER));
    let names: Vec<&str> = all.iter().map(|layer| layer.name.as_str()).collect();
    for name in [
        "user namespace",
        "mounts and /proc",
        "seccomp",
        "landlock",
        "no_new_privs",
        "own user",
        "cgroup memory",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    for Layer { name, present, why, advice } in &all {
        assert!(!why.is_empty() && advice.is_empty() == *present, "{name}: {why} / {advice}");
        eprintln!("{name}: {present} ({why}) {advice}");
    }
    // A binary that is no helper is found out, and not taken for a machine without layers.
    assert!(layers().iter().any(|layer| layer.name == "helper" && !layer.present));
}

/// Set for a test that starts itself once more, as the server that it is about.
const SERVER: &str = "ASSAY_TEST_SERVER";

/// The test `name` of this file once more, in a process of its own, as the server.
#[expect(clippy::disallowed_methods, reason = "the tests are about server processes")]
fn as_server(name: &str) -> std::process::Command {
    let mut server = std::process::Command::new(std::env::current_exe().unwrap());
    server.args(["--exact", &format!("machine::{name}"), "--nocapture"]).env(SERVER, name);
    server
}

fn is_server() -> bool {
    std::env::var_os(SERVER).is_some()
}

/// The server that is killed: runs a job that would not end, and says when it does.
fn server_to_be_killed() {
    let jail = Jail::start(config()).unwrap();
    let mut job =
        job(r#"int main() { prctl(PR_SET_NAME, "box-of-the-dead"); write(4, "up\n", 3); for (;;) fork(); }"#);
    job.dialogue = true;
    struct Up;
    impl assay_sandbox::Dialogue for Up {
        fn on_line(&mut self, _: &[u8], _: assay_sandbox::Mark) -> assay_sandbox::Next {
            println!("UP");
            assay_sandbox::Next::Wait
        }
        fn on_end(&mut self, _: &[u8], _: assay_sandbox::Mark) {}
    }
    let _ = jail.run(&job, &mut Up);
}

fn processes(name: &str) -> usize {
    let all = fs::read_dir("/proc").unwrap().flatten();
    all.filter(|e| fs::read_to_string(e.path().join("comm")).is_ok_and(|comm| comm.trim() == name)).count()
}

#[test]
fn a_dead_server_leaves_nothing() {
    if is_server() {
        return server_to_be_killed();
    }
    let mut server = as_server("a_dead_server_leaves_nothing").stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("UP")));
    assert!(processes("box-of-the-dead") > 0);
    server.kill().unwrap();
    let pid = server.id();
    server.wait().unwrap();
    let mine = |one: &Leftover| matches!(one, Leftover::Cgroup(path, _) if path.to_string_lossy().contains(&format!("assay-{pid}-")));
    let deadline = Instant::now() + Duration::from_secs(10);
    while processes("box-of-the-dead") > 0 || leftovers().iter().any(mine) {
        assert!(Instant::now() < deadline, "{} left, {:?}", processes("box-of-the-dead"), leftovers());
        std::thread::sleep(Duration::from_millis(20));
    }
}

const BUSY: &str = "int main() { for (;;); }";
const ASLEEP: &str = "int main() { for (;;) pause(); }";
const EATS: &str =
    "int main() { for (;;) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); usleep(1000); } }";
const LOOKS: &str = r#"int main() { if (fork() == 0) for (;;) pause(); printf("%d %d %d", getuid(), getpid(), open("/etc/passwd", 0)); }"#;

/// A server that is nobody, without cgroups.
fn as_nobody() {
    let fault = Jail::start(config()).unwrap_err();
    assert!(fault.to_string().contains("cgroup"), "nothing is weaker unless it was allowed: {fault}");
    let jail = Jail::start(JailConfig { allow_fallback: true, ..config() }).unwrap();
    assert!(!jail.has_cgroups());
    eprintln!("namespaces: {}", jail.has_namespaces());
    if jail.has_namespaces() {
        let outcome = jail.run(&job(LOOKS), &mut Silent).unwrap();
        assert_eq!(outcome.stdout.text(), "1000 2 -1", "{outcome:?}");
    }
    has_limits(&jail);
}

#[test]
fn a_server_that_is_nobody() {
    use std::os::unix::process::CommandExt;
    if is_server() {
        return as_nobody();
    }
    if !rustix::process::geteuid().is_root() {
        return skip("machine::a_server_that_is_nobody", "only root can become nobody");
    }
    for source in [BUSY, ASLEEP, EATS, LOOKS, DAEMON] {
        c(source);
    }
    let output = as_server("a_server_that_is_nobody").uid(65534).gid(65534).current_dir("/").output();
    let output = match output {
        Err(error) => {
            return skip("machine::a_server_that_is_nobody", format!("nobody cannot run this: {error}"));
        }
        Ok(output) => output,
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let namespaces = said.lines().find(|line| line.starts_with("namespaces"));
    eprintln!("{}", namespaces.expect("the server ran, and not no test"));
}

#[test]
fn the_binary_of_a_helper_must_be_one() {
    let fault = Jail::start(JailConfig { helper: Some("/bin/true".into()), ..config() }).unwrap_err();
    assert!(fault.to_string().contains("helper_main_if_asked"), "{fault}");
}

/// The weaker box, or a line that says why the test does nothing.
fn weaker(test: &str) -> Option<Jail> {
    if layers_with(Path::new(HELPER)).iter().any(|layer| layer.name == "landlock" && !layer.present) {
        let fault = Jail::start(JailConfig { force_fallback: true, ..config() }).unwrap_err();
        assert!(fault.to_string().contains("Landlock"), "{fault}");
        skip(
            &format!("machine::{test}"),
            format!("no Landlock on this machine; starting is refused: {fault}"),
        );
        return None;
    }
    Some(Jail::start(JailConfig { force_fallback: true, ..config() }).unwrap())
}

#[test]
fn the_weaker_box_runs_and_hides_files() {
    let Some(jail) = weaker("the_weaker_box_runs_and_hides_files") else { return };
    let mut job = job(r#"int main() {
        printf("%d ", open("/etc/passwd", O_RDONLY)); printf("%d ", open("bin/program", O_RDONLY) >= 0);
        printf("%d ", open("tmp/x", O_CREAT | O_WRONLY, 0600) >= 0); printf("%d ", open("x", O_CREAT | O_WRONLY, 0600));
        printf("%d ", socket(AF_INET, SOCK_STREAM, 0)); printf("%d", kill(getppid(), 0));
        write(open("/proc/self/fd/10", O_WRONLY), "out", 3); }"#);
    job.outputs = 1;
    let outcome = jail.run(&job, &mut Silent).unwrap();
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!(outcome.stdout.text(), "-1 1 1 -1 -1 -1");
    assert_eq!(outcome.outputs, [b"out".to_vec()]);
}

#[test]
fn the_weaker_box_has_limits() {
    let Some(jail) = weaker("the_weaker_box_has_limits") else { return };
    has_limits(&jail);
}

const DAEMON: &str =
    r#"int main() { if (fork()) return 3; setsid(); prctl(PR_SET_NAME, "weak-daemon"); for (;;) pause(); }"#;

/// Limits that do without a cgroup.
fn has_limits(jail: &Jail) {
    let check = |source: &str, change: &dyn Fn(&mut assay_sandbox::Limits), expect| {
        let mut job = job(source);
        change(&mut job.limits);
        let outcome = jail.run(&job, &mut Silent).unwrap();
        assert_eq!(outcome.killed, expect, "{source}: {outcome:?}");
        outcome
    };
    let ms = Duration::from_millis;
    check(BUSY, &|limits| limits.cpu = ms(300), Some(Killed::Cpu));
    check(ASLEEP, &|limits| limits.wall = ms(300), Some(Killed::Wall));
    check(ASLEEP, &|limits| limits.idle = Some(ms(300)), Some(Killed::Idle));
    check(EATS, &|limits| limits.memory = 64 << 20, Some(Killed::Memory));
    assert_eq!(check(DAEMON, &|_| {}, None).exit, Exit::Code(3));
    assert_eq!(processes("weak-daemon"), 0);
}
