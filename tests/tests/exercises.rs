//! `exercises/README.md` is what the content and `exercises/figures.toml` say. `ASSAY_WRITE=1 cargo test -p assay-tests --test exercises`
//! writes it anew.

use std::fs;
use std::path::Path;

use assay_content::{Catalogue, Figures, table};
use assay_tests::root;

#[test]
fn the_page_of_the_exercises_is_current() {
    let content = root().join("exercises");
    let (path, figures) = (content.join("README.md"), content.join("figures.toml"));
    let figures = Figures::read(Path::new("exercises/figures.toml"), &fs::read_to_string(figures).unwrap())
        .unwrap_or_else(|e| panic!("{e}"));
    let catalogue = Catalogue::from_dir(&content).unwrap_or_else(|errors| panic!("{errors:#?}"));
    for slug in figures.0.keys() {
        assert!(
            catalogue.iter().any(|e| e.slug.as_str() == slug),
            "exercises/figures.toml: there is no exercise `{slug}`; take its table out"
        );
    }
    let current = table(&catalogue, &figures);
    if std::env::var_os("ASSAY_WRITE").is_some() {
        fs::write(&path, &current).expect("the page can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == current,
        "{} is old: run ASSAY_WRITE=1 cargo test -p assay-tests --test exercises",
        path.display()
    );
}
