//! The text files of a folder.

use std::path::Path;

use crate::error::{Problems, line_of};
use crate::folder::{Entry, Folder};

/// A folder with what is needed to speak of it.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub(crate) path: &'a Path,
    pub(crate) folder: &'a Folder,
    pub(crate) problems: &'a Problems,
}

impl<'a> Texts<'a> {
    /// A text file that must be there.
    pub(crate) fn text(self, name: &str, what: &str) -> Option<&'a str> {
        let path = self.path.join(name);
        match self.folder.file(name) {
            Some(bytes) => text(&path, bytes, self.problems),
            None => {
                self.missing(name, &format!("it says {what}"));
                None
            }
        }
    }

    /// Something of the wrong kind under that name is not missing; whoever refuses unknown entries has said what it is.
    pub(crate) fn missing(self, name: &str, what: &str) {
        if self.folder.iter().all(|(n, _)| n != name) {
            self.problems.at(&self.path.join(name), format!("is missing; {what}"));
        }
    }

    /// Nothing but these files may stand here.
    pub(crate) fn refuse_others(self, owner: &str, files: &[&str]) {
        for (name, entry) in self.folder.iter() {
            let path = self.path.join(name);
            match entry {
                Entry::Other(what) => self.problems.at(&path, refuse_other(what)),
                Entry::Folder(_) if files.contains(&name) => {
                    self.problems.at(&path, "this is a folder; a file is wanted");
                }
                Entry::File(_) if files.contains(&name) => {}
                Entry::File(_) | Entry::Folder(_) => {
                    let holds = files.join(", ");
                    self.problems.at(&path, format!("does not belong here; {owner} holds {holds}"));
                }
            }
        }
    }
}

/// `bytes` as text that is not blank.
pub(crate) fn text<'b>(path: &Path, bytes: &'b [u8], problems: &Problems) -> Option<&'b str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim().is_empty() => {
            problems.at(path, "is empty; write it or take it out");
            None
        }
        Ok(text) => Some(text),
        Err(e) => {
            let before = String::from_utf8_lossy(&bytes[..e.valid_up_to()]);
            problems.at_line(path, line_of(&before, before.len()), "is not UTF-8; save it as UTF-8");
            None
        }
    }
}

/// The message about a symbolic link or worse.
pub(crate) fn refuse_other(what: &str) -> String {
    format!("is {what}; put the file itself here")
}
