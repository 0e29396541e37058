use assay_core::{FileName, SourceFile, SubmissionId};
use sqlx::SqliteConnection;

use crate::StoreError;

pub(crate) async fn insert(
    db: &mut SqliteConnection,
    id: SubmissionId,
    files: &[SourceFile],
) -> Result<(), StoreError> {
    for file in files {
        sqlx::query("INSERT INTO files (submission, path, content) VALUES (?, ?, ?)")
            .bind(id.to_string())
            .bind(file.path.as_str())
            .bind(&file.content)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// By name; empty for an unknown id.
pub(crate) async fn of(db: &mut SqliteConnection, id: SubmissionId) -> Result<Vec<SourceFile>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT path, content FROM files WHERE submission = ? ORDER BY path")
            .bind(id.to_string())
            .fetch_all(db)
            .await?;
    rows.into_iter()
        .map(|(path, content)| {
            let path: FileName = path.parse().map_err(|e| StoreError::damaged("file name", id, e))?;
            Ok(SourceFile { path, content })
        })
        .collect()
}
