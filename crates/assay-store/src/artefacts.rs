//! Parts of reports that are too large to stand in every list: beside the database, by the SHA-256 of their bytes. Beside SQLite that is
//! a folder, `artefacts/`; machines that share a PostgreSQL share no folder, so there it is a table.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assay_core::{Report, SubmissionId};
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

use crate::StoreError;
use crate::database::{Store, now_ms, write};
use crate::tables::{artefacts, reports};

/// An observation of more bytes than this, as JSON, is kept by itself.
const LARGE: usize = 32 << 10;

/// An observation as it is kept: the JSON of [`assay_core::Observation`], under the SHA-256 of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// 64 hexadecimal digits.
    pub hash: String,
    /// The JSON; empty when the caller had it already.
    pub json: Vec<u8>,
}

/// A report that is ready to be inserted: its artefact is on disk already, or goes into the same transaction.
pub(crate) struct Stowed {
    id: SubmissionId,
    row: reports::Row,
    toolchain: String,
    content: Option<Vec<u8>>,
}

impl Stowed {
    pub(crate) async fn insert(&self, db: &mut AnyConnection) -> Result<(), StoreError> {
        if let (Some(hash), Some(content)) = (&self.row.artefact, &self.content) {
            artefacts::insert(db, hash, content, now_ms()).await?;
        }
        reports::insert(db, self.id, &self.row, &self.toolchain).await
    }
}

impl Store {
    pub(crate) async fn stow(&self, id: SubmissionId, report: &Report) -> Result<Stowed, StoreError> {
        let json = |value| serde_json::to_string(value).map_err(|e| StoreError::damaged("report", id, e));
        let toolchain = report.toolchain.clone();
        let observed =
            serde_json::to_vec(&report.observed).map_err(|e| StoreError::damaged("report", id, e))?;
        if report.observed.is_none() || observed.len() <= LARGE {
            let row = reports::Row { json: json(report)?, artefact: None };
            return Ok(Stowed { id, row, toolchain, content: None });
        }
        let rest = Report { observed: None, ..report.clone() };
        let row = reports::Row { json: json(&rest)?, artefact: Some(hex::encode(Sha256::digest(&observed))) };
        let mut stowed = Stowed { id, row, toolchain, content: Some(observed) };
        if let (Some(folder), Some(hash)) = (self.artefact_folder(), stowed.row.artefact.clone()) {
            let content = stowed.content.take().unwrap_or_default();
            on_disk(move || write_file(&folder, &hash, &content)).await?;
        }
        Ok(stowed)
    }

    /// The whole report of a submission.
    pub(crate) async fn unstow(
        &self,
        db: &mut AnyConnection,
        id: SubmissionId,
    ) -> Result<Option<Report>, StoreError> {
        let Some(row) = reports::of(db, id).await? else { return Ok(None) };
        let mut report: Report =
            serde_json::from_str(&row.json).map_err(|e| StoreError::damaged("report", id, e))?;
        if let Some(hash) = row.artefact {
            let content = self.artefact(db, id, hash).await?;
            report.observed =
                serde_json::from_slice(&content).map_err(|e| StoreError::damaged("artefact", id, e))?;
        }
        Ok(Some(report))
    }

    /// The observation in the report of a submission; none when there is no report, or none in it. One that is kept by itself is not read
    /// when `known` is its hash.
    pub async fn observation(
        &self,
        id: SubmissionId,
        known: Option<&str>,
    ) -> Result<Option<Seen>, StoreError> {
        let mut db = self.read().await?;
        let Some(row) = reports::of(&mut db, id).await? else { return Ok(None) };
        if let Some(hash) = row.artefact {
            if known == Some(hash.as_str()) {
                return Ok(Some(Seen { hash, json: vec![] }));
            }
            let json = self.artefact(&mut db, id, hash.clone()).await?;
            return Ok(Some(Seen { hash, json }));
        }
        let report: Report =
            serde_json::from_str(&row.json).map_err(|e| StoreError::damaged("report", id, e))?;
        let Some(observed) = report.observed else { return Ok(None) };
        let json = serde_json::to_vec(&observed).map_err(|e| StoreError::damaged("report", id, e))?;
        Ok(Some(Seen { hash: hex::encode(Sha256::digest(&json)), json }))
    }

    async fn artefact(
        &self,
        db: &mut AnyConnection,
        id: SubmissionId,
        hash: String,
    ) -> Result<Vec<u8>, StoreError> {
        let content = match self.artefact_folder() {
            Some(folder) => Some(on_disk(move || read_file(&folder, &hash)).await?),
            None => artefacts::of(db, &hash).await?,
        };
        content.ok_or_else(|| StoreError::damaged("artefact", id, "it is missing"))
    }

    pub(crate) fn artefact_folder(&self) -> Option<PathBuf> {
        self.folder().map(|directory| directory.join("artefacts"))
    }

