//! Archives that are worth keeping: a folder beside the prepared toolchain, bounded, written by the host alone.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

/// Most bytes in it: some two hundred packages of tests. What was used longest ago goes first.
const MOST: u64 = 256 << 20;

/// The folder. What is kept in it goes by the hash of all that it was made from, so it is never out of date.
#[derive(Debug)]
pub(crate) struct Kept {
    folder: PathBuf,
    most: u64,
    /// One at a time counts and clears.
    clearing: Mutex<()>,
}

impl Kept {
    pub(crate) fn new(folder: PathBuf) -> Kept {
        Kept { folder, most: MOST, clearing: Mutex::default() }
    }

    /// What is kept under `key`.
    pub(crate) fn get(&self, key: &str) -> Option<Vec<u8>> {
        let path = self.folder.join(key);
        let bytes = fs::read(&path).ok()?;
        // Only the order of going hangs on it.
        let _ = fs::File::options().append(true).open(&path).and_then(|f| f.set_modified(SystemTime::now()));
        Some(bytes)
    }

    /// Keep it. Where the folder cannot be written it is made again the next time.
    pub(crate) fn put(&self, key: &str, bytes: &[u8]) {
        if let Err(e) = self.write(key, bytes) {
            tracing::debug!("{key} is not kept in {}: {e}", self.folder.display());
        }
    }

    /// It appears whole or not at all.
    fn write(&self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(self.folder.join(key))?;
        let _one = self.clearing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        clear(&self.folder, self.most)
    }
}

/// Take away what was used longest ago, until the rest is no more than `most`.
fn clear(folder: &Path, most: u64) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Another process may have taken it away.
        if let Ok(meta) = entry.metadata() {
            files.push((meta.modified()?, meta.len(), entry.path()));
        }
    }
    let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
    files.sort();
    for (_, size, path) in files {
        if total <= most {
            break;
        }
        let _ = fs::remove_file(path);
        total -= size;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept { folder: folder.path().join("kept"), most: 250, clearing: Mutex::default() };
        let old = |key: &str, seconds| {
            let file = fs::File::options().append(true).open(kept.folder.join(key)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
        };
        kept.put("a", &[1; 100]);
        kept.put("b", &[2; 100]);
        old("a", 60);
        old("b", 30);
        assert_eq!(kept.get("a"), Some(vec![1; 100]), "and now it was used last");
        kept.put("c", &[3; 100]);
        let there = ["a", "b", "c"].map(|key| kept.get(key).is_some());
        assert_eq!(there, [true, false, true]);
        assert_eq!(kept.get("d"), None);
    }
}
