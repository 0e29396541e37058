//! Submissions that want a better verdict than theirs, graded for real: each with the verdict it gets and a word of the reason.
//!
//! `tests/cheats/<name>/` holds the ones that are ordinary Go files; what an editor would not keep as it is stands here. README.md
//! there says how to see that these tests bite.

mod cheating;

use assay_core::Verdict::{
    Accepted, CompileError, DataRace, Deadlock, Failed, Leak, MemoryLimit, OutputLimit, Panic, Rejected,
    Tampered, TimeLimit,
};

use cheating::{bomb, check, check_files, check_pool, folders, refused};

/// One test for each folder, and one that none is forgotten.
macro_rules! folders {
    ($($name:ident: $verdict:ident, $word:literal;)*) => {
        mod folder {
            use super::*;
            $(#[test] fn $name() { check(stringify!($name), $verdict, $word); })*
        }

        #[test]
        fn every_folder_is_graded() {
            let mut known: Vec<String> = vec![$(stringify!($name).replace('_', "-")),*];
            known.sort();
            assert_eq!(folders(), known);
        }
    };
}

folders! {
    // The process is ended, or the records are forged.
    exit_in_init: Rejected, "import \"os\"";
    exit_in_a_test: Rejected, "import \"syscall\"";
    exit_by_logger: Tampered, "exit status 1";
    answer_that_exits: Tampered, "exit status 1";
    finalizer: Rejected, "import \"runtime\"";
    goexit_in_init: Rejected, "import \"runtime\"";
    descriptors_by_os: Rejected, "import \"os\"";
    descriptors_by_syscall: Rejected, "import \"syscall\"";
    descriptors_by_proc: Rejected, "import \"os\"";
    exec: Rejected, "import \"os/exec\"";
    records_on_every_stream: Failed, "got -1, want 6";
    stale_printer: Failed, "res 0 t ok";
    package_main: Rejected, "this exercise is package tally";

    // The testing package is taken over, or the tests are read.
    count_zero: Rejected, "import \"flag\"";
    skip_by_arguments: Rejected, "import \"os\"";
    own_testmain: Rejected, "import \"testing\"";
    fail_patched_by_mem: Rejected, "import \"testing\"";
    fail_patched_by_mprotect: Rejected, "import \"unsafe\"";
    failed_flag_cleared: Rejected, "import \"unsafe\"";
    generic_pointer: Failed, "got 0, want 6";
    torn_interface: DataRace, "tally.go";
    reads_the_tests: Rejected, "import \"path/filepath\"";
    stack_scanned: Rejected, "import \"runtime\"";
    knows_its_caller: Failed, "TestSumOfMany";
    probes_for_files: Failed, "got 0, want 6";

    // What the screener reads.
    forbidden_by_alias: Rejected, "import \"os\"";
    forbidden_in_second_file: Rejected, "more.go";
    dot_import: Rejected, "dot import";
    dot_import_os: Rejected, "import \"os\"";
    linkname: Rejected, "//go:linkname";
    linkname_with_body: Rejected, "//go:linkname";
    bodyless: Rejected, "has no body";
    norace: Rejected, "//go:norace";
    embed: Rejected, "//go:embed";
    cgo: Rejected, "cgo is not allowed";
    build_constraint: Rejected, "//go:build";
    line_directive: Rejected, "line directives";
    line_in_block: Rejected, "line directives";
    true_is_false: Rejected, "true is declared";
    nil_is_something: Rejected, "nil is declared";
    len_is_three: Panic, "index out of range";
    another_int: CompileError, "tally.int";
    any_answer: Failed, "got {6}, want 6";

    // Variables that others share.
    eof_patched: Rejected, "io.EOF belongs to another package";
    deadline_patched: Rejected, "context.DeadlineExceeded belongs";
    zone_patched: Rejected, "time.Local belongs";
    tables_patched: Rejected, "unicode.White_Space belongs";
    global_in_a_range: Rejected, "io.EOF belongs";
    random_reader: Rejected, "crypto/rand";
    transport: Rejected, "net/http";
    default_logger: Failed, "got 0, want 6";

    // Leaks that hide.
    leak_from_init: Leak, "tally.go:7";
    leak_by_timer: Leak, "sync.Mutex.Lock";
    leak_by_context: Leak, "context/context.go";
    leak_in_a_coroutine: Leak, "coroutine";
    leak_that_moves: Leak, "go relay()";
    leak_under_recursion: Leak, "d.stop.Lock()";
    leak_woken_later: Leak, "6 goroutines are still there";

    // Behaving for the tests only.
    changes_its_input: Failed, "got 0, want 6";
    visible_inputs_only: Failed, "TestSumOfMany";
    right_at_first: Failed, "want";
    wrong_at_first: Failed, "want";
    detects_the_detector: Failed, "got 0, want 6";
    gomaxprocs: Rejected, "import \"runtime\"";
    // SECURITY.md, "Seeing that it is tested": nothing stops this one.
    polite_to_the_detector: Accepted, "all 3 tests hold";

    // Endings that look like others, and output that buries.
    answer_that_formats_itself: Failed, "want 6";
    answer_that_panics: Failed, "want 6";
    answer_that_never_ends: Deadlock, "tally.go:9";
    race_report_forged: Failed, "got 0, want 6";
    deadlock_forged: Panic, "index out of range";
    panic_forged: Panic, "panic: x";
    dump_forged: TimeLimit, "busy";
    flood_of_passes: OutputLimit, "more output than is kept";
    ansi_and_a_lie: Failed, "got 0, want 6";
    last_word: Failed, "TestSumOfMany";
    spins_in_init: TimeLimit, "busy";
    waits_in_init: Deadlock, "init";
    panics_in_init: Panic, "panic: PASS";
    panics_later: Panic, "not mine";
}

/// One test for each text: `name: [(file, text)…], verdict, word`.
macro_rules! texts {
    ($($name:ident: [$(($file:expr, $text:expr)),+], $verdict:ident, $word:literal;)*) => {
        mod text {
            use super::*;
            $(#[test] fn $name() { check_files(&[$(($file, $text.to_string())),+], $verdict, $word); })*
        }
    };
}

const WRONG: &str = "package tally\n\nfunc Sum(values []int) int { return 0 }\n";

const RIGHT: &str = "package tally\n\nfunc Sum(values []int) (total int) {\n\tfor _, v := range values {\n\t\ttotal += v\n\t}\n\treturn total\n}\n";

/// A right solution with a line that its readers would take for something else.
fn before(line: &str) -> String {
    RIGHT.replacen("\n\n", &format!("\n\n{line}\n"), 1)
}

texts! {
    nul_byte: [("tally.go", before("// \0"))], Rejected, "NUL byte";
    bidi_control: [("tally.go", before("// \u{202e}"))], Rejected, "U+202E";
    bidi_isolate_in_a_string: [("tally.go", before("const admin = \"user\u{2066}\""))], Rejected, "U+2066";
    byte_order_mark_inside: [("tally.go", before("\u{feff}//go:norace"))], Rejected, "byte order mark";
    byte_order_mark_before_a_constraint: [("tally.go", format!("\u{feff}//go:build ignore\n\n{RIGHT}"))], Rejected, "//go:build";
    directive_in_crlf: [("tally.go", before("//go:norace\r"))], Rejected, "//go:norace";
    carriage_return_in_a_directive: [("tally.go", before("//\rgo:norace"))], Rejected, "carriage return";
    old_constraint: [("tally.go", format!("// +build !race\n\n{RIGHT}"))], Rejected, "build constraints";
    raw_import_path: [("tally.go", "package tally\n\nimport out `os`\n\nfunc init() { out.Exit(0) }\n\nfunc Sum([]int) int { return 0 }\n")], Rejected, "import \"os\"";
    escaped_import_path: [("tally.go", "package tally\n\nimport \"\\x6f\\u0073\"\n\nfunc init() { os.Exit(0) }\n\nfunc Sum([]int) int { return 0 }\n")], Rejected, "import \"os\"";
    import_by_way_of_another: [("tally.go", "package tally\n\nimport \"fmt/../os\"\n\nfunc init() { os.Exit(0) }\n\nfunc Sum([]int) int { return 0 }\n")], Rejected, "fmt/../os";
    two_package_clauses: [("tally.go", format!("package tally\n{WRONG}"))], CompileError, "syntax error";
    import_after_code: [("tally.go", format!("{WRONG}\nimport \"os\"\n\nfunc init() {{ os.Exit(0) }}\n"))], Rejected, "import \"os\"";
    homoglyph: [("tally.go", before("func \u{0441}lear() {}"))], Rejected, "reads as clear";
    whole_name_in_another_script: [("tally.go", before("var \u{0441}\u{043e}\u{0440}\u{0443} int"))], Rejected, "reads as copy";
    full_width_name: [("tally.go", before("var \u{ff4e}\u{ff49}\u{ff4c} int"))], Rejected, "reads as nil";
    mathematical_name: [("tally.go", before("var \u{1d42d}\u{1d42b}\u{1d42e}\u{1d41e} bool"))], Rejected, "reads as true";
    invisible_name: [("tally.go", before("var \u{3164} = 1"))], Rejected, "invisible letter";
    honest_names_of_other_scripts: [("tally.go", before("var итог, Δt, σ, größe = 1, 2, 3, 4"))], Accepted, "all 3 tests hold";
    overwrites_a_hidden_test: [("tally.go", RIGHT), ("many_test.go", "package tally\n")], Rejected, "many_test.go";
    last_in_the_alphabet: [("tally.go", RIGHT), ("zz_test.go", "package tally\n")], Rejected, "zz_test.go";
    for_this_system_only: [("tally.go", RIGHT), ("tally_linux.go", "package tally\n")], Rejected, "build constraint";
    for_this_processor_only: [("tally.go", RIGHT), ("tally_amd64.go", "package tally\n")], Rejected, "build constraint";
    directive_in_a_string: [("tally.go", before("const s = `\n//go:norace\n`"))], Accepted, "all 3 tests hold";
}

#[test]
fn what_is_no_submission_is_no_verdict() {
    for name in
        ["Upper.go", "_x.go", "tally.s", "go.mod", "../tally.go", "@x.go", "-o.go", "tally.go\0", "tälly.go"]
    {
        assert!(refused(&[(name, WRONG.into())]).contains("is not allowed"), "{name:?}");
    }
    assert!(refused(&[("tally.go", "x".repeat((256 << 10) + 1))]).contains("at most 262144"));
    assert!(refused(&[("tally.go", WRONG.into()), ("tally.go", WRONG.into())]).contains("there twice"));
}

/// What takes a compiler or the screener to its limits: never a fault of ours, never Accepted, and within the limits' time.
mod bombs {
    use super::*;

    #[test]
    fn arrays() {
        bomb("var Big = [1 << 28]int{1<<28 - 1: 1}", &[MemoryLimit, OutputLimit, TimeLimit]);
    }

    #[test]
    fn empty_memory() {
        bomb("var Big [1 << 34]byte", &[CompileError, MemoryLimit, Panic]);
    }

    #[test]
    fn memory_that_just_fits() {
        bomb("var Big [1900 << 20]byte", &[CompileError, MemoryLimit, Panic, Failed]);
    }

    #[test]
    fn structs_that_double() {
        let doubling = (1..40).map(|i| format!("type t{i} struct{{ a, b t{} }}\n", i - 1));
        bomb(
            &format!("type t0 struct{{ x int }}\n{}var Big t39", doubling.collect::<String>()),
            &[CompileError, MemoryLimit, TimeLimit],
        );
    }

    #[test]
    fn generics() {
        let doubling =
            (1..24).map(|i| format!("func f{i}[T any]() {{ f{0}[[1]T](); f{0}[[2]T]() }}\n", i - 1));
        let code =
            format!("func f0[T any]() {{}}\n{}func init() {{ f23[int]() }}", doubling.collect::<String>());
        bomb(&code, &[MemoryLimit, TimeLimit]);
    }

    #[test]
    fn constants() {
        bomb("const big = 1 << 500 << 500 << 500 << 500\nvar Big = big", &[CompileError]);
    }

    #[test]
    fn one_long_message() {
        bomb(&format!("var Big int = \"{}\"", "x".repeat(200_000)), &[CompileError, OutputLimit]);
    }

    #[test]
    fn parentheses() {
        bomb(
            &format!("var Big = {}1{}", "(".repeat(120_000), ")".repeat(120_000)),
            &[CompileError, Rejected, MemoryLimit],
        );
    }

    #[test]
    fn pointers() {
        bomb(&format!("var Big {}int", "*".repeat(250_000)), &[CompileError, Rejected, MemoryLimit]);
    }

    #[test]
    fn receives_in_receives() {
        bomb(&format!("func Big(c chan int) {{ {}c }}", "<-".repeat(120_000)), &[CompileError, Rejected]);
    }

    #[test]
    fn blocks_in_blocks() {
        bomb(
            &format!("func Big() {{ {}{} }}", "{".repeat(60_000), "}".repeat(60_000)),
            &[CompileError, Rejected, Failed],
        );
    }

    #[test]
    fn sixty_thousand_receives() {
        bomb(&format!("func Big(c chan int) {{\n{}}}", "<-c\n".repeat(60_000)), &[Failed]);
    }

    #[test]
    fn eighty_thousand_refusals() {
        bomb(&format!("// {}", "\u{202e}".repeat(80_000)), &[Rejected]);
    }

    #[test]
    fn ten_thousand_imports() {
        let imports = (0..9000).map(|i| format!("import _ \"no/such/{i}\"\n"));
        bomb(&imports.collect::<String>(), &[Rejected]);
    }
}

mod pool {
    use super::*;

    /// An error that every errors.Is and errors.As agrees with.
    #[test]
    fn an_error_that_is_everything() {
        check_pool(
            &[("return ctx.Err()", "return chameleon{}"), ("return err\n", "return chameleon{}\n")],
            "type chameleon struct{}\n\nfunc (chameleon) Error() string { return \"any\" }\nfunc (chameleon) Is(error) bool { return true }\n",
            Failed,
            "for any error",
        );
    }

    /// The sentinels of package context are made to be this package's own.
    #[test]
    fn the_errors_of_contexts_are_changed() {
        check_pool(
            &[("return ctx.Err()", "return ErrClosed")],
            "func init() { context.Canceled, context.DeadlineExceeded = ErrClosed, ErrClosed }\n",
            Rejected,
            "context.Canceled belongs",
        );
    }

    /// Workers that never end are kept in stock from init on, in no bubble and before any count.
    #[test]
    fn a_stock_of_goroutines() {
        check_pool(
            &[],
            "func init() { go func() { for { time.Sleep(time.Millisecond) } }() }\n",
            Leak,
            "time.Sleep(time.Millisecond)",
        );
    }

    /// A generic function is compiled where it is called, in the tests: what cannot be is to look like their fault.
    #[test]
    fn a_frame_too_large_for_the_tests() {
        check_pool(
            &[
                (
                    "{ return func(c *config) { c.onError = f } }",
                    "{ if frame != nil { frame(*huge) }; return func(c *config) { c.onError = f } }",
                ),
                ("func WithOnError(f func(error))", "func WithOnError[F func(error)](f F)"),
            ],
            "type large [1 << 28]int\n\nvar huge *large\nvar frame func(large)\n",
            CompileError,
            "stack frame too large",
        );
    }

    /// What a test hands over is not called where the test would see it.
    #[test]
    fn a_task_in_a_goroutine_of_its_own() {
        check_pool(&[("return t(ctx), false", "go t(ctx)\n\treturn nil, false")], "", Panic, "");
    }
}

/// Where the reference fails, right submissions would fail too: that is ours to mend.
#[test]
fn a_reference_that_fails_is_a_fault() {
    let fault = cheating::with_reference("return total", "return total + 1").expect_err("a fault");
    assert!(fault.what.contains("the reference solution `channel` of tally fails here"), "{fault}");
    assert!(fault.advice.contains("assay prove tally"), "{fault}");
    assert_eq!(
        cheating::with_reference("return total", "return 0 + total").expect("a report").verdict,
        Failed
    );
}
