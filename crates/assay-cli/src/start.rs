use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assay_content::{Kind, TestFile};
use assay_core::{Slug, SourceFile};

use crate::args::StartArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::remote::{Client, Logins, ServerUrl, wire};
use crate::shelf::Shelf;
use crate::text::{BOLD, inert, paint};
use crate::{marker, out, remote};

/// Make a folder to work on an exercise in.
pub(crate) fn run(args: StartArgs, places: &Places) -> Result<Exit, Problem> {
    let kit = kit(&args, places)?;
    let dir = args.dir.unwrap_or_else(|| PathBuf::from(kit.slug.as_str()));
    must_be_free(&dir, "name a new folder after the exercise: assay start SLUG DIR")?;
    fs::create_dir_all(&dir).map_err(|e| Problem::path("make the folder", &dir, &e))?;
    let files = files(&kit);
    for (name, content) in &files {
        write_new(&dir.join(name), content)?;
    }
    let mut said = format!("{}  {}\n", paint(BOLD, kit.slug.as_str()), inert(&kit.title));
    for (name, _) in &files {
        let _ = writeln!(said, "  {}", dir.join(name).display());
    }
    let dir = shell_word(&dir);
    let _ = match &kit.server {
        None => writeln!(said, "Read README.md, edit, then: assay check {dir}"),
        Some(_) => writeln!(said, "Read README.md, edit, then: assay submit {dir} --watch"),
    };
    out::result(&said)?;
    Ok(Exit::Good)
}

/// What a candidate begins with, wherever it is from.
struct Kit {
    slug: Slug,
    title: String,
    kind: Kind,
    /// A Go identifier.
    package: String,
    prompt: String,
    code: Vec<SourceFile>,
    tests: Vec<SourceFile>,
    server: Option<ServerUrl>,
}

fn kit(args: &StartArgs, places: &Places) -> Result<Kit, Problem> {
    let builtin = args.local || places.content.is_some();
    if args.server.is_some() || args.draft || (!builtin && Logins::read(places)?.latest.is_some()) {
        return from_server(args, places);
    }
    let shelf = Shelf::open(places)?;
    let exercise = shelf.get(&args.slug)?;
    let test = |f: &TestFile| SourceFile { path: f.name.clone(), content: f.content.clone() };
    Ok(Kit {
        slug: exercise.slug.clone(),
        title: exercise.title.clone(),
        kind: exercise.kind,
        package: exercise.package.clone(),
        prompt: exercise.prompt.clone(),
        code: exercise.start.clone(),
        tests: exercise.visible.iter().map(test).collect(),
        server: None,
    })
}

/// The server's exercise, with the start or with what was saved in its workbench.
fn from_server(args: &StartArgs, places: &Places) -> Result<Kit, Problem> {
    let client = if args.draft {
        remote::open_as_somebody(places, args.server.as_ref())?
    } else {
        remote::open(places, args.server.as_ref())?
    };
    let slug = &args.slug;
    let exercise: wire::Exercise = client.get(&format!("/api/exercises/{slug}"))?;
    let package = exercise.package;
    let name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if exercise.slug != *slug || package.is_empty() || !package.bytes().all(name) {
        let what = format!("{} answers with something else than the exercise `{slug}`", client.server);
        return Err(Problem::input(what, "is it an assay server? assay start SLUG --local needs none"));
    }
    let code = if args.draft { draft(&client, slug)? } else { exercise.start };
    out::note(&format!("from {}", client.server));
    Ok(Kit {
        slug: exercise.slug,
        title: exercise.title,
        kind: exercise.kind,
        package,
        prompt: exercise.prompt,
        code,
        tests: exercise.visible_tests,
        server: Some(client.server),
    })
}

fn draft(client: &Client, slug: &Slug) -> Result<Vec<SourceFile>, Problem> {
    let draft: Option<wire::Draft> = client.find(&format!("/api/drafts/{slug}"))?;
    let draft = draft.ok_or_else(|| {
        Problem::input(
            format!("{} has no draft of yours for `{slug}`", client.server),
            "leave out --draft to begin anew; drafts of a browser come with its code: assay login URL --code CODE",
        )
    })?;
    out::note(&format!("your draft {}", draft.revision));
    Ok(draft.files)
}

/// Everything that goes into the folder.
fn files(kit: &Kit) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = vec![("README.md".into(), readme(kit))];
    files.extend(kit.code.iter().chain(&kit.tests).map(|f| (f.path.to_string(), f.content.clone())));
    files.push(("go.mod".into(), format!("module assay.test/{}\n\ngo 1.27\n", kit.package)));
    files.push((marker::NAME.into(), marker::text(&kit.slug, kit.server.as_ref())));
    files
}

fn readme(kit: &Kit) -> String {
    let prompt = kit.prompt.trim();
    let title = if prompt.starts_with("# ") { String::new() } else { format!("# {}\n\n", kit.title) };
    let own = match kit.kind {
        Kind::Exhibit => "`go run .` runs it",
        Kind::Implement | Kind::Repair => "`go test -race` runs the tests that are here",
    };
    let graded = match &kit.server {
        None => "`assay check .` grades it".to_owned(),
        Some(server) => format!(
            "`assay submit --watch` hands it in at {server}, `assay check .` grades it on this machine"
        ),
    };
    format!("{title}{prompt}\n\n---\n\n{own}; {graded}.\n")
}

/// Refuse a folder that is there and not empty, with what else to do.
pub(crate) fn must_be_free(dir: &Path, help: &str) -> Result<(), Problem> {
    match fs::read_dir(dir).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Problem::input(
            format!("`{}` is not empty, and nothing in it is overwritten", dir.display()),
            help,
        )),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Problem::path("use the folder", dir, &e)),
    }
}

/// Write a file that is not there yet.
pub(crate) fn write_new(path: &Path, content: &str) -> Result<(), Problem> {
    fs::File::create_new(path)
        .and_then(|mut f| f.write_all(content.as_bytes()))
        .map_err(|e| Problem::path("write", path, &e))
}

/// The path as one word of a shell command.
pub(crate) fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+@%".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
