use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use assay_core::Slug;
use include_dir::{Dir, include_dir};

use crate::error::Problems;
use crate::folder::{Entry, Folder};
use crate::load::load;
use crate::{ContentError, Exercise};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../exercises/coding");
/// How the embedded folders are called in errors: where they lie in the source.
const EMBEDDED_PATH: &str = "exercises/coding";

/// All exercises, in reading order. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    ordered: Vec<Arc<Exercise>>,
}

impl Catalogue {
    /// The exercises inside this binary.
    pub fn embedded() -> Result<Catalogue, Vec<ContentError>> {
        whole(Catalogue::sound(Path::new(EMBEDDED_PATH), &Folder::from(&EMBEDDED)))
    }

    /// The exercise folders inside this binary, as they lie in the source.
    pub(crate) fn embedded_folder() -> Folder {
        Folder::from(&EMBEDDED)
    }

    /// The exercises of a folder on disk that holds `coding/<slug>/…`, or `<slug>/…` directly.
    pub fn from_dir(dir: &Path) -> Result<Catalogue, Vec<ContentError>> {
        whole(Catalogue::sound_from_dir(dir))
    }

    /// Those exercises inside this binary that are sound, and what is wrong with the others.
    pub fn sound_embedded() -> (Catalogue, Vec<ContentError>) {
        Catalogue::sound(Path::new(EMBEDDED_PATH), &Folder::from(&EMBEDDED))
    }

    /// As [`Catalogue::from_dir`], but an exercise that is not sound does not keep the others away.
    pub fn sound_from_dir(dir: &Path) -> (Catalogue, Vec<ContentError>) {
        let coding = dir.join("coding");
        let dir = if coding.is_dir() { coding } else { dir.to_owned() };
        match Folder::read(&dir) {
            Ok(folder) => Catalogue::sound(&dir, &folder),
            Err(errors) => (Catalogue::default(), errors),
        }
    }

    /// The pure part: `folder` holds one folder per exercise; `path` is how it is called in errors.
    pub fn sound(path: &Path, folder: &Folder) -> (Catalogue, Vec<ContentError>) {
        let problems = Problems::default();
        let mut errors = Vec::new();
        let mut ordered = Vec::new();
        if folder.file("exercise.toml").is_some() {
            problems.at(path, "is one exercise; give the folder that holds it");
            return (Catalogue::default(), problems.into_sorted());
        }
        for (name, entry) in folder.iter() {
            let path = path.join(name);
            match entry {
                Entry::Folder(f) => match load(&path, name, f) {
                    Ok(exercise) => ordered.push(Arc::new(exercise)),
                    Err(faults) => errors.extend(faults),
                },
                Entry::File(_) => problems.at(&path, "does not belong here; each exercise is a folder"),
                Entry::Other(what) => problems.at(&path, format!("is {what}; put the folder itself here")),
            }
        }
        if folder.iter().next().is_none() {
            problems.at(path, "holds no exercise");
        }
        errors.extend(problems.into_sorted());
        ordered.sort_by_cached_key(|e| reading_key(e));
        (Catalogue { ordered }, errors)
    }

    /// These exercises.
    pub fn of(exercises: impl IntoIterator<Item = Exercise>) -> Catalogue {
        let mut ordered: Vec<Arc<Exercise>> = exercises.into_iter().map(Arc::new).collect();
        ordered.sort_by_cached_key(|e| reading_key(e));
        Catalogue { ordered }
    }

    /// The exercise of that name.
    pub fn get(&self, slug: &Slug) -> Option<&Arc<Exercise>> {
        self.ordered.iter().find(|e| e.slug == *slug)
    }

    /// All exercises: by part, question and name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Exercise>> {
        self.ordered.iter()
    }

    /// How many exercises there are.
    pub fn len(&self) -> usize {
        self.ordered.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ordered.is_empty()
    }

    /// The exercises by part, in reading order.
    pub fn parts(&self) -> BTreeMap<&str, Vec<&Arc<Exercise>>> {
        let mut parts: BTreeMap<&str, Vec<&Arc<Exercise>>> = BTreeMap::new();
        for e in &self.ordered {
            parts.entry(&e.part).or_default().push(e);
        }
        parts
    }
}

fn whole((catalogue, errors): (Catalogue, Vec<ContentError>)) -> Result<Catalogue, Vec<ContentError>> {
    if errors.is_empty() { Ok(catalogue) } else { Err(errors) }
}

/// The parts of the interview happen to be in the order of the alphabet. Questions sort by their number, so that `Q10`
/// comes after `Q9`; those without one come last.
fn reading_key(e: &Exercise) -> (String, u32, String, Slug) {
    let digits: String =
        e.question.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (e.part.clone(), digits.parse().unwrap_or(u32::MAX), e.question.clone(), e.slug.clone())
}
