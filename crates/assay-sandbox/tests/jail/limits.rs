//! Every limit ends the run with its own reason.

use std::time::Duration;

use assay_sandbox::{Dialogue, Exit, Job, Killed, Mark, Next, Outcome, Sandbox};

use crate::programs::{jail, job, run};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn killed(source: &str, limit: impl FnOnce(&mut Job)) -> Outcome {
    let mut job = job(source);
    limit(&mut job);
    let outcome = run(&job);
    assert!(outcome.usage.wall < ms(15_000), "{outcome:?}");
    outcome
}

const BUSY: &str = "int main() { for (;;); }";
const ASLEEP: &str = "int main() { for (;;) pause(); }";

#[test]
fn wall() {
    let outcome = killed(BUSY, |job| job.limits.wall = ms(700));
    assert_eq!((outcome.killed, outcome.exit), (Some(Killed::Wall), Exit::Signal(9)));
    assert!(outcome.cpu_share_at_end > 0.12, "a busy loop: {}", outcome.cpu_share_at_end);
    let outcome = killed(ASLEEP, |job| job.limits.wall = ms(700));
    assert_eq!(outcome.killed, Some(Killed::Wall));
    assert!(outcome.cpu_share_at_end < 0.1, "asleep: {}", outcome.cpu_share_at_end);
}

#[test]
fn cpu_of_all_processes_together() {
    let source = "int main() { fork(); for (;;); }";
    let outcome = killed(source, |job| job.limits.cpu = ms(400));
    assert_eq!(outcome.killed, Some(Killed::Cpu));
    assert!((ms(350)..ms(700)).contains(&outcome.usage.cpu()), "{:?}", outcome.usage);
}

#[test]
fn idle() {
    let outcome = killed(ASLEEP, |job| job.limits.idle = Some(ms(300)));
    assert_eq!(outcome.killed, Some(Killed::Idle));
    let source = "int main() { raise(SIGSTOP); }";
    assert_eq!(killed(source, |job| job.limits.idle = Some(ms(300))).killed, Some(Killed::Idle));
    // Working all the time is not idling.
    let source = "int main() { time_t t = time(0) + 2; while (time(0) < t); }";
    assert_eq!(killed(source, |job| job.limits.idle = Some(ms(300))).killed, None);
}

/// Sends a line at once, after each line.
struct Insist;

impl Dialogue for Insist {
    fn on_line(&mut self, line: &[u8], _: Mark) -> Next {
        if line == b"kill" { Next::Kill } else { Next::Send(b"go on\n".to_vec()) }
    }
    fn on_end(&mut self, _: &[u8], _: Mark) {}
}

fn talk(source: &str, limit: impl FnOnce(&mut Job)) -> Outcome {
    let mut job = job(source);
    job.dialogue = true;
    limit(&mut job);
    jail().run(&job, &mut Insist).unwrap()
}

#[test]
fn step_and_asked() {
    let outcome =
        talk(r#"int main() { write(4, "ready\n", 6); pause(); }"#, |job| job.limits.step = Some(ms(200)));
    assert_eq!(outcome.killed, Some(Killed::Step));
    let silent = |job: &mut Job| (job.limits.step, job.limits.wall) = (Some(ms(100)), ms(500));
    let outcome = talk("int main() { pause(); }", silent);
    assert_eq!(outcome.killed, Some(Killed::Wall), "no challenge, no step");
    let outcome = talk(r#"int main() { write(4, "kill\n", 5); pause(); }"#, |_| {});
    assert_eq!(outcome.killed, Some(Killed::Asked));
}

#[test]
fn a_line_without_end_and_lines_without_number() {
    let source = "int main() { static char x[65536]; memset(x, 'x', 65536); for (;;) write(4, x, 65536); }";
    assert_eq!(talk(source, |_| {}).killed, Some(Killed::Output));
    // Never reads what it is sent.
    let source = r#"int main() { for (;;) write(4, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", 19); }"#;
    assert_eq!(talk(source, |_| {}).killed, Some(Killed::Output));
}

#[test]
fn memory_of_one_process_of_children_and_of_files() {
    let eat = "int main() { for (;;) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); } }";
    let outcome = killed(eat, |job| job.limits.memory = 64 << 20);
    assert_eq!((outcome.killed, outcome.exit), (Some(Killed::Memory), Exit::Signal(9)));
    assert_eq!(outcome.usage.memory, 64 << 20);

    let child = "int main() { if (fork()) { wait(0); return 0; } for (;;) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); } }";
    assert_eq!(killed(child, |job| job.limits.memory = 64 << 20).killed, Some(Killed::Memory));

    let file = r#"int main() { int f = memfd_create("x", 0); char x[65536]; for (int i = 0; i < 4096; i++) write(f, x, 65536); pause(); }"#;
    let outcome = killed(file, |job| (job.limits.memory, job.limits.disk) = (64 << 20, 1 << 30));
    assert_eq!(outcome.killed, Some(Killed::Memory));

    // The limit of one run is not that of the next.
    let fits =
        "int main() { char *p = malloc(200 << 20); memset(p, 1, 200 << 20); printf(\"%d\", p[12345]); }";
    let outcome = killed(fits, |_| {});
    assert!(outcome.succeeded(), "{outcome:?}");
    assert!((200..260).contains(&(outcome.usage.memory >> 20)), "{:?}", outcome.usage);
}

#[test]
fn the_box_cannot_make_itself_the_last_to_die() {
    let source = r#"int main() {
        int f = open("/proc/self/oom_score_adj", O_WRONLY); if (f >= 0) write(f, "-1000", 5);
        for (;;) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); } }"#;
    assert_eq!(killed(source, |job| job.limits.memory = 64 << 20).killed, Some(Killed::Memory));
}

