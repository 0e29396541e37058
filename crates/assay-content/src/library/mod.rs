//! Everything there is to practise and to ask: exercises, written questions, interviews.

mod links;

use std::path::Path;
use std::sync::Arc;

use assay_core::Slug;
use include_dir::{Dir, include_dir};

use crate::error::Problems;
use crate::folder::{Entry, Folder};
use crate::interview::{self, Interview};
use crate::question::{self, Question};
use crate::{Catalogue, ContentError};

static WRITTEN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../exercises/written");
static INTERVIEWS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../exercises/interviews");
/// How the folder above the embedded ones is called in errors: where it lies in the source.
const EMBEDDED_PATH: &str = "exercises";

/// Exercises, questions and interviews that are sound and fit together. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The exercises.
    pub exercises: Catalogue,
    questions: Vec<Arc<Question>>,
    interviews: Vec<Arc<Interview>>,
}

/// The folders of a library on disk or in memory, each where it is there.
#[derive(Debug, Clone, Default)]
pub struct Shelves {
    /// `coding/`: a folder for each exercise.
    pub coding: Option<Folder>,
    /// `written/`: a folder for each question.
    pub written: Option<Folder>,
    /// `interviews/`: a folder for each interview.
    pub interviews: Option<Folder>,
}

impl Library {
    /// What is sound of what this binary carries, and what is wrong with the rest.
    pub fn sound_embedded() -> (Library, Vec<ContentError>) {
        let shelves = Shelves {
            coding: Some(Catalogue::embedded_folder()),
            written: Some(Folder::from(&WRITTEN)),
            interviews: Some(Folder::from(&INTERVIEWS)),
        };
        Library::sound(Path::new(EMBEDDED_PATH), &shelves)
    }

    /// What is sound of a folder on disk, and what is wrong with the rest. The folder holds `coding/`, `written/` and
    /// `interviews/`, or any of them, or exercises directly.
    pub fn sound_from_dir(dir: &Path) -> (Library, Vec<ContentError>) {
        let mut errors = Vec::new();
        let mut read = |name: &str| {
            let dir = dir.join(name);
            let folder = dir.is_dir().then(|| Folder::read(&dir))?;
            folder.map_err(|faults| errors.extend(faults)).ok()
        };
        let shelves =
            Shelves { coding: read("coding"), written: read("written"), interviews: read("interviews") };
        if !errors.is_empty() {
            return (Library::default(), errors);
        }
        if shelves.coding.is_none() && shelves.written.is_none() && shelves.interviews.is_none() {
            let (exercises, errors) = Catalogue::sound_from_dir(dir);
            return (Library { exercises, ..Library::default() }, errors);
        }
        Library::sound(dir, &shelves)
    }

    /// The pure part; `path` is how the folder above the shelves is called in errors.
    pub fn sound(path: &Path, shelves: &Shelves) -> (Library, Vec<ContentError>) {
        let mut errors = Vec::new();
        let exercises = shelves.coding.as_ref().map_or_else(Catalogue::default, |coding| {
            let (exercises, faults) = Catalogue::sound(&path.join("coding"), coding);
            errors.extend(faults);
            exercises
        });
        let written = path.join("written");
        let questions = each(&written, shelves.written.as_ref(), "question", question::load, &mut errors);
        let interviews = path.join("interviews");
        let interviews =
            each(&interviews, shelves.interviews.as_ref(), "interview", interview::load, &mut errors);
        let (questions, interviews, faults) = links::check(path, shelves, questions, interviews);
        errors.extend(faults);
        let mut questions: Vec<_> = questions.into_iter().map(Arc::new).collect();
        questions.sort_by_key(|q| reading_key(q));
        let interviews = interviews.into_iter().map(Arc::new).collect();
        (Library { exercises, questions, interviews }, errors)
    }

    /// The question of that name.
    pub fn question(&self, slug: &Slug) -> Option<&Arc<Question>> {
        self.questions.iter().find(|q| q.slug == *slug)
    }

    /// All questions: `Q1` to `Q9`, then the alternatives.
    pub fn questions(&self) -> impl ExactSizeIterator<Item = &Arc<Question>> {
        self.questions.iter()
    }

    /// The interview of that name.
    pub fn interview(&self, slug: &Slug) -> Option<&Arc<Interview>> {
        self.interviews.iter().find(|i| i.slug == *slug)
    }

    /// All interviews, by name.
    pub fn interviews(&self) -> impl ExactSizeIterator<Item = &Arc<Interview>> {
        self.interviews.iter()
    }

    /// The questions that an exercise proves, in reading order.
    pub fn proven_by<'a>(&'a self, exercise: &'a Slug) -> impl Iterator<Item = &'a Arc<Question>> {
        self.questions.iter().filter(move |q| q.exercises.contains(exercise))
    }
}

/// Exercises alone.
impl From<Catalogue> for Library {
    fn from(exercises: Catalogue) -> Library {
        Library { exercises, ..Library::default() }
    }
}

/// Loads every folder of a shelf that is there. What is not sound is left out and its faults are kept.
fn each<T>(
    path: &Path,
    shelf: Option<&Folder>,
    what: &str,
    load: fn(&Path, &str, &Folder, &Problems) -> Option<T>,
    errors: &mut Vec<ContentError>,
) -> Vec<T> {
    let mut sound = Vec::new();
    for (name, entry) in shelf.into_iter().flat_map(Folder::iter) {
        let path = path.join(name);
        let problems = Problems::default();
        let loaded = match entry {
            Entry::Folder(folder) => load(&path, name, folder, &problems),
            Entry::File(_) => {
                problems.at(&path, format!("does not belong here; each {what} is a folder"));
                None
            }
            Entry::Other(other) => {
                problems.at(&path, format!("is {other}; put the folder itself here"));
                None
            }
        };
        let faults = problems.into_sorted();
        assert!(loaded.is_some() || !faults.is_empty(), "what cannot be loaded has a reason");
        sound.extend(loaded.filter(|_| faults.is_empty()));
        errors.extend(faults);
    }
    sound
}

/// `Q` before the alternatives, numbers as numbers.
fn reading_key(q: &Question) -> (bool, char, u32, Slug) {
    let letter = q.label.chars().next().unwrap_or('?');
    (letter != 'Q', letter, q.label[letter.len_utf8()..].parse().unwrap_or(u32::MAX), q.slug.clone())
}
