use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use assay_content::{Catalogue, ContentError, Exercise};
use assay_core::Slug;

use crate::places::Places;
use crate::problem::{Blame, Problem};

/// The exercises that are sound, and what is wrong with the others.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// The sound ones.
    pub(crate) catalogue: Catalogue,
    /// What is wrong with the others.
    pub(crate) errors: Vec<ContentError>,
    from: Option<PathBuf>,
}

impl Shelf {
    /// The built-in exercises, or those of `--content`.
    pub(crate) fn open(places: &Places) -> Result<Shelf, Problem> {
        let (catalogue, errors) = match &places.content {
            None => Catalogue::sound_embedded(),
            Some(dir) if !dir.is_dir() => {
                return Err(Problem::input(
                    format!("there is no folder `{}`", dir.display()),
                    "--content takes a folder that holds one folder for each exercise",
                ));
            }
            Some(dir) => Catalogue::sound_from_dir(dir),
        };
        let shelf = Shelf { catalogue, errors, from: places.content.clone() };
        if shelf.catalogue.is_empty() && !shelf.errors.is_empty() {
            return Err(shelf.unsound(&shelf.errors.iter().collect::<Vec<_>>()));
        }
        Ok(shelf)
    }

    /// The exercise of that name.
    pub(crate) fn get(&self, slug: &Slug) -> Result<&Arc<Exercise>, Problem> {
        if let Some(exercise) = self.catalogue.get(slug) {
            return Ok(exercise);
        }
        let own = self.errors_of(slug);
        if !own.is_empty() {
            return Err(self.unsound(&own));
        }
        let names: Vec<&str> = self.catalogue.iter().map(|e| e.slug.as_str()).collect();
        let near = similar::get_close_matches(slug.as_str(), &names, 1, 0.6);
        let help = match near.first() {
            Some(near) => format!("did you mean `{near}`? `assay list` names all of them"),
            None => "`assay list` names all of them".to_owned(),
        };
        Err(Problem::input(format!("there is no exercise `{slug}`"), help))
    }

    /// What is wrong with the exercise of that name.
    pub(crate) fn errors_of(&self, slug: &Slug) -> Vec<&ContentError> {
        let of = |e: &&ContentError| e.path.components().any(|c| c.as_os_str() == slug.as_str());
        self.errors.iter().filter(of).collect()
    }

    fn unsound(&self, errors: &[&ContentError]) -> Problem {
        let mut what = "the exercise is not sound".to_owned();
        for error in errors {
            let _ = write!(what, "\n{error}");
        }
        match self.from {
            Some(_) => Problem::input(what, "mend these places; CONTRIBUTING.md describes the folder"),
            None => Problem { blame: Blame::Us, what, help: "this build of assay carries it so".to_owned() },
        }
    }
}
