//! The standard library, compiled once per toolchain into archives that every build reads and none can write.
//!
//! `go build` makes them without DWARF (links are faster, and no evidence needs it), in all flavours; `go list -export` says where
//! they are. Beside them lie the harness in every flavour, the screener, the mutator and the reader of observations as programs, and
//! what a race program loads at start: Go links those dynamically, so the box needs this machine's loader and C library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use assay_core::Fault;
use assay_sandbox::host::Tool;
use sha2::{Digest, Sha256};

use crate::find::{GOARCH, Toolchain};
use crate::kept::Kept;
use crate::{ALLOWED_IMPORTS, Flavour, Go, Progress, TESTS, overlay};

/// Import path of the test programs' main loop.
pub(crate) const HARNESS: &str = "assay.test/internal/harness";

const HARNESS_GO: [(&str, &str); 2] = [
    ("bench.go", include_str!("../../../sandbox/harness/bench.go")),
    ("harness.go", include_str!("../../../sandbox/harness/harness.go")),
];
/// What differs: native, WebAssembly.
const HARNESS_OF: [(&str, &str); 2] = [
    ("processor.go", include_str!("../../../sandbox/harness/processor.go")),
    ("processor_wasm.go", include_str!("../../../sandbox/harness/processor_wasm.go")),
];
const SCREEN_GO: [(&str, &str); 8] = [
    ("foreign.go", include_str!("../../../sandbox/screen/foreign.go")),
    ("format.go", include_str!("../../../sandbox/screen/format.go")),
    ("main.go", include_str!("../../../sandbox/screen/main.go")),
    ("names.go", include_str!("../../../sandbox/screen/names.go")),
    ("observe.go", include_str!("../../../sandbox/screen/observe.go")),
    ("outline.go", include_str!("../../../sandbox/screen/outline.go")),
    ("policy.go", include_str!("../../../sandbox/screen/policy.go")),
    ("sites.go", include_str!("../../../sandbox/screen/sites.go")),
];

const MUTATE_GO: [(&str, &str); 5] = [
    ("concurrency.go", include_str!("../../../sandbox/mutate/concurrency.go")),
    ("edit.go", include_str!("../../../sandbox/mutate/edit.go")),
    ("main.go", include_str!("../../../sandbox/mutate/main.go")),
    ("usual.go", include_str!("../../../sandbox/mutate/usual.go")),
    ("walk.go", include_str!("../../../sandbox/mutate/walk.go")),
];

const OBSERVE_GO: [(&str, &str); 5] = [
    ("main.go", include_str!("../../../sandbox/observe/main.go")),
    ("names.go", include_str!("../../../sandbox/observe/names.go")),
    ("stacks.go", include_str!("../../../sandbox/observe/stacks.go")),
    ("thin.go", include_str!("../../../sandbox/observe/thin.go")),
    ("trace.go", include_str!("../../../sandbox/observe/trace.go")),
];

/// Raised when what is prepared changes in form.
const FORM: &str = "2";

/// The dynamic loader that Go's linker names by default.
const LOADER: &str =
    if cfg!(target_arch = "aarch64") { "/lib/ld-linux-aarch64.so.1" } else { "/lib64/ld-linux-x86-64.so.2" };

/// Packages of the standard library, roughly: the denominator of the progress display.
const PACKAGES: usize = 376;

/// The same for a perturbed flavour.
const PERTURBED: usize = 130;

/// What the perturbed flavours hold besides what candidates may import: what tests and the harness use.
const FOR_TESTS: &[&str] = &[
    "io/fs",
    "log",
    "net",
    "os",
    "os/exec",
    "os/signal",
    "reflect",
    "regexp",
    "runtime",
    "runtime/debug",
    "runtime/metrics",
    "runtime/pprof",
    "runtime/race",
    "runtime/trace",
    "syscall",
    "testing",
    "testing/iotest",
    "testing/quick",
    "testing/synctest",
];

