//! What is compiled once and linked often: in memory, bounded, written by the host alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Archive;
use crate::object::{self, Unit, Unfit};

/// Most bytes of archives that are kept: some fifty packages of tests. What was used longest ago goes first.
const MOST: usize = 64 << 20;
/// What an entry costs besides its archives, bytes.
const ENTRY: usize = 256;

/// A package that was compiled against the declarations of another, and the `main` that runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detached {
    path: String,
    importer: Archive,
    declared: Archive,
    main: Archive,
}

impl Detached {
    /// `importer`, the package `path`, compiled against `declared`, the package `of` without bodies; and `main`, compiled against `importer`.
    /// `Err` says why these cannot be linked with another build of the package `of`.
    pub fn new(path: &str, importer: Archive, of: &str, declared: Archive, main: Archive) -> Result<Detached, Unfit> {
        let detached = Detached { path: path.into(), importer, declared, main };
        if object::knows(&detached.main.0, of) {
            return Err("main knows the package itself");
        }
        // With what it was compiled against it must be what it is, to the last hash: then this compiler writes what is known here.
        let same = detached.fit(of, &detached.declared)?;
        if same == detached.importer { Ok(detached) } else { Err("it does not even fit what it was compiled against") }
    }

    /// The package as it would be had it been compiled against `own`, a build of the package `of` with the same declarations.
    pub fn fit(&self, of: &str, own: &Archive) -> Result<Archive, Unfit> {
        let importer = Unit { path: &self.path, archive: &self.importer.0 };
        let own = Unit { path: of, archive: &own.0 };
        object::fit(importer, &self.declared.0, own).map(|bytes| Archive(Arc::new(bytes)))
    }

    /// The `main`.
    pub fn main(&self) -> &Archive {
        &self.main
    }

    fn size(&self) -> usize {
        self.importer.0.len() + self.declared.0.len() + self.main.0.len()
    }
}

/// By the hash of all that it was made from, so that nothing is ever out of date; `None` for what cannot be.
#[derive(Debug)]
pub(crate) struct Kept {
    most: usize,
    shelf: Mutex<Shelf>,
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
    what: Option<Arc<Detached>>,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { most: MOST, shelf: Mutex::default() }
    }
}

impl Kept {
    /// What is kept under `key`: `None` for nothing yet.
    pub(crate) fn get(&self, key: &str) -> Option<Option<Arc<Detached>>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.now += 1;
        let now = shelf.now;
        let entry = shelf.entries.get_mut(key)?;
        entry.used = now;
        Some(entry.what.clone())
    }

    /// Keep it.
    pub(crate) fn put(&self, key: String, what: Option<Arc<Detached>>) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.now += 1;
        let size = ENTRY + key.len() + what.as_ref().map_or(0, |d| d.size());
        let entry = Entry { used: shelf.now, size, what };
        shelf.size += size;
        if let Some(before) = shelf.entries.insert(key, entry) {
            shelf.size -= before.size;
        }
        while shelf.size > self.most {
            let Some(oldest) = shelf.entries.iter().min_by_key(|(_, e)| e.used).map(|(k, _)| k.clone()) else { break };
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
            let [importer, declared, main] = [bytes, 0, 0].map(|n| Archive(Arc::new(vec![0; n])));
            Some(Arc::new(Detached { path: String::new(), importer, declared, main }))
        };
        let kept = Kept { most: 250 + 4 * ENTRY, shelf: Mutex::default() };
        kept.put("a".into(), some(100));
        kept.put("b".into(), some(100));
        assert!(kept.get("a").is_some(), "and now it was used last");
        kept.put("c".into(), None);
        assert_eq!(kept.get("c"), Some(None), "what cannot be is kept too");
        kept.put("d".into(), some(100));
        assert_eq!(["a", "b", "c", "d"].map(|key| kept.get(key).is_some()), [true, false, true, true]);
        kept.put("a".into(), some(10_000));
        assert_eq!(["a", "b", "c", "d"].map(|key| kept.get(key).is_some()), [false; 4], "it has no room for that");
        let shelf = kept.shelf.lock().unwrap();
        assert_eq!((shelf.size, shelf.entries.len()), (0, 0));
    }
}
