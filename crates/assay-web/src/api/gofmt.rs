use assay_core::{FileError, MAX_FILE_BYTES, MAX_FILES, SourceFile};
use assay_grade::Formatted;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::body::JsonBody;
use crate::problem::{Kind, Problem};
use crate::service::FormatError;
use crate::state::AppState;

/// `POST /api/gofmt`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormatBody {
    files: Vec<SourceFile>,
}

/// Each file is in one of the two.
#[derive(Serialize)]
pub(crate) struct FormattedBody {
    /// As gofmt writes them.
    files: Vec<FileBody>,
    /// What it could not read, by file and place.
    errors: Vec<ErrorBody>,
}

#[derive(Serialize)]
struct FileBody {
    path: String,
    content: String,
}

/// `line` and `column` (bytes) count from 1, 0 where there is none; `file` is empty when it is about all of them.
#[derive(Serialize)]
struct ErrorBody {
    file: String,
    line: u32,
    column: u32,
    message: String,
}

pub(crate) async fn format(
    State(app): State<AppState>,
    JsonBody(body): JsonBody<FormatBody>,
) -> Result<Json<FormattedBody>, Problem> {
    check(&body.files)?;
    let Formatted { files, unreadable } = app.service.format(body.files).await?;
    let files = files.into_iter().map(|(path, content)| FileBody { path, content }).collect();
    let errors = unreadable.into_iter().map(|f| ErrorBody {
        file: f.file,
        line: f.line,
        column: f.column,
        message: f.reason,
    });
    Ok(Json(FormattedBody { files, errors: errors.collect() }))
}

/// The bounds of a submission, except that there may be nothing in a file yet.
fn check(files: &[SourceFile]) -> Result<(), Problem> {
    let bytes = files.iter().map(|f| f.content.len()).sum();
    if files.is_empty() {
        return Err(FileError::Empty.into());
    }
    if files.len() > MAX_FILES {
        return Err(FileError::TooMany(files.len()).into());
    }
    if bytes > MAX_FILE_BYTES {
        return Err(FileError::TooLarge(bytes).into());
    }
    Ok(())
}

impl From<FormatError> for Problem {
    fn from(error: FormatError) -> Problem {
        match error {
            FormatError::Busy => {
                Problem::new(Kind::FormatterBusy, "Many ask for it at once. Nothing was changed; ask again.")
            }
            FormatError::Fault(fault) => Problem::internal(fault),
        }
    }
}