/// Threads of a tool: a grading builds two programs at once, on two processors, and one of them is done first.
const THREADS: u8 = 2;

/// The toolchain with its prepared folders under `tools`, made if they are not there.
pub(crate) fn prepared(tools: &Path, toolchain: Toolchain, progress: Progress<'_>) -> Result<Go, Fault> {
    let release = &toolchain.release;
    let library = tools.join(format!("std-{release}-{}", std_key(&toolchain)));
    let perturbed = tools.join(format!("stress-{release}-{}", perturbed_key(&library)));
    let kit = tools.join(format!("kit-{release}-{}", kit_key(&perturbed)));
    let folders = Folders { library: &library, perturbed: &perturbed };
    if !library.is_dir() {
        make(tools, &library, |work| {
            let folders = Folders { library: work, perturbed: work };
            Making { work, folders, toolchain: &toolchain }.library(progress)
        })?;
    }
    if !perturbed.is_dir() {
        make(tools, &perturbed, |work| Making { work, folders, toolchain: &toolchain }.perturbed(progress))?;
    }
    if !kit.is_dir() {
        make(tools, &kit, |work| Making { work, folders, toolchain: &toolchain }.kit())?;
    }
    let mut all = BTreeMap::new();
    for flavour in Flavour::ALL {
        all.insert(flavour, packages(folders.of(flavour), flavour)?);
    }
    let version = format!("{release} linux/{GOARCH}");
    let (facts, kept) = (Mutex::default(), Kept::new(kit.join(TESTS)));
    Ok(Go {
        root: toolchain.root,
        version,
        library,
        perturbed,
        kit,
        packages: all,
        facts,
        kept,
        threads: THREADS,
    })
}

/// Where the archives of the flavours are.
#[derive(Clone, Copy)]
struct Folders<'a> {
    library: &'a Path,
    perturbed: &'a Path,
}

impl<'a> Folders<'a> {
    fn of(self, flavour: Flavour) -> &'a Path {
        if flavour.is_perturbed() { self.perturbed } else { self.library }
    }
}

/// Import path and archive of each package of a flavour. They differ: the race flavour has `runtime/cgo`.
fn packages(folder: &Path, flavour: Flavour) -> Result<Vec<(String, String)>, Fault> {
    let list = folder.join(format!("{}.packages", flavour.folder()));
    let text = fs::read_to_string(&list).map_err(|e| {
        Fault::io(format_args!("read {}", list.display()), &e).advise("remove the folder; it is made again")
    })?;
    Ok(text.lines().filter_map(|l| l.split_once(' ')).map(|(p, f)| (p.to_owned(), f.to_owned())).collect())
}

fn std_key(toolchain: &Toolchain) -> String {
    key(&[FORM, &toolchain.release, &toolchain.root.to_string_lossy()])
}

fn perturbed_key(library: &Path) -> String {
    let name = library.file_name().unwrap_or_default().to_string_lossy();
    let mut parts = vec![FORM, &name];
    parts.extend(overlay::sources());
    key(&parts)
}

fn kit_key(perturbed: &Path) -> String {
    let name = perturbed.file_name().unwrap_or_default().to_string_lossy();
    let mut parts = vec![FORM, &name];
    let programs = SCREEN_GO.iter().chain(&MUTATE_GO).chain(&OBSERVE_GO);
    parts.extend(HARNESS_GO.iter().chain(&HARNESS_OF).chain(programs).map(|(_, source)| *source));
    key(&parts)
}

fn key(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..6])
}

