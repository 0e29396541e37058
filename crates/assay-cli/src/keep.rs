//! Backups, and what somebody has here: given to them, or deleted.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use assay_core::SubmissionId;
use assay_store::{Export, Forgotten, Location, Store};

use crate::args::{BackupArgs, ExportArgs, ForgetArgs, RestoreArgs, StorageArgs};
use crate::exit::Exit;
use crate::jobs::actor;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::runs::block_on;
use crate::serve::location;

/// Writes everything that is kept, as it was at one moment.
pub(crate) fn backup(args: &BackupArgs, places: &Places) -> Result<Exit, Problem> {
    let store = existing(&args.storage, places)?;
    let rows = if args.file == Path::new("-") {
        with(store, async |store| Ok(store.backup(&mut std::io::stdout().lock()).await?))?
    } else {
        // Whole under its name, or not there.
        let part = args.file.with_extension("part");
        let file = OpenOptions::new().write(true).create_new(true).open(&part);
        let file = file.map_err(|e| unwritable(&part, &e))?;
        if args.file.exists() {
            let _ = std::fs::remove_file(&part);
            return Err(Problem::input(
                format!("`{}` is there already", args.file.display()),
                "name a new file",
            ));
        }
        let mut file = BufWriter::new(file);
        let rows = with(store, async |store| Ok(store.backup(&mut file).await?))?;
        let kept = file.flush().and_then(|()| file.get_ref().sync_all());
        kept.and_then(|()| std::fs::rename(&part, &args.file)).map_err(|e| unwritable(&args.file, &e))?;
        rows
    };
    out::note(&format!("{rows} rows are in the backup"));
    Ok(Exit::Good)
}

/// Puts a backup into an empty database.
pub(crate) fn restore(args: &RestoreArgs, places: &Places) -> Result<Exit, Problem> {
    let file = File::open(&args.file).map_err(|e| {
        Problem::input(format!("`{}`: {e}", args.file.display()), "name a file that `assay backup` wrote")
    })?;
    let place = location(&args.storage, places)?;
    let shown = place.shown();
    let mut file = BufReader::new(file);
    let rows = with(place, async |store| {
        // Nobody may be at work on it meanwhile.
        store.requeue_running_at_start().await?;
        Ok(store.restore(&mut file).await?)
    })?;
    out::result(&format!("{rows} rows are in {shown}\n"))?;
    Ok(Exit::Good)
}

/// Everything that is kept of somebody.
pub(crate) fn export(args: &ExportArgs, places: &Places) -> Result<Exit, Problem> {
    let all = with(existing(&args.storage, places)?, async |store| {
        let mut all = vec![];
        for owner in owners(store, &args.who).await? {
            all.push(store.export(&owner).await?);
        }
        Ok(all)
    })?;
    let text = serde_json::to_string_pretty(&all).unwrap_or_default();
    out::result(&format!("{text}\n"))?;
    Ok(Exit::Good)
}

/// Deletes everything that is kept of somebody.
pub(crate) fn forget(args: &ForgetArgs, places: &Places) -> Result<Exit, Problem> {
    with(existing(&args.storage, places)?, async |store| {
        for owner in owners(store, &args.who).await? {
            let line = if args.yes {
                let Forgotten { submissions, saves, hints, answers } = store.forget(&owner, &actor()).await?;
                format!(
                    "{owner}: {submissions} submissions, {saves} saves, {hints} opened hints and {answers} answers are deleted\n"
                )
            } else {
                let Export { submissions, drafts, hints, answers, .. } = store.export(&owner).await?;
                format!(
                    "{owner}: {} submissions, {} saves, {} opened hints and {} answers would be deleted; say --yes\n",
                    submissions.len(),
                    drafts.len(),
                    hints.len(),
                    answers.len(),
                )
            };
            out::result(&line)?;
        }
        Ok(Exit::Good)
    })
}

/// Who is meant: addresses and visitors by their word, or by one of their submissions: the visitor whose it is, else the address.
async fn owners(store: &Store, who: &[String]) -> Result<BTreeSet<String>, Problem> {
    let mut owners = BTreeSet::new();
    for word in who {
        let owner = match word.parse::<SubmissionId>() {
            Err(_) => word.clone(),
            Ok(id) => match store.get(id).await? {
                Some(record) if !record.visitor.is_empty() => record.visitor,
                Some(record) if record.owner.is_empty() => {
                    return Err(Problem::input(
                        format!("nobody is known to have handed in {id}"),
                        "name the owner",
                    ));
                }
                Some(record) => record.owner,
                None => return Err(Problem::input(format!("there is no submission {id}"), "check the id")),
            },
        };
        owners.insert(owner);
    }
    Ok(owners)
}

/// A database that is there; looking must not make one.
fn existing(storage: &StorageArgs, places: &Places) -> Result<Location, Problem> {
    match location(storage, places)? {
        Location::Folder(folder) if !folder.join("assay.db").is_file() => Err(Problem::input(
            format!("nothing is kept in `{}`", folder.display()),
            "name the server's folder with --data, or its database with --database",
        )),
        location => Ok(location),
    }
}

fn with<T>(location: Location, work: impl AsyncFnOnce(&Store) -> Result<T, Problem>) -> Result<T, Problem> {
    block_on(async {
        let store = Store::open(location).await?;
        let done = work(&store).await;
        store.close().await;
        done
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::input(
        format!("`{}`: {error}", path.display()),
        "name a new file in a folder that can be written",
    )
}
