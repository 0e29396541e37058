//! The pages' scripts and styles are built by npm and embedded here: says so when they are not there, and gives their
//! content key, which is also what makes cargo embed them anew when they change.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// What the pages load; see `web/build.mjs`.
const WANTED: &[&str] = &[
    "assay.css",
    "icon.svg",
    "theme.js",
    "site.js",
    "workbench.js",
    "run.js",
    "question.js",
    "again.js",
    "playback.js",
    "timeline.js",
    "timeline.css",
];

fn main() {
    let dist = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    if let Some(missing) = WANTED.iter().find(|name| !dist.join(name).is_file()) {
        println!(
            "cargo::error=web/dist/{missing} is missing: run `./x` once, or `npm ci && npm run build` in web/, then build again"
        );
        return;
    }
    println!("cargo::rustc-env=ASSAY_DIST_KEY={:016x}", key(&dist));
}

/// FNV-1a over names and contents: a cache key, not a signature.
fn key(dist: &Path) -> u64 {
    let mut files: Vec<PathBuf> = fs::read_dir(dist)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.is_file())
        .collect();
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for byte in name.bytes().chain(fs::read(&path).unwrap_or_default()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
