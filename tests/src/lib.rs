//! Runs the real `assay` binary for the tests, and the services that it works with.

pub mod load;
pub mod services;
pub mod site;
pub mod trial;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository").to_owned()
}

/// Where the prepared toolchain is.
pub fn tools() -> PathBuf {
    std::env::var_os("ASSAY_TOOLS").map_or_else(|| root().join(".tools"), PathBuf::from)
}

/// What a command came to.
#[derive(Debug)]
pub struct Said {
    /// Exit code; -1 after a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// The `assay` binary with a data folder of its own.
#[derive(Debug)]
pub struct Assay {
    program: &'static Path,
    data: TempDir,
}

impl Assay {
    /// Builds the binary if it is not up to date.
    pub fn new() -> Assay {
        Assay { program: program(), data: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The binary itself, for tests that start it their own way.
    pub fn program(&self) -> &Path {
        self.program
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Run `assay` with these arguments in the repository.
    pub fn run(&self, args: &[&str]) -> Said {
        self.run_in(&root(), args)
    }

    /// Run `assay` with these arguments in `dir`.
    pub fn run_in(&self, dir: &Path, args: &[&str]) -> Said {
        let output = self.command(dir, args).output().expect("assay starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("assay writes UTF-8");
        Said {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// `assay` with these arguments in `dir`, to be started by a test that has more to do with it.
    #[expect(clippy::disallowed_methods, reason = "a test has to start what it tests")]
    pub fn command(&self, dir: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(args)
            .current_dir(dir)
            .env("ASSAY_DATA", self.data.path())
            .env("XDG_CONFIG_HOME", self.data.path().join("config"))
            .env("ASSAY_TOOLS", tools())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }
}

impl Default for Assay {
    fn default() -> Assay {
        Assay::new()
    }
}

/// The binary: the one that was built for all tests, else one beside the folder of this test's own executable.
#[expect(clippy::disallowed_methods, reason = "a test has to build what it tests")]
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(built) = std::env::var_os("ASSAY_PROGRAM") {
            return built.into();
        }
        let own = std::env::current_exe().expect("a test knows its executable");
        // A test is target/debug/deps/cli-…, a program target/debug/soak.
        let folder = own.parent().expect("an executable has a folder");
        let target = if folder.ends_with("deps") { folder.parent().expect("target/debug") } else { folder };
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--package", "assay-cli", "--target-dir"])
            .arg(target.parent().expect("target/debug"))
            .current_dir(root())
            .status();
        assert!(built.is_ok_and(|s| s.success()), "assay-cli does not build");
        target.join("assay")
    })
}

/// Everything below `from`, also below `to`.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder that is there").map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a file can be copied");
        }
    }
}
