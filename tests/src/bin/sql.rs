//! `./x sql`: asks SQLite and PostgreSQL what they think of every statement of the store. Their answers are committed, so that building
//! takes no database.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use assay_tests::services::Postgres;
use assay_tests::{Assay, root};

fn main() -> ExitCode {
    let postgres = Postgres::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let assay = Assay::new();
    let data = folder.path().display().to_string();
    // Opening a database brings it to this version's form.
    for words in [["--data", &data, "jobs", "list"], ["jobs", "--database", &postgres.url(), "list"]] {
        let said = assay.run(&words);
        assert_eq!(said.code, 0, "{said:?}");
    }
    let sqlite = format!("sqlite://{}", folder.path().join("assay.db").display());
    let right = [("sqlite", sqlite), ("postgres", postgres.url())].map(|(name, url)| ask(name, &url));
    if right == [true, true] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::disallowed_methods, reason = "the compiler is who asks")]
fn ask(name: &str, url: &str) -> bool {
    let place = root().join("crates/assay-store/checked").join(name);
    let answers = place.join(".sqlx");
    let _ = fs::remove_dir_all(&answers);
    fs::create_dir_all(&answers).expect("a folder can be made");
    touch(&place.join("lib.rs"));
    let asked = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--locked", "--package", &format!("assay-sql-{name}")])
        .current_dir(root())
        .envs([("SQLX_OFFLINE", "false"), ("DATABASE_URL", url)])
        .env("SQLX_OFFLINE_DIR", &answers)
        .status();
    touch(&place.join("lib.rs"));
    let count = fs::read_dir(&answers).map_or(0, Iterator::count);
    println!("{name}: {count} statements are in {}", answers.display());
    asked.is_ok_and(|status| status.success())
}

/// The compiler asks again only when something has changed.
fn touch(path: &Path) {
    let text = fs::read(path).expect("a file of ours");
    fs::write(path, text).expect("it can be written");
}
