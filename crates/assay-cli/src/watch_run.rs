use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use assay_core::{Report, Slug, SourceFile, SubmissionId, Verdict};

use crate::args::WatchArgs;
use crate::exit::Exit;
use crate::places::Places;
use crate::problem::{Blame, Problem};
use crate::progress::Progress;
use crate::remote::{Client, Ending, follow, open, wire};
use crate::report::{self, Again, Source};
use crate::runs::block_on;
use crate::{out, text};

/// What was handed in.
pub(crate) struct Task {
    pub(crate) slug: Slug,
    pub(crate) files: Vec<SourceFile>,
}

/// Follow a run on a server, and show its report.
pub(crate) fn run(args: WatchArgs, places: &Places) -> Result<Exit, Problem> {
    let client = open(places, args.server.as_ref().or(args.run.server.as_ref()))?;
    watch(client, args.run.id, None, args.json)
}

/// What ended the wait.
enum Woken {
    Over(Result<(Ending, Client), Problem>),
    Interrupted,
}

/// Follow a run and show its report as `assay check` does. `task` is what it is about, where that is known.
pub(crate) fn watch(
    client: Client,
    id: SubmissionId,
    task: Option<Task>,
    json: bool,
) -> Result<Exit, Problem> {
    let page = client.server.run(id);
    let progress = Arc::new(Progress::new());
    let (wake, woken) = channel();
    {
        let (wake, progress) = (wake.clone(), progress.clone());
        thread::spawn(move || {
            let ending = follow(&client, id, &progress).map(|ending| (ending, client));
            wake.send(Woken::Over(ending))
        });
    }
    // Without it Ctrl-C still ends the process, only without a word.
    thread::spawn(move || {
        let _ = block_on(async { Ok(tokio::signal::ctrl_c().await.is_ok()) })
            .map(|pressed| pressed.then(|| wake.send(Woken::Interrupted)));
    });
    let woken = woken.recv().unwrap_or(Woken::Interrupted);
    progress.end();
    match woken {
        Woken::Interrupted => {
            out::note(&format!("the run goes on; see it again: assay watch {page}"));
            Ok(Exit::Interrupted)
        }
        Woken::Over(over) => {
            let (ending, client) = over?;
            show(&client, id, &page, task, ending, json)
        }
    }
}

fn show(
    client: &Client,
    id: SubmissionId,
    page: &str,
    task: Option<Task>,
    ending: Ending,
    json: bool,
) -> Result<Exit, Problem> {
    let report = match ending {
        Ending::Finished(report) => report,
        Ending::Faulted(message) => {
            let what = format!("the server failed to grade it: {}", text::inert(&message));
            let help = "hand it in again: assay submit".to_owned();
            return Err(Problem { blame: Blame::Us, what, help });
        }
        Ending::Canceled => {
            let what = "the run was called back before there was a verdict";
            return Err(Problem::input(what, "hand it in again: assay submit"));
        }
    };
    let code = if json { vec![] } else { code(client, id, &report, task) };
    let sources: Vec<_> =
        code.iter().map(|f| Source { name: f.path.as_str(), content: &f.content }).collect();
    out::result(&report::result(&report, &sources, Again::Page(page), json))?;
    Ok(Exit::when(report.verdict == Verdict::Accepted))
}

/// What excerpts are cut from: the files, and the tests that their author can read. A report is worth showing without.
fn code(client: &Client, id: SubmissionId, report: &Report, task: Option<Task>) -> Vec<SourceFile> {
    if report.evidence.is_empty() {
        return vec![];
    }
    let task = match task {
        Some(task) => Ok(task),
        None => client
            .get(&format!("/api/submissions/{id}/files"))
            .map(|wire::Files { files }| Task { slug: report.exercise.slug.clone(), files }),
    };
    let tests = |slug: &Slug| client.get(&format!("/api/exercises/{slug}"));
    task.and_then(|task| {
        let wire::Exercise { visible_tests, .. } = tests(&task.slug)?;
        Ok(task.files.into_iter().chain(visible_tests).collect())
    })
    .unwrap_or_else(|problem| {
        out::note(&format!("the report is without code: {problem}"));
        vec![]
    })
}
