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
            .bind(&file.content)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
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
            Ok(SourceFile { path, content })
        })
        .collect()
}