#[test]
fn output_is_cut_and_our_memory_stays_flat() {
    let flood = "int main() { static char x[65536]; memset(x, 'x', 65536); for (;;) write(1 + (rand() & 1), x, 65536); }";
    let outcome = killed(flood, |_| {});
    assert_eq!(outcome.killed, Some(Killed::Output));
    assert_eq!(outcome.stdout.bytes.len() + outcome.stderr.bytes.len(), 1 << 20);
    assert!(outcome.stdout.truncated || outcome.stderr.truncated);
    assert!(outcome.usage.wall < ms(5000));

    let before = resident();
    for _ in 0..20 {
        assert_eq!(killed(flood, |_| {}).killed, Some(Killed::Output));
    }
    // Other tests of this process run meanwhile.
    assert!(resident() < before + (64 << 20), "{} to {} bytes", before, resident());

    let exact = "int main() { static char x[1 << 20]; write(1, x, 1 << 20); }";
    assert!(killed(exact, |_| {}).succeeded(), "exactly the limit is allowed");
}

fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

#[test]
fn outputs_have_a_size() {
    let write = |bytes: u64| {
        format!(
            "int main() {{ signal(SIGXFSZ, SIG_IGN); static char x[65536]; for (long n = 0; n < {bytes}; n += 65536) if (write(10, x, 65536) < 65536) return 3; }}"
        )
    };
    let limit = |job: &mut Job| (job.outputs, job.output_bytes, job.limits.disk) = (1, 1 << 20, 16 << 20);
    let outcome = killed(&write(1 << 20), limit);
    assert!(outcome.succeeded(), "{outcome:?}");
    let outcome = killed(&write(2 << 20), limit);
    assert_eq!((outcome.killed, outcome.outputs[0].len()), (Some(Killed::Output), 1 << 20));
    // And nothing larger than anything allowed is ever written.
    assert_eq!(killed(&write(64 << 20), limit).exit, Exit::Code(3));
}

#[test]
fn processes_and_threads() {
    let source = r#"void *wait_for_ever(void *x) { pause(); }
        int main() { pthread_t t; int n = 0; while (!pthread_create(&t, 0, wait_for_ever, 0)) n++; printf("%d", n); fflush(stdout); _exit(0); }"#;
    let outcome = killed(source, |job| job.limits.pids = 20);
    assert!(outcome.pids_refused && outcome.succeeded(), "{outcome:?}");
    assert_eq!(outcome.stdout.text(), "19");
    assert!(!killed("int main() {}", |_| {}).pids_refused, "only of the run in which it happened");
}

#[test]
fn disk_bytes_and_entries() {
    let source = r#"int main() { chdir("tmp"); static char x[65536]; long sum = 0, got; int n = 0; char name[20];
        for (int f = 0; f < 4; f++) {
            sprintf(name, "big%d", f); int fd = open(name, O_CREAT | O_WRONLY, 0600);
            while ((got = write(fd, x, 65536)) > 0) { sum += got; if (lseek(fd, 0, SEEK_CUR) >= 4 << 20) break; }
        }
        printf("%ld ", sum >> 20);
        for (; ; n++) { sprintf(name, "n%d", n); int fd = open(name, O_CREAT | O_WRONLY, 0600); if (fd < 0) break; close(fd); }
        printf("%d", n > 3000 && n < 4096); }"#;
    let outcome = killed(source, |job| job.limits.disk = 8 << 20);
    assert_eq!(outcome.stdout.text(), "8 1");
    let none = r#"int main() { printf("%d", access("tmp", F_OK)); }"#;
    assert_eq!(killed(none, |job| job.limits.disk = 0).stdout.text(), "-1");
}

#[test]
fn last_words_are_kept_beyond_the_limits() {
    let source = r#"
        static char x[100 << 10];
        void say(int s) { memset(x, 'w', sizeof x); write(2, x, sizeof x); _exit(5); }
        int main() { signal(SIGQUIT, say); write(1, "12345678", 8); raise(SIGSTOP); for (;;) pause(); }"#;
    let outcome = killed(source, |job| {
        (job.limits.wall, job.limits.output) = (ms(400), 10);
        job.last_words = Some(ms(5000));
    });
    assert_eq!((outcome.killed, outcome.exit), (Some(Killed::Wall), Exit::Code(5)));
    assert_eq!((outcome.stdout.text().as_str(), outcome.stderr.bytes.len()), ("12345678", 100 << 10));
    assert!(outcome.usage.wall < ms(3000), "it ended by itself: {outcome:?}");

    let deaf = "int main() { signal(SIGQUIT, SIG_IGN); for (;;) write(2, \"xxxxxxxxxxxxxxxx\", 16); }";
    let outcome = killed(deaf, |job| {
        (job.limits.cpu, job.limits.output) = (ms(200), 1 << 30);
        job.last_words = Some(ms(300));
    });
    assert_eq!((outcome.killed, outcome.exit), (Some(Killed::Cpu), Exit::Signal(9)));
}
