//! A folder of what was compiled, for the next start. Only the host writes here; what is not whole is not read, and what was used longest
//! ago goes first.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// Most bytes of a folder: some two hundred packages of tests.
const MOST: u64 = 256 << 20;
/// Bytes of the checksum that a file begins with.
const SUM: usize = 32;

#[derive(Debug)]
pub(crate) struct Folder {
    at: PathBuf,
    most: u64,
    /// Tells builds of this program apart: what another one compiled in another way is nothing to this one.
    maker: String,
}

impl Folder {
    /// The folder `at`; made when something is put there. `None` where it is not known which build of the program this is.
    pub(crate) fn new(at: PathBuf) -> Option<Folder> {
        let program = fs::metadata(std::env::current_exe().ok()?).ok()?;
        let built = program.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(Folder { at, most: MOST, maker: format!("{} {}", program.len(), built.as_nanos()) })
    }

    /// The parts that are kept under `key`. `None` where there are none, or not whole.
    pub(crate) fn get(&self, key: &str) -> Option<Vec<Vec<u8>>> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let (sum, rest) = bytes.split_at_checked(SUM)?;
        if Sha256::digest(rest)[..] != *sum {
            tracing::warn!("{} is not as it was written, and is made anew", path.display());
            return None;
        }
        // It was used now. Where that cannot be said it goes sooner, and no more.
        let _ = File::options().write(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        parts(rest)
    }

    /// Keep them. Where the folder cannot be written they are made again after the next start.
    pub(crate) fn put(&self, key: &str, parts: &[&[u8]]) {
        if let Err(e) = self.write(key, parts).and_then(|()| self.sweep()) {
            tracing::debug!("nothing is kept in {}: {e}", self.at.display());
        }
    }

    fn write(&self, key: &str, parts: &[&[u8]]) -> io::Result<()> {
        fs::create_dir_all(&self.at)?;
        let mut rest = vec![];
        for part in parts {
            rest.extend_from_slice(&(part.len() as u64).to_le_bytes());
            rest.extend_from_slice(part);
        }
        // Whoever reads finds all of it or nothing.
        let mut file = tempfile::NamedTempFile::new_in(&self.at)?;
        file.write_all(&Sha256::digest(&rest))?;
        file.write_all(&rest)?;
        file.persist(self.path(key))?;
        Ok(())
    }

    fn sweep(&self) -> io::Result<()> {
        let mut all = vec![];
        for entry in fs::read_dir(&self.at)? {
            let entry = entry?;
            // Another process may have taken it away.
            if let Ok(of) = entry.metadata() {
                all.push((of.modified()?, of.len(), entry.path()));
            }
        }
        all.sort();
        let mut held: u64 = all.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in all {
            if held <= self.most {
                break;
            }
            let _ = fs::remove_file(path);
            held -= bytes;
        }
        Ok(())
    }

    fn path(&self, key: &str) -> PathBuf {
        let name = Sha256::new().chain_update(&self.maker).chain_update([0]).chain_update(key).finalize();
        Path::join(&self.at, hex::encode(name))
    }
}

/// What [`Folder::write`] wrote after the checksum.
fn parts(mut rest: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut all = vec![];
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let (part, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        all.push(part.to_vec());
        rest = after;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(at: &Path) -> Folder {
        Folder { at: at.join("made/by/need"), most: 1000, maker: "this build".into() }
    }

    #[test]
    fn what_was_put_is_there_for_this_build_only_and_whole_or_not_at_all() {
        let at = tempfile::tempdir().unwrap();
        let folder = folder(at.path());
        assert_eq!(folder.get("a"), None);
        folder.put("a", &[b"one", b"", b"three"]);
        folder.put("none", &[]);
        assert_eq!(folder.get("a").unwrap(), [&b"one"[..], b"", b"three"]);
        assert_eq!(folder.get("none").unwrap(), Vec::<Vec<u8>>::new());
        let other = Folder { at: folder.at.clone(), most: 1000, maker: "another".into() };
        assert_eq!(other.get("a"), None);
        let path = folder.path("a");
        let whole = fs::read(&path).unwrap();
        for broken in [&whole[..whole.len() - 1], &whole[..SUM - 1], &[&whole[..], b"x"].concat()] {
            fs::write(&path, broken).unwrap();
            assert_eq!(folder.get("a"), None);
        }
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let at = tempfile::tempdir().unwrap();
        let folder = folder(at.path());
        let old = |key: &str, seconds| {
            let file = File::options().write(true).open(folder.path(key)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
        };
        for (n, key) in ["a", "b", "c"].iter().enumerate() {
            folder.put(key, &[&[0; 260]]);
            old(key, n as u64);
        }
        assert!(folder.get("a").is_some(), "and now it was used last");
        folder.put("d", &[&[0; 260]]);
        assert_eq!(["a", "b", "c", "d"].map(|key| folder.get(key).is_some()), [true, false, true, true]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_costs_nothing() {
        let at = tempfile::NamedTempFile::new().unwrap();
        let folder = folder(at.path());
        folder.put("a", &[b"one"]);
        assert_eq!(folder.get("a"), None);
    }
}
