//! `crates/assay-core/report.schema.json` is what the types say. `ASSAY_WRITE=1 cargo test -p assay-tests` writes it anew.

use std::fs;

use assay_tests::root;

#[test]
fn the_committed_schema_is_current() {
    let path = root().join("crates/assay-core/report.schema.json");
    let current = format!("{:#}\n", assay_core::report_schema());
    if std::env::var_os("ASSAY_WRITE").is_some() {
        fs::write(&path, &current).expect("the schema can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == current, "{} is old: run ASSAY_WRITE=1 cargo test -p assay-tests", path.display());
}
