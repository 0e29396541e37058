use serde::Serialize;

use assay_core::SubmissionId;

use crate::args::SubmitArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::Problem;
use crate::remote::{Twice, open_as_somebody, wire};
use crate::text::{count, inert_json};
use crate::watch_run::{self, Task};
use crate::{folder, marker, out};

/// What `--json` says of what was handed in.
#[derive(Serialize)]
struct Handed {
    id: SubmissionId,
    url: String,
}

/// Hand in the Go files of a folder at a server.
pub(crate) fn run(args: SubmitArgs, places: &Places) -> Result<Exit, Problem> {
    folder::must_be_folder(&args.dir)?;
    // A folder without a marker does when all that it could say is said.
    let said = match &args.exercise {
        Some(_) if !args.dir.join(marker::NAME).exists() => None,
        _ => Some(marker::read(&args.dir)?),
    };
    let (slug, from) = match (args.exercise, said) {
        (Some(slug), said) => (slug, said.and_then(|m| m.server)),
        (None, said) => said
            .map(|m| (m.exercise, m.server))
            .ok_or_else(|| Problem::input("it is not said which exercise this is", "add --exercise SLUG"))?,
    };
    let submission = folder::read(&args.dir, slug)?;
    let client = open_as_somebody(places, args.server.as_ref().or(from.as_ref()))?;
    let body = wire::Submit {
        exercise: &submission.exercise,
        files: submission.files(),
        scope: if args.visible { "visible" } else { "all" },
        seed: args.seed,
    };
    let key = SubmissionId::generate().to_string();
    let wire::Submitted { id } = client.post("/api/submissions", &body, Some(&key), Twice::Same)?;
    let url = client.server.run(id);
    let files = count(submission.files().len(), "file");
    out::note(&format!("handed in {}: {files} to {}", submission.exercise, client.server));
    if args.watch {
        out::note(&url);
        let task = Task { slug: submission.exercise.clone(), files: submission.files().to_vec() };
        return watch_run::watch(client, id, Some(task), args.json);
    }
    out::result(&if args.json { inert_json(&Handed { id, url }) } else { format!("{url}\n") })?;
    if !args.json {
        out::note(&format!("follow it: assay watch {id}"));
    }
    Ok(Exit::Good)
}
