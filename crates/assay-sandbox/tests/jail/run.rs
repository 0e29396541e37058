//! What a program sees and gives.

use assay_sandbox::{Dialogue, Entry, Exit, Mark, Next, Sandbox, Source};

use crate::programs::{at, jail, job, output, run};

/// Sends `challenges` one by one, each after a line; closes after the last.
#[derive(Default)]
struct Script {
    challenges: Vec<&'static str>,
    lines: Vec<(String, Mark)>,
    end: Option<String>,
}

impl Dialogue for Script {
    fn on_line(&mut self, line: &[u8], mark: Mark) -> Next {
        self.lines.push((String::from_utf8_lossy(line).into_owned(), mark));
        if self.challenges.is_empty() {
            return Next::Close;
        }
        Next::Send(format!("{}\n", self.challenges.remove(0)).into_bytes())
    }
    fn on_end(&mut self, rest: &[u8], _: Mark) {
        assert_eq!(self.end.replace(String::from_utf8_lossy(rest).into_owned()), None, "ended twice");
    }
}

#[test]
fn a_dialogue_with_marks() {
    let mut job = job(r#"
        int main() {
            FILE *in = fdopen(3, "r"), *out = fdopen(4, "w"); char line[100];
            fprintf(out, "ready\n"); fflush(out);
            while (fgets(line, 100, in)) {
                write(1, "out", 3); write(2, "error", 5);
                fprintf(out, "got %s", line); fflush(out);
            }
            fprintf(out, "rest"); fflush(out);
            return 7;
        }"#);
    job.dialogue = true;
    let mut script = Script { challenges: vec!["one", "two"], ..Script::default() };
    let outcome = jail().run(&job, &mut script).unwrap();
    assert_eq!((outcome.exit, outcome.killed), (Exit::Code(7), None));
    let mark = |stdout, stderr| Mark { stdout, stderr };
    let expect = [("ready", mark(0, 0)), ("got one", mark(3, 5)), ("got two", mark(6, 10))];
    assert_eq!(script.lines, expect.map(|(line, mark)| (line.to_owned(), mark)));
    assert_eq!(script.end.as_deref(), Some("rest"));
    assert_eq!(outcome.stdout.text(), "outout");
    assert!(
        outcome.usage.whole_box && outcome.usage.memory > 0 && !outcome.usage.cpu().is_zero(),
        "{outcome:?}"
    );
}

#[test]
fn arguments_environment_and_input_are_exactly_the_jobs() {
    let mut job = job(r#"
        extern char **environ;
        int main(int n, char **v) {
            char in[100]; int got = read(0, in, 100);
            for (int i = 0; i < n; i++) printf("%s,", v[i]);
            for (char **e = environ; *e; e++) printf("%s;", *e);
            printf("%.*s", got, in);
        }"#);
    job.args = vec!["a b".into(), String::new()];
    job.env = vec![("K".into(), "v=1".into())];
    job.stdin = b"input".to_vec();
    assert_eq!(run(&job).stdout.text(), "bin/program,a b,,K=v=1;input");
}

#[test]
fn outputs_are_handed_over_as_descriptors() {
    let mut job = job(r#"
        int main() {
            int a = open("/proc/self/fd/10", O_WRONLY | O_TRUNC); write(a, "first", 5);
            write(11, "second", 6);
            return 0;
        }"#);
    job.outputs = 2;
    let outcome = run(&job);
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!(outcome.outputs, [b"first".to_vec(), b"second".to_vec()]);
}

#[test]
fn entries_are_there_and_read_only() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut job = job(r#"
        int main() {
            char text[10] = {0}; read(open("a/b/c.txt", O_RDONLY), text, 9);
            printf("%s %d ", text, access("lib/lib.rs", R_OK));
            const char *paths[] = {"a/b/c.txt", "lib/lib.rs"};
            for (int i = 0; i < 2; i++) {
                printf("%d", open(paths[i], O_WRONLY) >= 0);
                printf("%d", unlink(paths[i]) == 0);
                printf("%d", chmod(paths[i], 0777) == 0);
            }
            printf("%d%d", open("new", O_CREAT | O_WRONLY, 0600) >= 0, mkdir("a/new", 0700) == 0);
            int tmp = open("tmp/new", O_CREAT | O_RDWR, 0600);
            printf(" %d", write(tmp, "x", 1) == 1);
        }"#);
    job.entries.extend([
        Entry { at: at("a/b/c.txt"), source: Source::Bytes(b"content".to_vec()) },
        Entry { at: at("lib"), source: Source::Host(folder) },
    ]);
    let outcome = run(&job);
    assert_eq!(outcome.stdout.text(), "content 0 00000000 1");
}

#[test]
fn nothing_else_is_there() {
    let seen = output(
        r#"
        #include <dirent.h>
        void list(const char *path) {
            DIR *d = opendir(path); struct dirent *e;
            printf("%s:", path);
            while (d && (e = readdir(d))) if (e->d_name[0] != '.') printf(" %s", e->d_name);
            printf("\n"); if (d) closedir(d);
        }
        int main() {
            setbuf(stdout, 0);
            list("/dev"); list("/tmp"); list("/proc");
            printf("%d %d %d\n", getpid(), getuid(), getgid());
            const char *no[] = {"/etc/passwd", "/proc/1/root/etc", "/proc/1/environ", "/proc/1/fd", "/proc/sys/kernel/core_pattern",
                "/proc/cpuinfo", "/dev/shm", "/dev/tty", "/sys", "/bin/sh"};
            for (int i = 0; i < 10; i++) if (access(no[i], F_OK) == 0) printf("there: %s\n", no[i]);
            for (int fd = 3; fd < 1024; fd++) if (fcntl(fd, F_GETFD) >= 0) printf("descriptor %d\n", fd);
            printf("%d\n", open("/proc/self/mem", O_RDWR) >= 0);
            int n = open("/dev/null", O_WRONLY); printf("%d\n", (int)write(n, "x", 1));
            char group[4096] = {0}; read(open("/proc/self/cgroup", O_RDONLY), group, 4095);
            printf("%d\n", strstr(group, "assay") != 0);
        }"#,
    );
    let lines: Vec<&str> = seen.lines().collect();
    let [dev, tmp, proc, ids, rest @ ..] = &lines[..] else { panic!("{seen}") };
    let mut devices: Vec<&str> = dev.split(' ').skip(1).collect();
    devices.sort_unstable();
    assert_eq!(devices, ["null", "urandom", "zero"]);
    assert_eq!(*tmp, "/tmp:");
    assert!(!proc.contains(" 1 "), "the first process is hidden: {proc}");
    assert_eq!(*ids, "2 1000 1000");
    assert_eq!(rest, ["0", "1", "0"], "{seen}");
}

#[test]
fn what_every_backend_does() {
    for case in crate::cases::CASES {
        crate::cases::check(case, jail());
    }
    crate::cases::check_dialogue_and_outputs(jail());
    crate::cases::check_faults(jail());
}
