//! What every backend does alike: programs, what is asked of their boxes, and what must come of them.

use std::time::Duration;

use assay_sandbox::{Dialogue, Entry, Exit, Job, Killed, Mark, Next, Outcome, Sandbox, Source};

use crate::programs::{at, job};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// One program in one box.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    source: &'static str,
    change: fn(&mut Job),
    exit: Exit,
    killed: Option<Killed>,
    /// On standard output.
    said: &'static str,
}

const OK: Exit = Exit::Code(0);
const DEAD: Exit = Exit::Signal(9);
const EATS: &str = "int main() { for (;;) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); } }";
const ASLEEP: &str = "int main() { for (;;) pause(); }";
const BUSY: &str = "int main() { for (;;); }";

const fn case(
    name: &'static str,
    source: &'static str,
    change: fn(&mut Job),
    (exit, killed): (Exit, Option<Killed>),
    said: &'static str,
) -> Case {
    Case { name, source, change, exit, killed, said }
}

/// All that need no dialogue and no output files.
pub(crate) const CASES: &[Case] = &[
    case("a code", "int main() { return 137; }", |_| {}, (Exit::Code(137), None), ""),
    case("a fault", "int main() { *(volatile int *)0 = 1; }", |_| {}, (Exit::Signal(11), None), ""),
    case(
        "arguments, environment, input",
        r#"int main(int n, char **v) { char in[9] = {0}; read(0, in, 8); printf("%s,%s,%s,%s,%s", v[0], v[1], v[2], getenv("K"), in); }"#,
        |job| {
            job.args = vec!["a b".into(), String::new()];
            job.env = vec![("K".into(), "v=1".into())];
            job.stdin = b"input".to_vec();
        },
        (OK, None),
        "bin/program,a b,,v=1,input",
    ),
    case(
        "entries are there and read-only",
        r#"int main() { char text[10] = {0}; read(open("a/b/c.txt", O_RDONLY), text, 9);
            printf("%s %d", text, access("lib/lib.rs", R_OK));
            const char *no[] = {"a/b/c.txt", "lib/lib.rs", "new", "/proc/self/mem", "/proc/self/oom_score_adj"};
            for (int i = 0; i < 5; i++) printf(" %d", open(no[i], O_CREAT | O_WRONLY, 0600) >= 0);
            printf(" %d", write(open("tmp/new", O_CREAT | O_WRONLY, 0600), "x", 1) == 1); }"#,
        |job| {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            job.entries.extend([
                Entry { at: at("a/b/c.txt"), source: Source::Bytes(b"content".to_vec()) },
                Entry { at: at("lib"), source: Source::Host(folder) },
            ]);
        },
        (OK, None),
        "content 0 0 0 0 0 0 1",
    ),
    case(
        "nobody, in a place of its own",
        r#"int main() {
            const char *no[] = {"/etc/passwd", "/proc/sys/kernel/core_pattern", "/proc/cpuinfo", "/dev/shm", "/dev/tty", "/sys", "/bin/sh"};
            for (int i = 0; i < 7; i++) if (access(no[i], F_OK) == 0) printf("there: %s ", no[i]);
            for (int fd = 3; fd < 1024; fd++) if (fcntl(fd, F_GETFD) >= 0) printf("descriptor %d ", fd);
            int null = open("/dev/null", O_WRONLY); char name[20] = {0}; gethostname(name, 19);
            printf("%d %d %d %s", getuid(), getgid(), (int)write(null, "x", 1), name); }"#,
        |_| {},
        (OK, None),
        "1000 1000 1 box",
    ),
    case(
        "its own loopback",
        r#"int main() { struct sockaddr_in a = {AF_INET}; socklen_t n = sizeof a; a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            int s = socket(AF_INET, SOCK_STREAM, 0); bind(s, (void *)&a, n); listen(s, 1); getsockname(s, (void *)&a, &n);
            printf("%d", connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&a, n)); }"#,
        |_| {},
        (OK, None),
        "0",
    ),
    case("wall", ASLEEP, |job| job.limits.wall = ms(500), (DEAD, Some(Killed::Wall)), ""),
    case(
        "cpu",
        "int main() { fork(); for (;;); }",
        |job| job.limits.cpu = ms(400),
        (DEAD, Some(Killed::Cpu)),
        "",
    ),
    case("idle", ASLEEP, |job| job.limits.idle = Some(ms(300)), (DEAD, Some(Killed::Idle)), ""),
    case("memory", EATS, |job| job.limits.memory = 64 << 20, (DEAD, Some(Killed::Memory)), ""),
    case(
        "no more memory than that",
        r#"int main() { char *p = malloc(200 << 20); memset(p, 1, 200 << 20); printf("%d", p[12345]); }"#,
        |_| {},
        (OK, None),
        "1",
    ),
    case(
        "threads",
        r#"void *wait_for_ever(void *x) { pause(); }
        int main() { pthread_t t; int n = 0; while (!pthread_create(&t, 0, wait_for_ever, 0)) n++; printf("%d", n); fflush(stdout); _exit(0); }"#,
        |job| job.limits.pids = 20,
        (OK, None),
        "19",
    ),
    case(
        "output",
        "int main() { static char x[65536]; for (;;) write(2, x, 65536); }",
        |_| {},
        (DEAD, Some(Killed::Output)),
        "",
    ),
    case(
        "disk",
        r#"int main() { chdir("tmp"); static char x[65536]; long sum = 0, got; int fd = open("big", O_CREAT | O_WRONLY, 0600);
            signal(SIGXFSZ, SIG_IGN);
            while ((got = write(fd, x, 65536)) > 0) sum += got;
            printf("%ld", sum >> 20); }"#,
        |job| job.limits.disk = 8 << 20,
        (OK, None),
        "8",
    ),
    case(
        "no disk",
        r#"int main() { printf("%d", access("tmp", F_OK)); }"#,
        |job| job.limits.disk = 0,
        (OK, None),
        "-1",
    ),
    case(
        "last words",
        r#"void say(int s) { printf("words"); fflush(stdout); _exit(5); } int main() { signal(SIGQUIT, say); for (;;) pause(); }"#,
        |job| (job.limits.wall, job.last_words) = (ms(400), Some(ms(5000))),
        (Exit::Code(5), Some(Killed::Wall)),
        "words",
    ),
    case(
        "children end with it",
        r#"int main() { if (fork() == 0) { setsid(); for (;;) pause(); } printf("done"); }"#,
        |_| {},
        (OK, None),
        "done",
    ),
];

