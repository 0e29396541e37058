//! Go's own tools and what they make, in the box. The toolchain is looked for in `ASSAY_GO` (a GOROOT or the path of a `go`
//! command) and in `.tools/` of the checkout; without one these tests are skipped, and say so.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use assay_sandbox::host::Tool;
use assay_sandbox::{Entry, Exit, Job, Killed, Limits, Source};

use crate::programs::{at, run, skip};

struct Go {
    root: PathBuf,
    work: PathBuf,
}

/// The toolchain, or a line that says why the test does nothing.
fn go(test: &str) -> Option<&'static Go> {
    static GO: LazyLock<Option<Go>> = LazyLock::new(|| {
        let named = std::env::var_os("ASSAY_GO").map(PathBuf::from);
        let named = named.map(|path| if path.ends_with("bin/go") { path.join("../..") } else { path });
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
        let found = std::fs::read_dir(tools).into_iter().flatten().flatten().map(|e| e.path());
        let root =
            named.into_iter().chain(found).find(|root| root.join("bin/go").exists())?.canonicalize().ok()?;
        Some(Go { root, work: Path::new(env!("CARGO_TARGET_TMPDIR")).join("go") })
    });
    if GO.is_none() {
        skip(&format!("golang::{test}"), "no Go toolchain (set ASSAY_GO to one)");
    }
    GO.as_ref()
}

impl Go {
    /// A static program from `source`, built on the host once.
    fn build(&self, source: &str, race: bool) -> PathBuf {
        use std::hash::{DefaultHasher, Hash, Hasher};
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _held = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hash = DefaultHasher::new();
        (source, race).hash(&mut hash);
        let folder = self.work.join(format!("{:016x}", hash.finish()));
        let binary = folder.join("program");
        if !binary.exists() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("main.go"), source).unwrap();
            let mut args = vec!["build", "-o", "program"];
            if race {
                args.extend(["-race", "-ldflags=-linkmode=external -extldflags=-static"]);
            }
            let cgo = if race { "1" } else { "0" };
            self.tool().cwd(&folder).args(args).arg("main.go").env("CGO_ENABLED", cgo).run_ok().unwrap();
        }
        binary
    }

    fn tool(&self) -> Tool {
        Tool::new(self.root.join("bin/go"))
            .keep_env(&["PATH"])
            .env("GOROOT", &self.root)
            .env("GOCACHE", self.work.join("cache"))
            .env("HOME", &self.work)
            .env("GOTOOLCHAIN", "local")
            .env("GOPROXY", "off")
            .env("GOFLAGS", "-mod=mod")
    }
}

fn job(binary: &Path) -> Job {
    Job {
        entries: vec![Entry { at: at("program"), source: Source::Host(binary.to_owned()) }],
        limits: Limits { wall: Duration::from_secs(20), ..Limits::default() },
        ..Job::new(at("program"))
    }
}

const WORK: &str = r#"package main
import ("fmt"; "os"; "os/signal"; "runtime"; "sync"; "time"; "net"; "io")
func main() {
    var wg sync.WaitGroup; var mu sync.Mutex; total := 0
    for i := range 50 { wg.Add(1); go func() { defer wg.Done(); s := make([]int, 1000); for j := range s { s[j] = i }; mu.Lock(); total += s[i]; mu.Unlock(); time.Sleep(time.Millisecond) }() }
    wg.Wait(); runtime.GC()
    signal.Notify(make(chan os.Signal, 1), os.Interrupt)
    l, err := net.Listen("tcp", "127.0.0.1:0"); if err != nil { panic(err) }
    go func() { c, _ := l.Accept(); fmt.Fprint(c, "hello"); c.Close() }()
    c, err := net.Dial("tcp", l.Addr().String()); if err != nil { panic(err) }
    b, _ := io.ReadAll(c)
    f, err := os.CreateTemp("tmp", "x"); if err != nil { panic(err) }
    fmt.Fprintln(f, "x"); f.Close(); os.Remove(f.Name())
    fmt.Println(total, string(b), os.Getpid())
}"#;

#[test]
fn a_program_with_and_without_the_race_detector() {
    let Some(go) = go("a_program_with_and_without_the_race_detector") else { return };
    for race in [false, true] {
        let outcome = run(&job(&go.build(WORK, race)));
        assert!(outcome.succeeded(), "race {race}: {outcome:?}");
        assert_eq!(outcome.stdout.text(), "1225 hello 2\n");
    }
}

#[test]
fn a_race_is_reported_and_options_come_by_the_environment() {
    let Some(go) = go("a_race_is_reported_and_options_come_by_the_environment") else { return };
    let source = r"package main
        func main() { x := 0; done := make(chan bool); go func() { x++; close(done) }(); x++; <-done; println(x) }";
    let mut job = job(&go.build(source, true));
    job.env = vec![("GORACE".into(), "atexit_sleep_ms=0 exitcode=77".into())];
    let outcome = run(&job);
    assert_eq!(outcome.exit, Exit::Code(77), "{outcome:?}");
    assert!(outcome.stderr.text().contains("DATA RACE"), "{outcome:?}");
    assert!(outcome.usage.wall < Duration::from_millis(900), "the option was read: {:?}", outcome.usage);
}

