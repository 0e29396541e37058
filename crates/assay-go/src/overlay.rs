//! The perturbed standard library: the installed toolchain's own files with a few calls put in, by rules that check what they
//! expect. No source of Go's is kept here, and another release whose files differ is told apart, not patched blindly.

use std::fs;
use std::path::{Path, PathBuf};

use assay_core::Fault;

const RUNTIME_GO: &str = include_str!("../../../sandbox/schedule/runtime.go");
const LINK_GO: &str = include_str!("../../../sandbox/schedule/link.go");

/// What goes into one file: after each anchor (which must stand there exactly once) the text.
struct Rule {
    file: &'static str,
    puts: &'static [(&'static str, &'static str)],
}

const YIELD: &str = "\n\tassayYield()";
const YIELD_IF_BLOCKING: &str = "\n\tif block {\n\t\tassayYield()\n\t}";

const TIME_IS_UP: &str = "\n\t\tassayLastWords()";

const RULES: &[Rule] = &[
    Rule {
        file: "runtime/proc.go",
        puts: &[
            ("\tgoenvs()\n\tsecure()", "\n\tassayScheduleInit()"),
            ("func runqget(pp *p) (gp *g, inheritTime bool) {", "\n\tassayTurn(pp)"),
        ],
    },
    Rule {
        file: "runtime/runtime2.go",
        puts: &[("\tgoid         uint64", "\n\tassayPriority uint32 // 0 until drawn")],
    },
    Rule {
        file: "runtime/chan.go",
        puts: &[
            (
                "func chansend(c *hchan, ep unsafe.Pointer, block bool, callerpc uintptr) bool {",
                YIELD_IF_BLOCKING,
            ),
            (
                "func chanrecv(c *hchan, ep unsafe.Pointer, block bool) (selected, received bool) {",
                YIELD_IF_BLOCKING,
            ),
            ("func closechan(c *hchan) {", YIELD),
        ],
    },
    Rule {
        file: "runtime/select.go",
        puts: &[(
            "func selectgo(cas0 *scase, order0 *uint16, pc0 *uintptr, nsends, nrecvs int, block bool) (int, bool) {",
            YIELD_IF_BLOCKING,
        )],
    },
    Rule {
        file: "internal/sync/mutex.go",
        puts: &[
            ("func (m *Mutex) Lock() {", YIELD),
            ("func (m *Mutex) Unlock() {", "\n\tdefer assayYield()"),
        ],
    },
    Rule {
        file: "sync/rwmutex.go",
        puts: &[
            ("func (rw *RWMutex) RLock() {", YIELD),
            ("func (rw *RWMutex) RUnlock() {", "\n\tdefer assayYield()"),
            ("func (rw *RWMutex) Lock() {", YIELD),
            ("func (rw *RWMutex) Unlock() {", "\n\tdefer assayYield()"),
        ],
    },
    Rule {
        file: "sync/waitgroup.go",
        puts: &[("func (wg *WaitGroup) Add(delta int) {", YIELD), ("func (wg *WaitGroup) Wait() {", YIELD)],
    },
    Rule {
        file: "runtime/netpoll_wasip1.go",
        puts: &[(
            "\terrno := poll_oneoff(&pollsubs[0], &evts[0], uint32(len(pollsubs)), &nevents)\n\tif errno != 0 {",
            TIME_IS_UP,
        )],
    },
    Rule {
        file: "runtime/os_wasip1.go",
        puts: &[("\tif poll_oneoff(&in, &out, 1, &nevents) != 0 {", TIME_IS_UP)],
    },
];

/// Files that join packages.
const ADDED: &[(&str, &str)] = &[
    ("runtime/assay_schedule.go", RUNTIME_GO),
    ("internal/sync/assay_schedule.go", LINK_GO),
    ("sync/assay_schedule.go", LINK_GO),
];

/// What decides the form of the perturbed library, for the key of the prepared folder.
pub(crate) fn sources() -> [&'static str; 2] {
    [RUNTIME_GO, LINK_GO]
}

/// Write the changed files into `folder` and the overlay file that `go build -overlay` takes; `Err` names the file and the
/// place that is not as expected.
pub(crate) fn write(goroot: &Path, folder: &Path) -> Result<PathBuf, Fault> {
    let source = goroot.join("src");
    let mut replace = serde_json::Map::new();
    let mut put = |name: &str, text: &str| -> Result<(), Fault> {
        let to = folder.join(name.replace('/', "__"));
        fs::write(&to, text).map_err(|e| Fault::io(format_args!("write {}", to.display()), &e))?;
        replace.insert(source.join(name).display().to_string(), to.display().to_string().into());
        Ok(())
    };
    fs::create_dir_all(folder).map_err(|e| Fault::io(format_args!("make {}", folder.display()), &e))?;
    for rule in RULES {
        let path = source.join(rule.file);
        let text =
            fs::read_to_string(&path).map_err(|e| Fault::io(format_args!("read {}", path.display()), &e))?;
        put(rule.file, &applied(rule, &text).map_err(Fault::new)?)?;
    }
    for (name, text) in ADDED {
        put(name, text)?;
    }
    let overlay = folder.join("overlay.json");
    let text = serde_json::json!({ "Replace": replace }).to_string();
    fs::write(&overlay, text).map_err(|e| Fault::io(format_args!("write {}", overlay.display()), &e))?;
    Ok(overlay)
}

fn applied(rule: &Rule, text: &str) -> Result<String, String> {
    let mut changed = text.to_owned();
    for (anchor, insert) in rule.puts {
        match changed.matches(anchor).count() {
            1 => changed = changed.replacen(anchor, &format!("{anchor}{insert}"), 1),
            n => return Err(format!("{}: {anchor:?} stands there {n} times, want once", rule.file)),
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_must_stand_there_exactly_once() {
        let rule = Rule { file: "x.go", puts: &[("func f() {", "\n\ty()")] };
        assert_eq!(applied(&rule, "func f() {\n}\n").unwrap(), "func f() {\n\ty()\n}\n");
        assert!(applied(&rule, "func g() {}").unwrap_err().contains("0 times"));
        assert!(applied(&rule, "func f() {}\nfunc f() {}").unwrap_err().contains("2 times"));
    }
}