/// Run one in `sandbox` and compare.
pub(crate) fn check(case: &Case, sandbox: &dyn Sandbox) -> Outcome {
    let mut job = job(case.source);
    (case.change)(&mut job);
    let outcome =
        sandbox.run(&job, &mut assay_sandbox::Silent).unwrap_or_else(|e| panic!("{}: {e}", case.name));
    let came = (outcome.exit, outcome.killed, outcome.stdout.text());
    assert_eq!(came, (case.exit, case.killed, case.said.to_owned()), "{}: {outcome:?}", case.name);
    assert!(outcome.usage.whole_box, "{}: {outcome:?}", case.name);
    // A small one fits into what earlier runs left in a jail's group, and counts as nothing.
    let large = case.name == "no more memory than that";
    assert!(!large || (200..260).contains(&(outcome.usage.memory >> 20)), "{}: {outcome:?}", case.name);
    assert!(outcome.usage.wall < ms(15_000), "{}: {outcome:?}", case.name);
    assert_eq!(outcome.pids_refused, case.name == "threads", "{}: {outcome:?}", case.name);
    outcome
}

/// Answers each line with a line, twice; then closes.
#[derive(Default)]
struct Twice {
    lines: Vec<(String, Mark)>,
    rest: Option<String>,
}

impl Dialogue for Twice {
    fn on_line(&mut self, line: &[u8], mark: Mark) -> Next {
        self.lines.push((String::from_utf8_lossy(line).into_owned(), mark));
        match self.lines.len() {
            1 => Next::Send(b"one\n".to_vec()),
            2 => Next::Send(b"two\n".to_vec()),
            _ => Next::Close,
        }
    }
    fn on_end(&mut self, rest: &[u8], _: Mark) {
        assert_eq!(self.rest.replace(String::from_utf8_lossy(rest).into_owned()), None, "ended twice");
    }
}

/// A dialogue with marks, and two output files, one of which is opened again by its name.
pub(crate) fn check_dialogue_and_outputs(sandbox: &dyn Sandbox) {
    let mut job = job(r#"
        int main() {
            FILE *in = fdopen(3, "r"), *out = fdopen(4, "w"); char line[100];
            fprintf(out, "ready\n"); fflush(out);
            while (fgets(line, 100, in)) {
                write(1, "out", 3); write(2, "error", 5);
                fprintf(out, "got %s", line); fflush(out);
            }
            fprintf(out, "rest"); fflush(out);
            int a = open("/proc/self/fd/10", O_WRONLY | O_TRUNC); write(a, "first", 5); write(11, "second", 6);
            return 7;
        }"#);
    (job.dialogue, job.outputs) = (true, 2);
    let mut twice = Twice::default();
    let outcome = sandbox.run(&job, &mut twice).unwrap();
    assert_eq!((outcome.exit, outcome.killed), (Exit::Code(7), None), "{outcome:?}");
    let mark = |stdout, stderr| Mark { stdout, stderr };
    let expect = [("ready", mark(0, 0)), ("got one", mark(3, 5)), ("got two", mark(6, 10))];
    assert_eq!(twice.lines, expect.map(|(line, mark)| (line.to_owned(), mark)));
    assert_eq!(twice.rest.as_deref(), Some("rest"));
    assert_eq!(outcome.outputs, [b"first".to_vec(), b"second".to_vec()]);
}

/// What is our fault is an `Err` that names the reason, and the next run is fine.
pub(crate) fn check_faults(sandbox: &dyn Sandbox) {
    let check = |change: &dyn Fn(&mut Job), expect: &str| {
        let mut job = job("int main() {}");
        change(&mut job);
        let fault = sandbox.run(&job, &mut assay_sandbox::Silent).unwrap_err();
        assert!(fault.what.contains(expect), "{fault}");
    };
    check(&|job| job.program = at("nowhere"), "nowhere");
    let host = |path: &str, source: &str| Entry { at: at(path), source: Source::Host(source.into()) };
    check(&|job| job.entries.push(host("lib", "/no/such/folder")), "/no/such/folder");
    check(&|job| job.entries.push(host("tmp/x", "/etc")), "tmp/x");
    check(&|job| job.entries.push(host("bin/program", "/etc")), "bin/program");
    check(&|job| job.args.push("a\0b".into()), "passing");
    check(&|job| job.outputs = 9, "9 outputs");
    assert!(sandbox.run(&job("int main() {}"), &mut assay_sandbox::Silent).unwrap().succeeded());
    let busy = Job { limits: assay_sandbox::Limits { cpu: ms(200), ..job(BUSY).limits }, ..job(BUSY) };
    assert_eq!(sandbox.run(&busy, &mut assay_sandbox::Silent).unwrap().killed, Some(Killed::Cpu));
}
