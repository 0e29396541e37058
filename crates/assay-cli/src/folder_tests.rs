use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use super::*;

/// What reading a folder comes to: the names handed in, or the problem, with the folder's own path taken out.
fn outcome(make: impl Fn(&Path)) -> String {
    let dir = tempfile::tempdir().unwrap();
    make(dir.path());
    let read = must_be_folder(&dir.path().join("pool"))
        .and_then(|()| read(&dir.path().join("pool"), "worker-pool".parse().unwrap()));
    match read {
        Ok(s) => s.files().iter().map(|f| f.path.as_str()).collect::<Vec<_>>().join(" "),
        Err(p) => format!("{p}\n{}", p.help).replace(&format!("{}/", dir.path().display()), ""),
    }
}

/// As [`outcome`] for a folder `pool` with these files.
fn with(files: &[(&str, &[u8])]) -> String {
    outcome(|dir| {
        fs::create_dir(dir.join("pool")).unwrap();
        for (name, content) in files {
            fs::write(dir.join("pool").join(name), content).unwrap();
        }
    })
}

#[test]
fn only_flat_go_files_without_tests_are_handed_in() {
    let files: &[(&str, &[u8])] = &[
        ("pool.go", b"package pool"),
        ("go.mod", b"module evil"),
        ("README.md", b"\xff"),
        (".assay.toml", b"?"),
        (".hidden.go", b"?"),
        ("pool_test.go", b"package pool"),
        ("a.go", b"package pool"),
    ];
    assert_eq!(with(files), "a.go pool.go");
}

#[test]
fn what_cannot_be_handed_in_says_what_to_do() {
    static LARGE: [u8; MAX_FILE_BYTES + 1] = [b'/'; MAX_FILE_BYTES + 1];
    let said = [
        outcome(|_| {}),
        outcome(|dir| fs::write(dir.join("pool"), "").unwrap()),
        with(&[]),
        with(&[(".assay.toml", b"")]),
        with(&[("pool.go", b" \n")]),
        with(&[("Pool.go", b"package pool")]),
        with(&[("pool.go", b"package pool // \xff")]),
        with(&[("pool.go", &LARGE)]),
        outcome(|dir| {
            fs::create_dir(dir.join("pool")).unwrap();
            std::os::unix::fs::symlink("/etc/passwd", dir.join("pool/pool.go")).unwrap();
        }),
        outcome(|dir| fs::create_dir_all(dir.join("pool/pool.go")).unwrap()),
        outcome(|dir| {
            fs::create_dir(dir.join("pool")).unwrap();
            let name = PathBuf::from(std::ffi::OsString::from_vec(b"\xff\x1b.go".to_vec()));
            fs::write(dir.join("pool").join(name), "").unwrap();
        }),
        outcome(|dir| {
            fs::create_dir(dir.join("pool")).unwrap();
            for i in 0..=MAX_FILES {
                fs::write(dir.join(format!("pool/a{i}.go")), "package pool").unwrap();
            }
        }),
    ];
    insta::assert_snapshot!(said.join("\n\n"));
}
