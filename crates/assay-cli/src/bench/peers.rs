//! Other sandboxes, where they are installed, each asked for as much of what the jail does as its command line offers.

use std::path::{Path, PathBuf};

use assay_sandbox::host::Tool;
use serde_json::{Value, json};
use tempfile::TempDir;

/// One that is there.
pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) tool: Tool,
    /// What the call needs as long as it is made.
    _bundle: Option<TempDir>,
}

/// All that are installed, ready to run the static program at `program`.
pub(super) fn installed(program: &Path) -> Vec<Peer> {
    let here = ["bwrap", "nsjail", "isolate", "crun", "runc", "runsc"].into_iter();
    here.filter_map(|name| Some((name, in_path(name)?)))
        .filter_map(|(name, path)| peer(name, &path, program))
        .collect()
}

/// Where a tool of this name is.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn peer(name: &'static str, path: &Path, program: &Path) -> Option<Peer> {
    let tool = Tool::new(path).keep_env(&["PATH"]);
    let text = program.to_str()?;
    let plain = |tool| Some(Peer { name, tool, _bundle: None });
    match name {
        "bwrap" => plain(
            tool.args(
                [
                    "--unshare-all",
                    "--die-with-parent",
                    "--new-session",
                    "--ro-bind",
                    text,
                    "/program",
                    "--proc",
                    "/proc",
                ]
                .into_iter()
                .chain([
                    "--dev",
                    "/dev",
                    "--tmpfs",
                    "/tmp",
                    "--cap-drop",
                    "ALL",
                    "--",
                    "/program",
                ]),
            ),
        ),
        "nsjail" => plain(tool.args(
            ["-Mo", "-Q", "--user", "99999", "--group", "99999", "-R"].into_iter().map(str::to_owned).chain(
                [format!("{text}:/program"), "-T".into(), "/tmp".into(), "--".into(), "/program".into()],
            ),
        )),
        "isolate" => {
            let _ = Tool::new(path).keep_env(&["PATH"]).args(["--init"]).run();
            plain(
                tool.args([
                    format!("--dir=/program={}", program.parent()?.display()),
                    "--run".into(),
                    "--".into(),
                ])
                .arg(text),
            )
        }
        // Runs a container under a new name each time; one name at a time is enough here.
        "crun" | "runc" | "runsc" => {
            let bundle = bundle(program).ok()?;
            let tool = tool.args(["run", "--bundle"]).arg(bundle.path()).arg("assay-bench");
            Some(Peer { name, tool, _bundle: Some(bundle) })
        }
        _ => None,
    }
}

/// A minimal OCI bundle with all namespaces.
fn bundle(program: &Path) -> std::io::Result<TempDir> {
    let bundle = tempfile::Builder::new().prefix("bundle-").tempdir()?;
    let root = bundle.path().join("rootfs");
    std::fs::create_dir(&root)?;
    for folder in ["proc", "dev", "tmp"] {
        std::fs::create_dir(root.join(folder))?;
    }
    std::fs::copy(program, root.join("program"))?;
    std::fs::write(bundle.path().join("config.json"), config().to_string())?;
    Ok(bundle)
}

fn config() -> Value {
    let namespaces = ["pid", "network", "ipc", "uts", "mount"].map(|kind| json!({ "type": kind }));
    json!({
        "ociVersion": "1.0.2",
        "process": {
            "terminal": false, "user": { "uid": 1000, "gid": 1000 }, "args": ["/program"], "cwd": "/", "noNewPrivileges": true
        },
        "root": { "path": "rootfs", "readonly": true },
        "hostname": "box",
        "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"] },
            { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "size=16m"] }
        ],
        "linux": { "namespaces": namespaces, "resources": { "memory": { "limit": 536_870_912 }, "pids": { "limit": 128 } } }
    })
}
