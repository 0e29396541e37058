use assay_core::{SourceFile, Submission, SubmissionId};
use assay_store::{Class, NewSubmission, OBSERVE, Record, Scope, State as Stage};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::body::JsonBody;
use super::params::PathParam;
use crate::owner::Owner;
use crate::problem::{Kind, Problem};
use crate::service::SubmitError;
use crate::state::AppState;
use crate::visitor::Visitor;

/// `POST /api/submissions`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmitBody {
    exercise: String,
    files: Vec<FileBody>,
    #[serde(default)]
    scope: ScopeBody,
    seed: Option<u64>,
    /// Graded even when the same was graded before.
    #[serde(default)]
    fresh: bool,
    /// Run once more to be looked at, after the verdict: the report says what that run looked like.
    #[serde(default)]
    observe: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileBody {
    path: String,
    content: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ScopeBody {
    #[default]
    All,
    Visible,
}

/// Where to look after handing in.
#[derive(Serialize)]
struct SubmittedBody {
    id: String,
    url: String,
    events: String,
    report: String,
}

/// What was handed in.
#[derive(Serialize)]
pub(crate) struct FilesBody {
    files: Vec<SourceFile>,
}

/// What is known of a submission.
#[derive(Serialize)]
struct RecordBody {
    id: String,
    exercise: String,
    version: String,
    scope: &'static str,
    seed: Option<u64>,
    created: String,
    finished: Option<String>,
    state: &'static str,
    position: Option<usize>,
    attempt: u32,
    verdict: Option<&'static str>,
    url: String,
    events: String,
    report: String,
}

pub(crate) async fn submit(
    State(app): State<AppState>,
    Owner(owner): Owner,
    visitor: Visitor,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SubmitBody>,
) -> Result<Response, Problem> {
    let idempotency_key = key(&headers)?;
    let exercise = super::exercises::find(&app, &body.exercise)?;
    let submission = Submission::new(exercise.slug.clone(), files(body.files)?)?;
    let scope = match body.scope {
        ScopeBody::All => Scope::All,
        ScopeBody::Visible => Scope::Visible,
    };
    let version = exercise.version.clone();
    let (visitor, cookie) = visitor.or_new(&app);
    let new = NewSubmission {
        submission,
        version,
        owner,
        visitor: visitor.owner().unwrap_or_default(),
        class: Class::Practice,
        scope,
        seed: body.seed,
        idempotency_key,
        fresh: body.fresh,
        needs: if body.observe { app.needs.and(OBSERVE) } else { app.needs.clone() },
    };
    let id = app.service.submit(new).await?.id;
    let SubmissionUrls { url, events, report } = urls(id);
    let location = [(header::LOCATION, url.clone())];
    let body = SubmittedBody { id: id.to_string(), url, events, report };
    let mut response = (StatusCode::ACCEPTED, location, Json(body)).into_response();
    response.headers_mut().extend(cookie);
    Ok(response)
}

pub(crate) async fn show(
    State(app): State<AppState>,
    PathParam(id): PathParam<String>,
) -> Result<Response, Problem> {
    let record = find(&app, &id).await?;
    let position = app.service.store().position(record.id).await?;
    Ok(Json(body(record, position)).into_response())
}

/// `GET /api/submissions/{id}/files`: for whoever shows a report beside the code, as the run's page does.
pub(crate) async fn handed_in(
    State(app): State<AppState>,
    PathParam(id): PathParam<String>,
) -> Result<Json<FilesBody>, Problem> {
    let record = find(&app, &id).await?;
    Ok(Json(FilesBody { files: app.service.store().files(record.id).await? }))
}

/// `DELETE /api/submissions/{id}`: calls it back. Only whose it is, or from where it was handed in; what is over stays as it is.
pub(crate) async fn cancel(
    State(app): State<AppState>,
    Owner(owner): Owner,
    visitor: Visitor,
    PathParam(id): PathParam<String>,
) -> Result<Response, Problem> {
    let record = find(&app, &id).await?;
    if record.owner != owner && visitor.owner().is_none_or(|visitor| visitor != record.visitor) {
        return Err(Problem::new(
            Kind::NotYours,
            "It was handed in from elsewhere, and is called back from there.",
        ));
    }
    if app.service.cancel(record.id).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let state = app.service.store().get(record.id).await?.map_or(record.state, |now| now.state);
    let detail = format!("It is {state} already, and stays so.");
    Err(Problem::new(Kind::IsOver, detail).with("state", state.name()))
}

pub(crate) async fn report(
    State(app): State<AppState>,
    PathParam(id): PathParam<String>,
) -> Result<Response, Problem> {
    let record = find(&app, &id).await?;
    match app.service.store().report(record.id).await? {
        Some(report) => Ok(Json(report).into_response()),
        None => {
            let position = app.service.store().position(record.id).await?;
            let detail = match (record.state, position) {
                (Stage::Faulted, _) => {
                    "The grader failed on our side and gave up; there will be none. Hand in again.".into()
                }
                (Stage::Canceled, _) => "The submission was called back; there will be none.".into(),
                (_, Some(n)) => format!("The submission waits at place {n}. Follow its events or ask again."),
                (_, None) => "The submission is being graded. Follow its events or ask again.".into(),
            };
            let problem = Problem::new(Kind::ReportNotReady, detail).with("state", record.state.name());
            Err(match position {
                Some(n) => problem.with("position", n),
                None => problem,
            })
        }
    }
}

/// The submission of that id, or the problem that there is none. A text that is no id is an unknown id.
pub(crate) async fn find(app: &AppState, id: &str) -> Result<Record, Problem> {
    let unknown = || {
        Problem::new(Kind::UnknownSubmission, "Nothing was handed in under this id. Check the whole address.")
    };
    let id: SubmissionId = id.parse().map_err(|_| unknown())?;
    app.service.store().get(id).await?.ok_or_else(unknown)
}

fn files(files: Vec<FileBody>) -> Result<Vec<SourceFile>, Problem> {
    files.into_iter().map(|f| Ok(SourceFile { path: f.path.parse()?, content: f.content })).collect()
}

/// Longest key, bytes; clients send a UUID of 36.
const MOST_KEY: usize = 255;

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= MOST_KEY => Ok(Some(key.to_owned())),
        _ => Err(Problem::new(
            Kind::BadKey,
            format!("Send 1 to {MOST_KEY} visible ASCII characters, for example a new UUID."),
        )),
    }
}

struct SubmissionUrls {
    url: String,
    events: String,
    report: String,
}

fn urls(id: SubmissionId) -> SubmissionUrls {
    let url = format!("/api/submissions/{id}");
    SubmissionUrls { events: format!("{url}/events"), report: format!("{url}/report"), url }
}

fn body(record: Record, position: Option<usize>) -> RecordBody {
    let SubmissionUrls { url, events, report } = urls(record.id);
    RecordBody {
        id: record.id.to_string(),
        exercise: record.exercise,
        version: record.version,
        scope: record.scope.name(),
        seed: record.seed,
        created: instant(record.created_ms),
        finished: record.finished_ms.map(instant),
        state: record.state.name(),
        position,
        attempt: record.attempt,
        verdict: record.verdict.map(assay_core::Verdict::name),
        url,
        events,
        report,
    }
}

/// RFC 3339 in UTC.
pub(super) fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_string()
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Problem {
        match error {
            SubmitError::Stopping => Problem::new(
                Kind::Stopping,
                "Nothing was taken. Send the same request again in a moment, when it is back.",
            ),
            SubmitError::Store(error) => error.into(),
        }
    }
}
