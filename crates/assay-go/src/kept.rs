//! What is compiled once and linked often: in memory, bounded, and in a folder for the next start; written by the host alone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Archive;
use crate::object::{self, Loose, Unfit};
use crate::shelf::Folder;

/// Most bytes of archives that are kept: some fifty packages of tests. What was used longest ago goes first.
const MOST: usize = 64 << 20;
/// What an entry costs besides its archives, bytes.
const ENTRY: usize = 256;

/// A package that was compiled against the declarations of another, and the `main` that runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detached {
    importer: Loose,
    main: Archive,
    /// What the importer was compiled against.
    declared: Archive,
}

impl Archive {
    /// How many symbols both archives define under one name, code aside, and which of them the linker would not take for one; `None` where
    /// they cannot be read. For tests: what was made to fit is compared with what the compiler makes.
    pub fn compared(&self, other: &Archive) -> Option<(usize, Vec<String>)> {
        object::compared(&self.0, &other.0)
    }
}

impl Detached {
    /// `importer`, the package `path`, compiled against `declared`, the package `of` without bodies; and `main`, compiled against `importer`.
    /// `Err` says why these cannot be linked with another build of the package `of`.
    pub fn new(
        path: &str,
        importer: &Archive,
        of: &str,
        declared: &Archive,
        main: Archive,
    ) -> Result<Detached, Unfit> {
        if object::knows(&main.0, of) {
            return Err("main knows the package itself");
        }
        let importer = Loose::new(path, importer.0.to_vec(), of, &declared.0)?;
        Ok(Detached { importer, main, declared: declared.clone() })
    }

    /// The package as it would be had it been compiled against `own`, a build of that other package with the same declarations.
    pub fn fit(&self, own: &Archive) -> Result<Archive, Unfit> {
        self.importer.fit(&own.0).map(|bytes| Archive(Arc::new(bytes)))
    }

    /// The `main`.
    pub fn main(&self) -> &Archive {
        &self.main
    }

    fn size(&self) -> usize {
        self.importer.size() + self.main.0.len() + self.declared.0.len()
    }
}

/// Whether tests can be compiled without the package that they test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detachable {
    /// They were.
    Yes(Arc<Detached>),
    /// They are compiled with each submission.
    No,
}

impl Detachable {
    fn parts(&self) -> Vec<&[u8]> {
        let Detachable::Yes(detached) = self else { return vec![] };
        let Detached { importer, main, declared } = &**detached;
        vec![importer.path().as_bytes(), importer.of().as_bytes(), importer.archive(), &declared.0, &main.0]
    }

    /// From [`Detachable::parts`]. All that was looked at when it was new is looked at again.
    fn from_parts(parts: Vec<Vec<u8>>) -> Option<Detachable> {
        if parts.is_empty() {
            return Some(Detachable::No);
        }
        let [path, of, importer, declared, main] = <[Vec<u8>; 5]>::try_from(parts).ok()?;
        let (path, of) = (String::from_utf8(path).ok()?, String::from_utf8(of).ok()?);
        let [importer, declared, main] = [importer, declared, main].map(|bytes| Archive(Arc::new(bytes)));
        Detached::new(&path, &importer, &of, &declared, main).ok().map(|all| Detachable::Yes(Arc::new(all)))
    }
}

/// By the hash of all that it was made from, so that nothing is ever out of date.
#[derive(Debug)]
pub(crate) struct Kept {
    most: usize,
    shelf: Mutex<Shelf>,
    folder: Option<Folder>,
}

#[derive(Debug, Default)]
struct Shelf {
    entries: HashMap<String, Entry>,
    size: usize,
    /// Counts uses.
    now: u64,
}

#[derive(Debug)]
struct Entry {
    used: u64,
    size: usize,
    what: Detachable,
}

impl Kept {
    /// With what earlier processes left in the folder `at`, and leaving it there for later ones.
    pub(crate) fn new(at: PathBuf) -> Kept {
        Kept { most: MOST, shelf: Mutex::default(), folder: Folder::new(at) }
    }

    /// What is kept under `key`.
    pub(crate) fn get(&self, key: &str) -> Option<Detachable> {
        if let Some(what) = self.in_memory(key) {
            return Some(what);
        }
        let what = Detachable::from_parts(self.folder.as_ref()?.get(key)?)?;
        self.put_in_memory(key.to_owned(), what.clone());
        Some(what)
    }

    /// Keep it.
    pub(crate) fn put(&self, key: String, what: Detachable) {
        if let Some(folder) = &self.folder {
            folder.put(&key, &what.parts());
        }
        self.put_in_memory(key, what);
    }

    fn in_memory(&self, key: &str) -> Option<Detachable> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.now += 1;
        let now = shelf.now;
        let entry = shelf.entries.get_mut(key)?;
        entry.used = now;
        Some(entry.what.clone())
    }

    fn put_in_memory(&self, key: String, what: Detachable) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.now += 1;
        let held = match &what {
            Detachable::Yes(detached) => detached.size(),
            Detachable::No => 0,
        };
        let size = ENTRY + key.len() + held;
        let entry = Entry { used: shelf.now, size, what };
        shelf.size += size;
        if let Some(before) = shelf.entries.insert(key, entry) {
            shelf.size -= before.size;
        }
        while shelf.size > self.most {
            let Some(oldest) = shelf.entries.iter().min_by_key(|(_, e)| e.used).map(|(k, _)| k.clone())
            else {
                break;
            };
            if let Some(gone) = shelf.entries.remove(&oldest) {
                shelf.size -= gone.size;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let some = |bytes| {
            let [main, declared] = [bytes, 0].map(|bytes| Archive(Arc::new(vec![0; bytes])));
            Detachable::Yes(Arc::new(Detached { importer: Loose::default(), main, declared }))
        };
        let kept = Kept { most: 250 + 4 * ENTRY, shelf: Mutex::default(), folder: None };
        kept.put("a".into(), some(100));
        kept.put("b".into(), some(100));
        assert!(kept.get("a").is_some(), "and now it was used last");
        kept.put("c".into(), Detachable::No);
        assert_eq!(kept.get("c"), Some(Detachable::No), "what cannot be is kept too");
        kept.put("d".into(), some(100));
        assert_eq!(["a", "b", "c", "d"].map(|key| kept.get(key).is_some()), [true, false, true, true]);
        kept.put("a".into(), some(10_000));
        assert_eq!(
            ["a", "b", "c", "d"].map(|key| kept.get(key).is_some()),
            [false; 4],
            "it has no room for that"
        );
        let shelf = kept.shelf.lock().unwrap();
        assert_eq!((shelf.size, shelf.entries.len()), (0, 0));
    }
}
