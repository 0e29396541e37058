// Stands in until `assay_content::Catalogue` is there; same calls.
use std::collections::BTreeMap;
use std::sync::Arc;

use assay_content::Exercise;
use assay_core::Slug;

/// All exercises by name.
#[derive(Debug, Default)]
pub struct Catalogue(BTreeMap<Slug, Arc<Exercise>>);

impl Catalogue {
    /// The exercise of that name.
    pub fn get(&self, slug: &Slug) -> Option<&Arc<Exercise>> {
        self.0.get(slug)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Exercise>> {
        self.0.values()
    }
}
