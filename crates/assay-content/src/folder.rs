use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::ContentError;
use crate::error::Problems;

/// Largest file of an exercise, bytes: far above any prompt or test, far below what would hurt.
const MAX_BYTES: u64 = 1 << 20;
/// Deepest nesting: `coding/<slug>/solutions/<name>/file` needs 4.
const MAX_DEPTH: usize = 8;

/// A folder tree in memory, so that loading itself touches no disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    entries: BTreeMap<String, Entry>,
}

/// What stands under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A regular file's bytes.
    File(Cow<'static, [u8]>),
    /// A folder.
    Folder(Folder),
    /// Something that does not belong into an exercise, in words, e.g. `a symbolic link`.
    Other(&'static str),
}

impl Folder {
    /// An empty folder.
    pub fn new() -> Folder {
        Folder::default()
    }

    /// Put `entry` at `path` (names joined by `/`), with the folders on the way. An entry that was there is replaced.
    pub fn insert(&mut self, path: &str, entry: Entry) {
        match path.split_once('/') {
            None => {
                self.entries.insert(path.to_owned(), entry);
            }
            Some((head, rest)) => {
                let below =
                    self.entries.entry(head.to_owned()).or_insert_with(|| Entry::Folder(Folder::new()));
                if !matches!(below, Entry::Folder(_)) {
                    *below = Entry::Folder(Folder::new());
                }
                if let Entry::Folder(f) = below {
                    f.insert(rest, entry);
                }
            }
        }
    }

    /// Take away what is at `path`.
    pub fn remove(&mut self, path: &str) -> Option<Entry> {
        match path.split_once('/') {
            None => self.entries.remove(path),
            Some((head, rest)) => match self.entries.get_mut(head)? {
                Entry::Folder(f) => f.remove(rest),
                Entry::File(_) | Entry::Other(_) => None,
            },
        }
    }

    /// What is there, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(name, e)| (name.as_str(), e))
    }

    /// The folder of that name.
    pub fn folder(&self, name: &str) -> Option<&Folder> {
        match self.entries.get(name)? {
            Entry::Folder(f) => Some(f),
            Entry::File(_) | Entry::Other(_) => None,
        }
    }

    /// The file of that name.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        match self.entries.get(name)? {
            Entry::File(bytes) => Some(bytes),
            Entry::Folder(_) | Entry::Other(_) => None,
        }
    }

    /// Every file below, with its path, sorted by path.
    pub fn files(&self) -> BTreeMap<String, &[u8]> {
        let mut all = BTreeMap::new();
        self.collect("", &mut all);
        all
    }

    fn collect<'a>(&'a self, prefix: &str, all: &mut BTreeMap<String, &'a [u8]>) {
        for (name, entry) in &self.entries {
            match entry {
                Entry::File(bytes) => {
                    all.insert(format!("{prefix}{name}"), bytes);
                }
                Entry::Folder(f) => f.collect(&format!("{prefix}{name}/"), all),
                Entry::Other(_) => {}
            }
        }
    }

    /// The file at a path of names joined by `/`.
    pub(crate) fn at(&self, path: &str) -> Option<&[u8]> {
        match path.split_once('/') {
            None => self.file(path),
            Some((head, rest)) => self.folder(head)?.at(rest),
        }
    }

    /// As [`Folder::read`], of the top only what is `wanted`.
    pub(crate) fn read_some(dir: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Folder, Vec<ContentError>> {
        let problems = Problems::default();
        let folder = read_at(dir, MAX_DEPTH, wanted, &problems);
        let errors = problems.into_sorted();
        if errors.is_empty() { Ok(folder) } else { Err(errors) }
    }

    /// The tree at `dir` on disk. Links are not followed; what cannot be read is an error that names it.
    pub fn read(dir: &Path) -> Result<Folder, Vec<ContentError>> {
        Folder::read_some(dir, &|_| true)
    }
}

impl From<&include_dir::Dir<'static>> for Folder {
    fn from(dir: &include_dir::Dir<'static>) -> Folder {
        let mut folder = Folder::new();
        for entry in dir.entries() {
            let Some(name) = entry.path().file_name().and_then(|n| n.to_str()) else { continue };
            let entry = match entry {
                include_dir::DirEntry::Dir(d) => Entry::Folder(d.into()),
                include_dir::DirEntry::File(f) => Entry::File(Cow::Borrowed(f.contents())),
            };
            folder.entries.insert(name.to_owned(), entry);
        }
        folder
    }
}

fn read_at(dir: &Path, depth: usize, wanted: &dyn Fn(&str) -> bool, problems: &Problems) -> Folder {
    let mut folder = Folder::new();
    let listing = match fs::read_dir(dir) {
        Ok(listing) => listing,
        Err(e) => {
            problems.at(dir, format!("cannot read this folder: {e}"));
            return folder;
        }
    };
    for item in listing {
        let item = match item {
            Ok(item) => item,
            Err(e) => {
                problems.at(dir, format!("cannot read this folder: {e}"));
                break;
            }
        };
        let path = item.path();
        let Ok(name) = item.file_name().into_string() else {
            problems.at(&path, "the name is not UTF-8; rename it");
            continue;
        };
        if !wanted(&name) {
            continue;
        }
        let entry = match item.file_type() {
            Ok(t) if t.is_symlink() => Entry::Other("a symbolic link"),
            Ok(t) if t.is_dir() && depth == 0 => {
                problems.at(&path, format!("more than {MAX_DEPTH} folders deep; exercises are flat"));
                continue;
            }
            Ok(t) if t.is_dir() => Entry::Folder(read_at(&path, depth - 1, &|_| true, problems)),
            Ok(t) if t.is_file() => match read_file(&path) {
                Ok(bytes) => Entry::File(Cow::Owned(bytes)),
                Err(why) => {
                    problems.at(&path, why);
                    continue;
                }
            },
            Ok(_) => Entry::Other("neither a file nor a folder"),
            Err(e) => {
                problems.at(&path, format!("cannot tell what this is: {e}"));
                continue;
            }
        };
        folder.entries.insert(name, entry);
    }
    folder
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let size = fs::symlink_metadata(path).map_err(|e| format!("cannot read this file: {e}"))?.len();
    if size > MAX_BYTES {
        return Err(format!("{size} bytes are too many: at most {MAX_BYTES}"));
    }
    fs::read(path).map_err(|e| format!("cannot read this file: {e}"))
}
