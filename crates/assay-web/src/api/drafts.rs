use assay_core::{MAX_FILE_BYTES, MAX_FILES, SourceFile};
use assay_store::{Draft, Revision, Saved};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::body::JsonBody;
use super::params::{PathParam, QueryParam};
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::visitor::Visitor;

/// Saves that one answer lists at most.
const MOST_REVISIONS: u32 = 500;

/// `PUT /api/drafts/{slug}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveBody {
    /// The revision that these files were made from; 0 for the first.
    from: u64,
    files: Vec<SourceFile>,
}

#[derive(Serialize)]
struct SavedBody {
    revision: u64,
}

pub(crate) async fn save(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam(slug): PathParam<String>,
    JsonBody(body): JsonBody<SaveBody>,
) -> Result<Response, Problem> {
    let exercise = super::exercises::find(&app, &slug)?;
    let bytes: usize = body.files.iter().map(|f| f.content.len()).sum();
    if body.files.len() > MAX_FILES || bytes > MAX_FILE_BYTES {
        let detail = format!("A draft has at most {MAX_FILES} files of {MAX_FILE_BYTES} bytes in all.");
        return Err(Problem::new(Kind::TooLarge, detail));
    }
    let (visitor, cookie) = visitor.or_new(&app);
    let owner = visitor.owner().unwrap_or_default();
    match app.service.store().save_draft(&owner, &exercise.slug, body.from, &body.files).await? {
        Saved::Revision(revision) => {
            let mut response = (StatusCode::OK, Json(SavedBody { revision })).into_response();
            response.headers_mut().extend(cookie);
            Ok(response)
        }
        Saved::Behind(draft) => Err(Problem::new(
            Kind::DraftBehind,
            "Another tab or machine saved in between. Its files are in `GET` of this address; nothing was overwritten.",
        )
        .with("revision", draft.revision)),
    }
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam(slug): PathParam<String>,
) -> Result<Json<Draft>, Problem> {
    let exercise = super::exercises::find(&app, &slug)?;
    let none = || Problem::new(Kind::NoDraft, "Nothing was saved for this exercise by this browser.");
    let owner = visitor.owner().ok_or_else(none)?;
    app.service.store().draft(&owner, &exercise.slug).await?.map(Json).ok_or_else(none)
}

/// `GET /api/drafts/{slug}/revisions`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevisionsQuery {
    /// Only those with a higher number.
    #[serde(default)]
    after: u64,
    /// So many at most.
    most: Option<u32>,
}

#[derive(Serialize)]
struct RevisionsBody {
    revisions: Vec<Revision>,
    /// What to ask for next; none when these are the last.
    next: Option<String>,
}

pub(crate) async fn revisions(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam(slug): PathParam<String>,
    QueryParam(query): QueryParam<RevisionsQuery>,
) -> Result<Response, Problem> {
    let exercise = super::exercises::find(&app, &slug)?;
    let most = query.most.unwrap_or(MOST_REVISIONS).clamp(1, MOST_REVISIONS);
    let revisions = match visitor.owner() {
        Some(owner) => app.service.store().draft_revisions(&owner, &exercise.slug, query.after, most).await?,
        None => vec![],
    };
    let last = revisions.last().filter(|_| revisions.len() == most as usize);
    let next =
        last.map(|r| format!("/api/drafts/{}/revisions?after={}&most={most}", exercise.slug, r.revision));
    Ok(Json(RevisionsBody { revisions, next }).into_response())
}

pub(crate) async fn revision(
    State(app): State<AppState>,
    visitor: Visitor,
    PathParam((slug, revision)): PathParam<(String, u64)>,
) -> Result<Json<Draft>, Problem> {
    let exercise = super::exercises::find(&app, &slug)?;
    let none = || {
        let detail =
            format!("This browser has no save {revision} of this exercise; `/revisions` lists what is kept.");
        Problem::new(Kind::NoDraft, detail)
    };
    let owner = visitor.owner().ok_or_else(none)?;
    let draft = app.service.store().draft_at(&owner, &exercise.slug, revision).await?;
    draft.filter(|d| d.revision == revision).map(Json).ok_or_else(none)
}
