//! The files of a cgroup, held open: a run reads a dozen of them twice, and opening is most of what that costs.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Fault;

/// Longer than any file that is read here.
const MOST: usize = 4096;

/// Files opened so far, with what was last written to each.
#[derive(Debug, Default)]
pub(super) struct Knobs {
    open: Mutex<Vec<Knob>>,
}

#[derive(Debug)]
struct Knob {
    path: PathBuf,
    file: File,
    set: Option<String>,
}

impl Knobs {
    /// Close all: the folders are made anew.
    pub(super) fn forget(&self) {
        self.open().clear();
    }

    /// Write `value`.
    pub(super) fn write(&self, folder: &Path, name: &str, value: impl ToString) -> Result<(), Fault> {
        let (path, value) = (folder.join(name), value.to_string());
        let done = self.at(&path, true, |knob| {
            knob.file.write_all_at(value.as_bytes(), 0)?;
            knob.set = Some(value.clone());
            Ok(())
        });
        done.map_err(|e| Fault::io(format!("writing {value} to {}", path.display()), &e))
    }

    /// Write `value` unless it is what was written last.
    pub(super) fn set(&self, folder: &Path, name: &str, value: impl ToString) -> Result<(), Fault> {
        let (path, value) = (folder.join(name), value.to_string());
        if self.open().iter().any(|knob| knob.path == path && knob.set.as_ref() == Some(&value)) {
            return Ok(());
        }
        self.write(folder, name, value)
    }

    /// The whole text.
    pub(super) fn read(&self, folder: &Path, name: &str) -> Result<String, Fault> {
        let path = folder.join(name);
        let text = self.at(&path, false, |knob| {
            let mut bytes = vec![0; MOST];
            let length = knob.file.read_at(&mut bytes, 0)?;
            bytes.truncate(length);
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        });
        text.map_err(|e| Fault::io(format!("reading {}", path.display()), &e))
    }

    fn at<T>(
        &self,
        path: &Path,
        write: bool,
        act: impl FnOnce(&mut Knob) -> std::io::Result<T>,
    ) -> std::io::Result<T> {
        let mut open = self.open();
        let at = if let Some(at) = open.iter().position(|knob| knob.path == path) {
            at
        } else {
            // None of the files that are written is read.
            let file = File::options().read(!write).write(write).open(path)?;
            open.push(Knob { path: path.to_owned(), file, set: None });
            open.len() - 1
        };
        act(&mut open[at])
    }

    fn open(&self) -> MutexGuard<'_, Vec<Knob>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_written_once_until_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pids.max");
        std::fs::write(&file, "").unwrap();
        let knobs = Knobs::default();
        knobs.set(folder.path(), "pids.max", 7).unwrap();
        std::fs::write(&file, "").unwrap();
        knobs.set(folder.path(), "pids.max", 7).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
        knobs.forget();
        knobs.set(folder.path(), "pids.max", 7).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "7");
        assert!(knobs.read(folder.path(), "gone").unwrap_err().to_string().contains("gone"));
    }
}