#[test]
fn a_deadlock_under_race_is_idle_and_its_last_words_name_it() {
    let Some(go) = go("a_deadlock_under_race_is_idle_and_its_last_words_name_it") else { return };
    let source = r#"package main
        import "sync"
        func main() { var a sync.Mutex; a.Lock(); go func() { select {} }(); println("locked"); a.Lock() }"#;
    let mut job = job(&go.build(source, true));
    job.limits.idle = Some(Duration::from_millis(500));
    job.last_words = Some(Duration::from_secs(3));
    let outcome = run(&job);
    assert_eq!((outcome.killed, outcome.exit), (Some(Killed::Idle), Exit::Code(2)), "{outcome:?}");
    assert!(outcome.usage.wall < Duration::from_secs(5), "{:?}", outcome.usage);
    let said = outcome.stderr.text();
    assert!(said.contains("SIGQUIT") && said.contains("sync.(*Mutex).Lock"), "{said}");
}

#[test]
fn a_busy_loop_is_seen_in_its_last_words() {
    let Some(go) = go("a_busy_loop_is_seen_in_its_last_words") else { return };
    let source = "package main\nfunc spin() { for {} }\nfunc main() { spin() }";
    let mut job = job(&go.build(source, false));
    job.limits.cpu = Duration::from_millis(500);
    job.last_words = Some(Duration::from_secs(3));
    let outcome = run(&job);
    assert_eq!(outcome.killed, Some(Killed::Cpu));
    assert!(outcome.stderr.text().contains("main.spin"), "{}", outcome.stderr.text());
    assert!(outcome.cpu_share_at_end > 0.12, "{}", outcome.cpu_share_at_end);
}

#[test]
fn memory_and_goroutine_bombs() {
    let Some(go) = go("memory_and_goroutine_bombs") else { return };
    let memory = "package main\nvar keep [][]byte\nfunc main() { for { b := make([]byte, 1<<20); for i := range b { b[i] = 1 }; keep = append(keep, b) } }";
    let goroutines = "package main\nfunc main() { for { go func() { select {} }() } }";
    for (source, race) in [(memory, false), (memory, true), (goroutines, false)] {
        let mut job = job(&go.build(source, race));
        job.limits.memory = 128 << 20;
        assert_eq!(run(&job).killed, Some(Killed::Memory), "race {race}: {source}");
    }
    let threads = "package main\nimport (\"runtime\"; \"time\")\nfunc main() { for { go func() { runtime.LockOSThread(); time.Sleep(time.Hour) }() ; runtime.Gosched() } }";
    let mut job = job(&go.build(threads, false));
    (job.limits.pids, job.limits.cpu, job.limits.memory) = (64, Duration::from_secs(5), 256 << 20);
    let outcome = run(&job);
    assert!(!outcome.succeeded() && (outcome.pids_refused || outcome.killed.is_some()), "{outcome:?}");
}

/// The compiler and the linker are programs like others: a package compiled and a program linked, all of it in boxes.
#[test]
fn the_compiler_and_the_linker_run_inside() {
    let Some(go) = go("the_compiler_and_the_linker_run_inside") else { return };
    let archives = go
        .tool()
        .args([
            "list",
            "-export",
            "-deps",
            "-f",
            "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}",
            "fmt",
        ])
        .env("CGO_ENABLED", "0")
        .run_ok()
        .unwrap()
        .text();
    let tools = go.root.join("pkg/tool/linux_amd64");
    let mut shown = vec![];
    let mut config = String::new();
    for (number, line) in archives.lines().filter(|line| !line.is_empty()).enumerate() {
        let (package, path) = line.split_once('=').unwrap();
        writeln!(config, "{package}=std/{number}.a").unwrap();
        shown.push(Entry { at: at(&format!("std/{number}.a")), source: Source::Host(path.into()) });
    }
    let source = "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"made in a box\") }\n";
    let limits = || Limits {
        memory: 1536 << 20,
        wall: Duration::from_mins(1),
        cpu: Duration::from_secs(30),
        disk: 64 << 20,
        ..Limits::default()
    };
    let tool = |name: &str, args: &[&str], more: Vec<Entry>| {
        let mut job = Job { limits: limits(), outputs: 1, ..Job::new(at(name)) };
        job.entries.push(Entry { at: at(name), source: Source::Host(tools.join(name)) });
        job.entries.extend(shown.iter().cloned().chain(more));
        job.args = args.iter().map(|a| (*a).to_owned()).collect();
        let outcome = run(&job);
        assert!(outcome.succeeded(), "{name}: {outcome:?}");
        outcome.outputs.into_iter().next().unwrap()
    };
    let bytes = |path: &str, bytes: &[u8]| Entry { at: at(path), source: Source::Bytes(bytes.to_vec()) };
    let object = tool(
        "compile",
        &[
            "-p",
            "main",
            "-complete",
            "-importcfg",
            "importcfg",
            "-pack",
            "-o",
            "/proc/self/fd/10",
            "./src/main.go",
        ],
        vec![bytes("importcfg", config.as_bytes()), bytes("src/main.go", source.as_bytes())],
    );
    let program = tool(
        "link",
        &["-importcfg", "importcfg", "-s", "-w", "-buildmode=exe", "-o", "/proc/self/fd/10", "main.a"],
        vec![bytes("importcfg", config.as_bytes()), bytes("main.a", &object)],
    );
    let mut made = Job::new(at("made"));
    made.entries.push(bytes("made", &program));
    let outcome = run(&made);
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!(outcome.stdout.text(), "made in a box\n");
}
