//! The formatter in the box, with the real toolchain: what it makes of good files, of broken ones and of those that mean harm.

use std::sync::Arc;

use assay_core::SourceFile;
use assay_go::Go;
use assay_grade::{Formatted, Grader};
use assay_sandbox::{Jail, JailConfig};
use assay_tests::{Assay, tools};

fn format(files: &[(&str, &str)]) -> Formatted {
    let helper = Some(Assay::new().program().to_owned());
    let jail = Jail::start(JailConfig { helper, ..JailConfig::default() }).expect("a box");
    let go = Go::prepare(&tools(), &mut |_, _, _| {}).expect("a toolchain");
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, content)| SourceFile { path: path.parse().unwrap(), content: (*content).to_owned() })
        .collect();
    Grader::new(Arc::new(go), Arc::new(jail)).format(&files).expect("no fault of ours")
}

#[test]
fn what_can_be_read_is_formatted_and_the_rest_has_its_place() {
    let Formatted { files, unreadable } =
        format(&[("a.go", "package a\nfunc  f( ){x:=1\n_=x}\n"), ("b.go", "package b\n\nfunc f( {\n")]);
    assert_eq!(files, [("a.go".to_owned(), "package a\n\nfunc f() {\n\tx := 1\n\t_ = x\n}\n".to_owned())]);
    assert!(unreadable.iter().all(|f| f.file == "b.go"), "{unreadable:?}");
    assert_eq!((unreadable[0].line, unreadable[0].column > 0), (3, true), "{unreadable:?}");
}

/// Each is told as something that cannot be formatted, never as a fault of ours.
#[test]
fn what_is_made_to_overwhelm_it_is_refused() {
    let deep = format!("package a\n\nvar x = {}1\n", "(".repeat(200_000));
    let nested = format!("package a\n\nfunc f() {}{}\n", "{\n".repeat(60_000), "}\n".repeat(60_000));
    let many = "func {\n".repeat(30_000);
    for code in [deep.as_str(), nested.as_str(), many.as_str(), "\0", "package a // \u{feff}\n\x00"] {
        let Formatted { files, unreadable } = format(&[("a.go", code)]);
        assert!(files.is_empty(), "{} bytes came back", files[0].1.len());
        assert!(!unreadable.is_empty() && unreadable.len() <= 100, "{}", unreadable.len());
    }
}