    /// Deletes the artefacts that no report has and that none had when `garbage` was last told, at least `grace` ago. Says how
    /// many. An artefact is kept before its report is, so what nobody has yet may only be early.
    pub async fn collect_garbage(&self, garbage: &mut Garbage, grace: Duration) -> Result<usize, StoreError> {
        let unused = match self.artefact_folder() {
            Some(folder) => {
                let used = artefacts::used(&mut *self.read().await?).await?;
                let mut there = on_disk(move || list_files(&folder)).await?;
                there.retain(|(hash, _)| !used.contains(hash));
                there
            }
            None => artefacts::unused(&mut *self.read().await?).await?,
        };
        let due = garbage.due(unused, grace, Instant::now());
        for (hash, made) in &due {
            let (hash, made) = (hash.clone(), *made);
            match self.artefact_folder() {
                Some(folder) => on_disk(move || delete_file(&folder, &hash, made)).await?,
                None => write!(self, |tx| artefacts::delete(tx, &hash, made).await)?,
            }
        }
        Ok(due.len())
    }
}

/// What was unused at the last look, and since when by a clock that only goes forward.
#[derive(Debug, Default)]
pub struct Garbage {
    since: HashMap<(String, i64), Instant>,
}

impl Garbage {
    fn due(&mut self, unused: Vec<(String, i64)>, grace: Duration, now: Instant) -> Vec<(String, i64)> {
        let mut before = std::mem::take(&mut self.since);
        for artefact in unused {
            let since = before.remove(&artefact).unwrap_or(now);
            self.since.insert(artefact, since);
        }
        let due = self.since.iter().filter(|(_, since)| now.duration_since(**since) >= grace);
        due.map(|(artefact, _)| artefact.clone()).collect()
    }
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(ended) => std::panic::resume_unwind(ended.into_panic()),
    }
}

fn place(folder: &Path, hash: &str) -> PathBuf {
    folder.join(&hash[..2]).join(hash)
}

/// Whole or not at all, and on the disk when this returns.
pub(crate) fn write_file(folder: &Path, hash: &str, content: &[u8]) -> Result<(), StoreError> {
    let path = place(folder, hash);
    let new = path.with_extension("new");
    let write = || {
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)?;
        let _held = hold(folder)?;
        let mut file = File::create(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        File::open(parent)?.sync_all()
    };
    write().map_err(|source| StoreError::Artefact { path: path.clone(), source })
}

pub(crate) fn read_file(folder: &Path, hash: &str) -> Result<Vec<u8>, StoreError> {
    let path = place(folder, hash);
    fs::read(&path).map_err(|source| StoreError::Artefact { path, source })
}

/// Hashes of the files, and when each was last written, in nanoseconds of the disk's clock: only ever compared with itself.
fn list_files(folder: &Path) -> Result<Vec<(String, i64)>, StoreError> {
    let list = || -> io::Result<Vec<(String, i64)>> {
        let mut files = vec![];
        for shelf in entries(folder)?.into_iter().filter(|e| e.path().is_dir()) {
            for file in entries(&shelf.path())? {
                let name = file.file_name().into_string().unwrap_or_default();
                files.push((name, written_at(&file.path())?));
            }
        }
        Ok(files)
    };
    list().map_err(|source| StoreError::Artefact { path: folder.to_owned(), source })
}

fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(vec![]),
        entries => entries?.collect(),
    }
}

fn written_at(path: &Path) -> io::Result<i64> {
    let at = fs::metadata(path)?.modified()?;
    Ok(at.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i64))
}

/// Deletes it unless it was written again since.
fn delete_file(folder: &Path, hash: &str, written: i64) -> Result<(), StoreError> {
    let path = folder.join(&hash[..2.min(hash.len())]).join(hash);
    let delete = || {
        let _held = hold(folder)?;
        if written_at(&path)? == written { fs::remove_file(&path) } else { Ok(()) }
    };
    delete().map_err(|source| StoreError::Artefact { path: path.clone(), source })
}

/// Writing and deleting take turns, in every process that uses the folder.
fn hold(folder: &Path) -> io::Result<File> {
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_unused_is_garbage() {
        let mut garbage = Garbage::default();
        let at = |s: u64| Instant::now() + Duration::from_secs(s);
        let (a, b) = (("a".to_owned(), 1), ("b".to_owned(), 1));
        let grace = Duration::from_mins(1);
        assert!(garbage.due(vec![a.clone(), b.clone()], grace, at(0)).is_empty());
        assert!(garbage.due(vec![a.clone()], grace, at(50)).is_empty());
        assert_eq!(
            garbage.due(vec![a.clone(), b.clone()], grace, at(70)),
            std::slice::from_ref(&a),
            "b was in use meanwhile"
        );
        let again = ("a".to_owned(), 2);
        assert!(garbage.due(vec![again], grace, at(200)).is_empty(), "it was written again");
    }
}