/// Everything is made in a folder beside, then renamed: a stop in the middle leaves nothing half-made under the name.
fn make(tools: &Path, folder: &Path, fill: impl FnOnce(&Path) -> Result<(), Fault>) -> Result<(), Fault> {
    let io =
        |what: &str, path: &Path, e: &std::io::Error| Fault::io(format_args!("{what} {}", path.display()), e);
    fs::create_dir_all(tools).map_err(|e| io("make", tools, &e))?;
    let lock_path = tools.join("prepare.lock");
    let lock = fs::File::create(&lock_path).map_err(|e| io("make", &lock_path, &e))?;
    lock.lock().map_err(|e| io("lock", &lock_path, &e))?;
    if folder.is_dir() {
        return Ok(()); // another process made it while this one waited
    }
    let work = tools.join("prepare.tmp");
    if work.exists() {
        fs::remove_dir_all(&work).map_err(|e| io("remove", &work, &e))?;
    }
    let scrap = work.join(SCRAP);
    fs::create_dir_all(&scrap).map_err(|e| io("make", &scrap, &e))?;
    fill(&work)?;
    fs::remove_dir_all(&scrap).map_err(|e| io("remove", &scrap, &e))?;
    fs::rename(&work, folder).map_err(|e| io("rename to", folder, &e))
}

/// Folder for what is not kept: Go's build cache, sources, maps.
const SCRAP: &str = "scrap";

struct Making<'a> {
    /// What is being filled.
    work: &'a Path,
    folders: Folders<'a>,
    toolchain: &'a Toolchain,
}

