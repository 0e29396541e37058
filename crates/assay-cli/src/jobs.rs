use std::fmt::Write as _;

use assay_core::SubmissionId;
use assay_store::{Job, Record, State, Store};
use serde_json::{Value, json};

use crate::args::{JobState, JobsArgs, JobsCommand};
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::runs::block_on;
use crate::serve::location;
use crate::text::inert;

/// What the audit trail calls whoever works on this machine.
pub(crate) fn actor() -> String {
    std::env::var("USER").map_or_else(|_| "operator".to_owned(), |user| format!("operator {user}"))
}

/// What waits and what was set aside, for operators.
pub(crate) fn run(args: JobsArgs, places: &Places) -> Result<Exit, Problem> {
    let location = location(&args.storage, places)?;
    block_on(async {
        let store = Store::open(location).await?;
        let done = act(&store, args.command).await;
        store.close().await;
        done
    })
}

async fn act(store: &Store, command: JobsCommand) -> Result<Exit, Problem> {
    match command {
        JobsCommand::List { state, most, json } => list(store, state, most, json).await,
        JobsCommand::Show { id, json } => show(store, id, json).await,
        JobsCommand::Retry { ids } => {
            each(store, ids, "is in the queue again", "was not set aside", async |id| {
                store.retry_job(id, &actor()).await
            })
            .await
        }
        JobsCommand::Drop { ids } => {
            each(store, ids, "is dropped", "is over already", async |id| store.drop_job(id, &actor()).await)
                .await
        }
    }
}

/// Does something to each; input that names one for which there is nothing to do is said so, and the others are done.
async fn each(
    store: &Store,
    ids: Vec<SubmissionId>,
    done: &str,
    not: &str,
    act: impl AsyncFn(SubmissionId) -> Result<bool, assay_store::StoreError>,
) -> Result<Exit, Problem> {
    let mut exit = Exit::Good;
    for id in ids {
        let line = if act(id).await? {
            format!("{id} {done}\n")
        } else {
            exit = Exit::Usage;
            match store.get(id).await? {
                Some(record) => format!("{id} {not}: it is {}\n", record.state),
                None => format!("there is no submission {id}\n"),
            }
        };
        out::result(&line)?;
    }
    Ok(exit)
}

async fn list(store: &Store, state: JobState, most: u32, json: bool) -> Result<Exit, Problem> {
    let state = match state {
        JobState::Queued => State::Queued,
        JobState::Running => State::Running,
        JobState::SetAside => State::Faulted,
        JobState::Finished => State::Finished,
        JobState::Canceled => State::Canceled,
    };
    let (records, depth, workers) =
        (store.jobs(state, most).await?, store.depth().await?, store.workers().await?);
    if json {
        let workers: Vec<Value> = workers
            .iter()
            .map(|(w, since)| json!({ "name": w.name, "version": w.version, "slots": w.slots, "capabilities": w.capabilities.to_string(), "started_ms": since }))
            .collect();
        let states: serde_json::Map<String, Value> =
            depth.states.into_iter().map(|(state, n)| (state, n.into())).collect();
        let jobs: Vec<Value> = records.iter().map(brief).collect();
        let all = json!({ "schema": "assay.jobs/1", "waiting": depth.waiting, "states": states, "workers": workers, "jobs": jobs });
        out::result(&format!("{all:#}\n"))?;
        return Ok(Exit::Good);
    }
    let mut text = String::new();
    for record in &records {
        let needs = if workers.iter().any(|(w, _)| w.capabilities.meet(&record.needs))
            || record.state != State::Queued
        {
            String::new()
        } else {
            format!("  no grader here can do it: {}", inert(&record.needs))
        };
        let why = record.fault.as_deref().filter(|_| state == State::Faulted).unwrap_or_default();
        let _ = writeln!(
            text,
            "{}  {}  {}  try {}  {}{}{needs}",
            record.id,
            record.state,
            inert(&record.exercise),
            record.attempt,
            instant(record.created_ms),
            if why.is_empty() { String::new() } else { format!("  {}", inert(why)) },
        );
    }
    let slots: usize = workers.iter().map(|(w, _)| w.slots).sum();
    let states: Vec<String> = depth.states.iter().map(|(state, n)| format!("{n} {state}")).collect();
    let _ = writeln!(
        text,
        "{} listed; in all {}; {} graders with {slots} slots",
        records.len(),
        if states.is_empty() { "none".to_owned() } else { states.join(", ") },
        workers.len(),
    );
    out::result(&text)?;
    Ok(Exit::Good)
}

async fn show(store: &Store, id: SubmissionId, json: bool) -> Result<Exit, Problem> {
    let job = store.job(id).await?;
    let job = job.ok_or_else(|| {
        Problem::input(format!("there is no submission {id}"), "`assay jobs list` shows those that there are")
    })?;
    let text = if json { format!("{:#}\n", full(&job)) } else { human(&job) };
    out::result(&text)?;
    Ok(Exit::Good)
}

fn brief(record: &Record) -> Value {
    json!({
        "id": record.id,
        "exercise": record.exercise,
        "version": record.version,
        "state": record.state.name(),
        "class": record.class.name(),
        "attempt": record.attempt,
        "resting": record.resting,
        "needs": record.needs,
        "worker": record.worker,
        "fault": record.fault,
        "verdict": record.verdict.map(assay_core::Verdict::name),
        "created_ms": record.created_ms,
        "finished_ms": record.finished_ms,
    })
}

fn full(job: &Job) -> Value {
    let mut value = brief(&job.record);
    value["schema"] = "assay.job/1".into();
    value["position"] = job.position.into();
    value["attempts"] = json!(job.attempts);
    value["deeds"] = json!(job.deeds);
    value
}

fn human(job: &Job) -> String {
    let record = &job.record;
    let mut text = format!("{}  {}\n", record.id, record.state);
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:<9} {}", inert(&value));
        }
    };
    line("exercise", format!("{} {}", record.exercise, record.version));
    line("class", record.class.name().to_owned());
    line("place", job.position.map(|n| n.to_string()).unwrap_or_default());
    line("needs", record.needs.clone());
    line("verdict", record.verdict.map(|v| v.to_string()).unwrap_or_default());
    line("created", instant(record.created_ms));
    line("over", record.finished_ms.map(instant).unwrap_or_default());
    for a in &job.attempts {
        let took = a.ended_ms.map(|end| format!(" after {} ms", end - a.started_ms)).unwrap_or_default();
        let outcome = a.outcome.as_deref().unwrap_or("goes on");
        let why = a.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        line(
            "try",
            format!("{} by {} from {}: {outcome}{took}{why}", a.attempt, a.worker, instant(a.started_ms)),
        );
    }
    for d in &job.deeds {
        line("deed", format!("{} {} {} {}", instant(d.at_ms), d.actor, d.action, d.detail));
    }
    text
}

/// RFC 3339 in UTC.
fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_string()
}
