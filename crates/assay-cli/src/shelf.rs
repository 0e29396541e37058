use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use assay_content::{Catalogue, ContentError, Exercise, Interview, Library};
use assay_core::Slug;

use crate::args::Chosen;
use crate::places::Places;
use crate::problem::{Blame, Problem};

/// The content that is sound, and what is wrong with the rest.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// What is sound.
    pub(crate) library: Library,
    /// What is wrong with the rest.
    pub(crate) errors: Vec<ContentError>,
    from: Option<PathBuf>,
}

impl Shelf {
    /// The built-in content, or that of `--content`.
    pub(crate) fn open(places: &Places) -> Result<Shelf, Problem> {
        let (library, errors) = match &places.content {
            None => Library::sound_embedded(),
            Some(dir) if !dir.is_dir() => {
                return Err(Problem::input(
                    format!("there is no folder `{}`", dir.display()),
                    "--content takes a folder that holds one folder for each exercise",
                ));
            }
            Some(dir) => Library::sound_from_dir(dir),
        };
        let shelf = Shelf { library, errors, from: places.content.clone() };
        if shelf.catalogue().is_empty() && !shelf.errors.is_empty() {
            return Err(shelf.unsound(&shelf.errors.iter().collect::<Vec<_>>()));
        }
        Ok(shelf)
    }

    /// The exercises.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.library.exercises
    }

    /// The exercise of that name.
    pub(crate) fn get(&self, slug: &Slug) -> Result<&Arc<Exercise>, Problem> {
        if let Some(exercise) = self.catalogue().get(slug) {
            return Ok(exercise);
        }
        let own = self.errors_of(slug);
        if !own.is_empty() {
            return Err(self.unsound(&own));
        }
        let names: Vec<&str> = self.catalogue().iter().map(|e| e.slug.as_str()).collect();
        Err(unknown("exercise", slug, &names, "assay list"))
    }

    /// The exercises of those names, or all.
    pub(crate) fn chosen(&self, chosen: &Chosen) -> Result<Vec<&Arc<Exercise>>, Problem> {
        if chosen.all {
            return Ok(self.catalogue().iter().collect());
        }
        chosen.slugs.iter().map(|slug| self.get(slug)).collect()
    }

    /// The interview of that name.
    pub(crate) fn interview(&self, slug: &Slug) -> Result<&Arc<Interview>, Problem> {
        if let Some(interview) = self.library.interview(slug) {
            return Ok(interview);
        }
        // An interview falls with a question that it asks, wherever that fault lies.
        let errors: Vec<&ContentError> = self.errors.iter().filter(|e| !below(e, "coding")).collect();
        if !errors.is_empty() {
            return Err(self.unsound(&errors));
        }
        let names: Vec<&str> = self.library.interviews().map(|i| i.slug.as_str()).collect();
        Err(unknown("interview", slug, &names, "assay list interviews"))
    }

    /// What is wrong with what has that name.
    pub(crate) fn errors_of(&self, slug: &Slug) -> Vec<&ContentError> {
        self.errors.iter().filter(|e| below(e, slug.as_str())).collect()
    }

    /// What is wrong with the question or interview of that name.
    pub(crate) fn format_errors_of(&self, slug: &Slug) -> Vec<&ContentError> {
        let format = |e: &&ContentError| below(e, "written") || below(e, "interviews");
        self.errors_of(slug).into_iter().filter(format).collect()
    }

    fn unsound(&self, errors: &[&ContentError]) -> Problem {
        let mut what = "the content is not sound".to_owned();
        for error in errors {
            let _ = write!(what, "\n{error}");
        }
        match self.from {
            Some(_) => Problem::input(what, "mend these places; docs/authoring.md describes the folder"),
            None => Problem { blame: Blame::Us, what, help: "this build of assay carries it so".to_owned() },
        }
    }
}

fn unknown(what: &str, slug: &Slug, names: &[&str], list: &str) -> Problem {
    let near = similar::get_close_matches(slug.as_str(), names, 1, 0.6);
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`? `{list}` names all of them"),
        None => format!("`{list}` names all of them"),
    };
    Problem::input(format!("there is no {what} `{slug}`"), help)
}

/// Whether a fault lies at or below a folder of that name.
fn below(error: &ContentError, name: &str) -> bool {
    error.path.components().any(|c| c.as_os_str() == name)
}