impl Making<'_> {
    fn library(&self, progress: Progress<'_>) -> Result<(), Fault> {
        for (stage, flavour) in [Flavour::Plain, Flavour::Race].into_iter().enumerate() {
            self.standard_library(flavour, &["std"], None, &mut |done| {
                let (done, flavour) = (done.min(PACKAGES), flavour.folder());
                progress(&format!("standard library, {flavour}"), stage * PACKAGES + done, 2 * PACKAGES);
            })?;
        }
        self.loader()?;
        progress("standard library", 2 * PACKAGES, 2 * PACKAGES);
        Ok(())
    }

    fn perturbed(&self, progress: Progress<'_>) -> Result<(), Fault> {
        let overlay =
            overlay::write(&self.toolchain.root, &self.work.join("scrap/overlay")).map_err(|f| {
                f.advise("this Go is not laid out as this assay knows it; set ASSAY_GO to a 1.27")
            })?;
        let wanted: Vec<&str> = ALLOWED_IMPORTS.iter().chain(FOR_TESTS).copied().collect();
        let flavours: Vec<Flavour> = Flavour::ALL.into_iter().filter(|f| f.is_perturbed()).collect();
        let all = flavours.len() * PERTURBED;
        for (stage, flavour) in flavours.into_iter().enumerate() {
            self.standard_library(flavour, &wanted, Some(&overlay), &mut |done| {
                let done = done.min(PERTURBED);
                progress("standard library, perturbed", stage * PERTURBED + done, all);
            })?;
        }
        progress("standard library, perturbed", all, all);
        Ok(())
    }

    fn kit(&self) -> Result<(), Fault> {
        for (name, source) in HARNESS_GO.iter().chain(&HARNESS_OF) {
            self.write(&format!("scrap/{name}"), source)?;
        }
        for flavour in Flavour::ALL {
            let [(native, _), (wasm, _)] = HARNESS_OF;
            let own = if flavour.is_wasm() { wasm } else { native };
            let names = HARNESS_GO.iter().map(|(name, _)| *name).chain([own]);
            let files: Vec<String> = names.map(|name| format!("scrap/{name}")).collect();
            let archive = format!("harness-{}.a", flavour.folder());
            self.compile(flavour, HARNESS, &files, &archive)?;
        }
        self.program("screen", &SCREEN_GO)?;
        self.program("mutate", &MUTATE_GO)?;
        self.program("observe", &OBSERVE_GO)
    }

    /// A program of ours that runs in the box.
    fn program(&self, name: &str, sources: &[(&str, &str)]) -> Result<(), Fault> {
        let mut files = Vec::new();
        for (file, source) in sources {
            let path = format!("scrap/{name}-{file}");
            self.write(&path, source)?;
            files.push(path);
        }
        let archive = format!("scrap/{name}.a");
        self.compile(Flavour::Plain, "main", &files, &archive)?;
        self.link(Flavour::Plain, &archive, name)
    }

    fn go(&self, flavour: Flavour) -> Tool {
        let tool = Tool::new(self.toolchain.root.join("bin/go"))
            .env("GOROOT", &self.toolchain.root)
            .env("GOCACHE", self.work.join("scrap/cache"))
            .env("GOPATH", self.work.join("scrap/path"))
            .env("HOME", self.work.join(SCRAP))
            .env("GOTOOLCHAIN", "local")
            .env("GOPROXY", "off")
            .env("GOFLAGS", "")
            .env("GOENV", "off")
            .keep_env(&["PATH"])
            .cwd(&self.toolchain.root);
        // The go command insists on cgo for the race detector, although nothing here uses it.
        let tool = tool.env("CGO_ENABLED", if flavour.is_race() { "1" } else { "0" });
        flavour.target().iter().fold(tool, |tool, (name, value)| tool.env(name, value))
    }

    /// Compile std and gather its archives as `<flavour>/<package>.a`, listed in `<flavour>.packages`.
    fn standard_library(
        &self,
        flavour: Flavour,
        wanted: &[&str],
        overlay: Option<&Path>,
        done: &mut dyn FnMut(usize),
    ) -> Result<(), Fault> {
        let mut more = Vec::new();
        if flavour.is_race() {
            more.push("-race".to_owned());
        }
        more.extend(overlay.map(|o| format!("-overlay={}", o.display())));
        // netgo and osusergo keep net and os/user free of cgo in the race flavour too.
        let flags = ["-tags=netgo,osusergo", "-gcflags=all=-dwarf=false", "-trimpath"];
        let mut count = 0;
        let build = self.go(flavour).args(["build", "-v"]).args(&more).args(flags).args(wanted).run_lines(
            |_, _| {
                count += 1;
                done(count);
            },
        )?;
        if !build.succeeded() {
            return Err(Fault::new(format!(
                "building the standard library ({}) failed: {}",
                flavour.folder(),
                tail(&String::from_utf8_lossy(&build.stderr))
            ))
            .advise("the race flavour needs a C compiler (`cc`) on PATH"));
        }
        let format = "-f={{if .Export}}{{.ImportPath}} {{.Export}}{{end}}";
        let list = self
            .go(flavour)
            .args(["list", "-deps", "-export"])
            .args(&more)
            .args(flags)
            .arg(format)
            .args(wanted)
            .run()?;
        if !list.succeeded() {
            return Err(Fault::new(format!(
                "`go list` of the standard library failed: {}",
                tail(&String::from_utf8_lossy(&list.stderr))
            )));
        }
        let folder = self.work.join(flavour.folder());
        fs::create_dir_all(&folder).map_err(|e| Fault::io(format_args!("make {}", folder.display()), &e))?;
        let mut names = String::new();
        for (package, export) in list.text().lines().filter_map(|l| l.split_once(' ')) {
            let name = format!("{}.a", package.replace('/', "__"));
            let to = folder.join(&name);
            fs::hard_link(export, &to)
                .or_else(|_| fs::copy(export, &to).map(|_| ()))
                .map_err(|e| Fault::io(format_args!("keep {export}"), &e))?;
            names.push_str(&format!("{package} {name}\n"));
        }
        self.write(&format!("{}.packages", flavour.folder()), &names)
    }

    /// What a race program needs at start, copied so that the box shows nothing else of the host.
    fn loader(&self) -> Result<(), Fault> {
        let lib = self.work.join("lib");
        fs::create_dir_all(&lib).map_err(|e| Fault::io(format_args!("make {}", lib.display()), &e))?;
        let no_compiler = |why: String| Fault::new(why).advise("install a C compiler, e.g. Debian's `gcc`");
        let cc = which("cc").ok_or_else(|| no_compiler("no `cc` on PATH".into()))?;
        let libgcc = Tool::new(cc).arg("-print-libgcc-file-name").keep_env(&["PATH"]).run()?;
        let libgcc = PathBuf::from(libgcc.text().trim());
        copy(&libgcc, &lib.join("libgcc.a")).map_err(|f| no_compiler(f.what))?;

        self.write("scrap/trial.go", "package main\n\nfunc main() {}\n")?;
        self.compile(Flavour::Race, "main", &["scrap/trial.go".to_owned()], "scrap/trial.a")?;
        self.link(Flavour::Race, "scrap/trial.a", "scrap/trial")?;
        let list = Tool::new(LOADER).arg("--list").arg(self.work.join("scrap/trial")).run()?;
        copy(Path::new(LOADER), &lib.join("ld.so"))?;
        for line in list.text().lines() {
            if let Some((name, rest)) = line.trim().split_once(" => ") {
                let path = rest.split(" (").next().unwrap_or(rest);
                copy(Path::new(path), &lib.join(name))?;
            }
        }
        Ok(())
    }

    fn compile(&self, flavour: Flavour, path: &str, files: &[String], archive: &str) -> Result<(), Fault> {
        let race: &[&str] = if flavour.is_race() { &["-race"] } else { &[] };
        let map = self.import_map(flavour)?;
        self.trusted("compile", flavour, |tool| {
            tool.args(["-o", archive, "-p", path, "-complete", "-pack", "-dwarf=false", "-trimpath"])
                .arg(format!("{}=>assay", self.work.join(SCRAP).display()))
                .args(["-importcfg", &map])
                .args(race)
                .args(files)
        })
    }

    fn link(&self, flavour: Flavour, archive: &str, program: &str) -> Result<(), Fault> {
        let libgcc = format!("-libgcc={}", self.folders.library.join("lib/libgcc.a").display());
        let race: &[&str] = if flavour.is_race() { &["-race", &libgcc] } else { &[] };
        let map = self.import_map(flavour)?;
        self.trusted("link", flavour, |tool| {
            tool.args(["-o", program, "-importcfg", &map, "-s", "-w", "-buildid="]).args(race).arg(archive)
        })
    }

    fn trusted(
        &self,
        name: &str,
        flavour: Flavour,
        arguments: impl FnOnce(Tool) -> Tool,
    ) -> Result<(), Fault> {
        let program = self.toolchain.root.join("pkg/tool").join(format!("linux_{GOARCH}")).join(name);
        let tool = Tool::new(program).cwd(self.work);
        let tool = flavour.target().iter().fold(tool, |tool, (name, value)| tool.env(name, value));
        let output = arguments(tool).run()?;
        if output.succeeded() {
            return Ok(());
        }
        let said = format!("{}{}", output.text(), String::from_utf8_lossy(&output.stderr));
        Err(Fault::new(format!("`{name}` refused assay's own Go sources: {}", tail(&said)))
            .advise("this Go may be newer than this assay knows; set ASSAY_GO to a 1.27"))
    }

    fn import_map(&self, flavour: Flavour) -> Result<String, Fault> {
        let folder = self.folders.of(flavour).join(flavour.folder());
        let map: String = packages(self.folders.of(flavour), flavour)?
            .iter()
            .map(|(package, file)| format!("packagefile {package}={}/{file}\n", folder.display()))
            .collect();
        let name = format!("scrap/{}.map", flavour.folder());
        self.write(&name, &map)?;
        Ok(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Fault> {
        let path = self.work.join(name);
        fs::write(&path, text).map_err(|e| Fault::io(format_args!("write {}", path.display()), &e))
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    fs::copy(from, to).map(|_| ()).map_err(|e| Fault::io(format_args!("copy {}", from.display()), &e))
}

fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|d| d.join(name)).find(|p| p.is_file())
}

/// The last lines of a tool's words, enough for a message.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(6)..].join(" | ")
}
