use assay_core::{FileName, SourceFile, SubmissionId};
use sqlx::AnyConnection;

use super::sql;
use crate::StoreError;

pub(crate) async fn insert(
    db: &mut AnyConnection,
    id: SubmissionId,
    files: &[SourceFile],
) -> Result<(), StoreError> {
    for file in files {
        sqlx::query(sql!("file_insert"))
            .bind(id.to_string())
            .bind(file.path.as_str())
            .bind(kept(&file.content))
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// What stands before a text that is kept as JSON.
const AS_JSON: char = '\u{1}';

/// A text as every database keeps it: PostgreSQL's have no NUL, which the screener is to refuse and not we.
pub(crate) fn kept(content: &str) -> String {
    if content.contains('\0') || content.starts_with(AS_JSON) {
        format!("{AS_JSON}{}", serde_json::Value::from(content))
    } else {
        content.to_owned()
    }
}

/// What was [`kept`].
pub(crate) fn read(kept: &str) -> Result<String, serde_json::Error> {
    match kept.strip_prefix(AS_JSON) {
        Some(json) => serde_json::from_str(json),
        None => Ok(kept.to_owned()),
    }
}

/// By name; empty for an unknown id.
pub(crate) async fn of(db: &mut AnyConnection, id: SubmissionId) -> Result<Vec<SourceFile>, StoreError> {
    let mut rows: Vec<(String, String)> =
        sqlx::query_as(sql!("files_of")).bind(id.to_string()).fetch_all(db).await?;
    // Databases sort by rules of their own.
    rows.sort();
    rows.into_iter()
        .map(|(path, content)| {
            let path: FileName = path.parse().map_err(|e| StoreError::damaged("file name", id, e))?;
            let content = read(&content).map_err(|e| StoreError::damaged("file", id, e))?;
            Ok(SourceFile { path, content })
        })
        .collect()
}
