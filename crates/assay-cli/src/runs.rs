use std::future::Future;
use std::path::Path;

use assay_core::{Report, Submission, SubmissionId};
use assay_store::{FinishedRun, Record, Store, StoreError};

use crate::problem::{Blame, Problem};

/// A run as it is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Everything but files and report.
    pub(crate) record: Record,
    /// What was graded.
    pub(crate) submission: Submission,
    /// What was found.
    pub(crate) report: Report,
}

/// Keep a run under `data`.
pub(crate) fn keep(data: &Path, run: &FinishedRun) -> Result<SubmissionId, Problem> {
    block_on(async {
        let store = Store::open(data).await?;
        let id = store.record_finished(run).await;
        store.close().await;
        Ok(id?)
    })
}

/// The run of that id, once it has a report.
pub(crate) fn load(data: &Path, id: SubmissionId) -> Result<Kept, Problem> {
    let none = || {
        let help =
            format!("runs are kept in `{}`; say --data DIR when it is in another place", data.display());
        Problem::input(format!("there is no run {id}"), help)
    };
    if !data.join("assay.db").is_file() {
        return Err(none());
    }
    block_on(async {
        let store = Store::open(data).await?;
        let found = look_up(&store, id).await;
        store.close().await;
        let (record, files, report) = found?.ok_or_else(none)?;
        let report = report.ok_or_else(|| {
            let what = format!("run {id} has no report yet: it is {}", record.state);
            Problem::input(what, "wait until it is finished")
        })?;
        let damaged = |e: String| Problem {
            blame: Blame::Us,
            what: format!("run {id} is damaged: {e}"),
            help: "restore the data folder from a backup".to_owned(),
        };
        let exercise = record.exercise.parse().map_err(|e: assay_core::SlugError| damaged(e.to_string()))?;
        let submission = Submission::new(exercise, files).map_err(|e| damaged(e.to_string()))?;
        Ok(Kept { record, submission, report })
    })
}

type Found = Option<(Record, Vec<assay_core::SourceFile>, Option<Report>)>;

async fn look_up(store: &Store, id: SubmissionId) -> Result<Found, StoreError> {
    let Some(record) = store.get(id).await? else { return Ok(None) };
    Ok(Some((record, store.files(id).await?, store.report(id).await?)))
}

/// Run the store's futures where there is no server.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| {
        Problem { blame: Blame::Us, what: format!("cannot start a runtime: {e}"), help: String::new() }
    })?;
    runtime.block_on(future)
}
