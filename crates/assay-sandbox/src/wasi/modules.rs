//! Compiled modules, kept by the content of what they were compiled from. Only the server writes here.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Fault;

/// A module's content, as 128 bits of it that nobody can aim at: keys do not leave this process, and each process draws its own.
pub(super) type Key = u128;

/// A folder of compiled modules, bounded in bytes: the one that was not asked for longest goes first.
#[derive(Debug)]
pub(super) struct Modules {
    folder: tempfile::TempDir,
    room: u64,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    clock: u64,
    modules: BTreeMap<Key, Arc<Module>>,
    asked: BTreeMap<Key, u64>,
    /// Those that are being compiled, so that two who want the same do it once.
    making: BTreeMap<Key, Arc<Mutex<()>>>,
}

/// A compiled module on disk; it is there for as long as somebody has this.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) path: PathBuf,
    bytes: u64,
}

impl Drop for Module {
    fn drop(&mut self) {
        // What stays behind goes with the folder.
        let _ = fs::remove_file(&self.path);
    }
}

impl Modules {
    /// An empty folder with room for so many bytes.
    pub(super) fn new(room: u64) -> Result<Modules, Fault> {
        let failed = |e| Fault::io("making a folder for compiled modules", &e);
        let folder = tempfile::Builder::new().prefix("assay-wasm-").tempdir().map_err(failed)?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).map_err(failed)?;
        Ok(Modules { folder, room, held: Mutex::default() })
    }

    /// The module of `key`; made by `make` if it is not there. `Ok(Err)` is what `make` said instead of a module, and is not kept.
    pub(super) fn get<R>(
        &self,
        key: Key,
        make: impl FnOnce() -> Result<Result<Vec<u8>, R>, Fault>,
    ) -> Result<Result<Arc<Module>, R>, Fault> {
        let making = {
            let mut held = self.lock();
            if let Some(module) = held.asked_for(key) {
                return Ok(Ok(module));
            }
            Arc::clone(held.making.entry(key).or_default())
        };
        let _alone = making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = self.lock().asked_for(key) {
            return Ok(Ok(module));
        }
        let made = make();
        self.lock().making.remove(&key);
        Ok(match made? {
            Ok(compiled) => Ok(self.keep(key, &compiled)?),
            Err(instead) => Err(instead),
        })
    }

    fn keep(&self, key: Key, compiled: &[u8]) -> Result<Arc<Module>, Fault> {
        let mut held = self.lock();
        held.clock += 1;
        let path = self.folder.path().join(format!("{}.cwasm", held.clock));
        let failed = |e| {
            Fault::io("keeping a compiled module", &e)
                .advise("make room in the temporary folder or set TMPDIR")
        };
        fs::write(&path, compiled).map_err(failed)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).map_err(failed)?;
        let module = Arc::new(Module { path, bytes: compiled.len() as u64 });
        held.modules.insert(key, Arc::clone(&module));
        held.asked_for(key);
        while held.bytes() > self.room && held.modules.len() > 1 {
            held.drop_oldest();
        }
        Ok(module)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn asked_for(&mut self, key: Key) -> Option<Arc<Module>> {
        let module = self.modules.get(&key)?;
        self.clock += 1;
        self.asked.insert(key, self.clock);
        Some(Arc::clone(module))
    }

    fn bytes(&self) -> u64 {
        self.modules.values().map(|module| module.bytes).sum()
    }

    fn drop_oldest(&mut self) {
        if let Some(key) = self.asked.iter().min_by_key(|(_, at)| **at).map(|(key, _)| *key) {
            self.asked.remove(&key);
            self.modules.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_made_again_and_the_oldest_goes_first() {
        let modules = Modules::new(25).unwrap();
        let made = std::cell::RefCell::new(vec![]);
        let get = |key: Key| {
            let make = || {
                made.borrow_mut().push(key);
                Ok(Ok::<_, ()>(vec![0; 10]))
            };
            modules.get(key, make).unwrap().unwrap()
        };
        get(1);
        get(2);
        get(1);
        let third = get(3); // 30 bytes are too many: 2 goes, which was not asked for longest
        assert!(third.path.exists());
        get(1);
        get(2); // and now 3, which is still in somebody's hands
        assert_eq!(*made.borrow(), [1, 2, 3, 2]);
        assert!(third.path.exists());
        let path = third.path.clone();
        drop(third);
        assert!(!path.exists());
    }

    #[test]
    fn what_was_refused_is_not_kept() {
        let modules = Modules::new(25).unwrap();
        assert_eq!(modules.get(1, || Ok(Err("no"))).unwrap().unwrap_err(), "no");
        assert!(modules.get(1, || Ok(Ok::<_, &str>(vec![1]))).unwrap().is_ok());
    }
}
