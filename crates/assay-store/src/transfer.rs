//! Everything that is kept, as one text: a line of JSON for each row, of either kind of database, so that what one machine kept can go
//! on in a fleet. What the database counts by itself is not in it.

use std::io::{BufRead, Write};

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::artefacts::{read_file, write_file};
use crate::database::{Kind, Store, now_ms, write};
use crate::{StoreError, migrations};

const SCHEMA: &str = "assay.backup/1";

#[derive(Debug, Clone, Copy)]
enum Column {
    Text(&'static str),
    Number(&'static str),
}
use Column::{Number, Text};

impl Column {
    fn name(self) -> &'static str {
        match self {
            Text(name) | Number(name) => name,
        }
    }
}

/// A table with the columns that make its rows, those before others that the others point to.
type Table = (&'static str, &'static [Column]);

const TABLES: &[Table] = &[
    (
        "submissions",
        &[
            Number("place"),
            Text("id"),
            Text("exercise"),
            Text("version"),
            Text("scope"),
            Number("seed"),
            Text("idempotency_key"),
            Text("fingerprint"),
            Number("created_ms"),
            Number("finished_ms"),
            Text("state"),
            Number("attempt"),
            Number("fence"),
            Text("needs"),
            Text("worker"),
            Text("verdict"),
            Text("fault"),
            Text("owner"),
            Number("class"),
            Number("turn"),
            Text("visitor"),
        ],
    ),
    ("files", &[Text("submission"), Text("path"), Text("content")]),
    ("events", &[Text("submission"), Number("seq"), Text("json")]),
    ("reports", &[Text("submission"), Text("json"), Text("toolchain"), Text("artefact")]),
    (
        "attempts",
        &[
            Text("submission"),
            Number("fence"),
            Number("attempt"),
            Text("worker"),
            Number("started_ms"),
            Number("ended_ms"),
            Text("outcome"),
            Text("reason"),
        ],
    ),
    ("drafts", &[Text("owner"), Text("exercise"), Number("revision"), Text("files"), Number("saved_ms")]),
    ("hints_opened", &[Text("visitor"), Text("exercise"), Number("hint"), Number("opened_ms")]),
    ("moved_visitors", &[Text("visitor"), Text("goes_on_as"), Number("moved_ms")]),
    ("secrets", &[Text("name"), Text("secret"), Number("made_ms")]),
    (
        "answers",
        &[
            Text("id"),
            Text("owner"),
            Text("question"),
            Text("version"),
            Number("begun_ms"),
            Number("started_ms"),
            Number("done_ms"),
            Number("revision"),
            Text("text"),
            Number("saved_ms"),
            Text("ticked"),
        ],
    ),
    (
        "audit",
        &[Number("number"), Number("at_ms"), Text("actor"), Text("action"), Text("subject"), Text("detail")],
    ),
];

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Head { schema: String, form: i64, made_ms: i64 },
    Row { table: String, row: Map<String, Value> },
    Artefact { artefact: String, content: String },
    Served { class: i64, turn: i64 },
    End { rows: u64, sha256: String },
}

/// Why a text is no backup.
fn bad(line: u64, why: impl std::fmt::Display) -> StoreError {
    StoreError::Backup(format!("line {line}: {why}"))
}

/// Writes lines, and what they come to.
struct Writer<'a> {
    to: &'a mut dyn Write,
    hash: Sha256,
    rows: u64,
}

impl Writer<'_> {
    fn line(&mut self, line: &Line) -> Result<(), StoreError> {
        let failed = |e: std::io::Error| StoreError::Backup(format!("cannot be written: {e}"));
        let mut text = serde_json::to_string(line).map_err(|e| StoreError::Backup(e.to_string()))?;
        text.push('\n');
        self.hash.update(&text);
        self.to.write_all(text.as_bytes()).map_err(failed)
    }

    fn row(&mut self, line: &Line) -> Result<(), StoreError> {
        self.rows += 1;
        self.line(line)
    }
}

impl Store {
    /// Writes everything as it was at one moment, while others go on writing; how many rows. A backup that was cut off is known by its
    /// missing last line.
    pub async fn backup(&self, to: &mut dyn Write) -> Result<u64, StoreError> {
        let mut out = Writer { to, hash: Sha256::new(), rows: 0 };
        let mut tx = self.snapshot().await?;
        out.line(&Line::Head { schema: SCHEMA.into(), form: migrations::newest(), made_ms: now_ms() })?;
        let mut artefacts = vec![];
        for (table, columns) in TABLES {
            let mut rows = sqlx::query(AssertSqlSafe(select(table, columns))).fetch(&mut *tx);
            while let Some(row) = rows.try_next().await? {
                let row = read(&row, columns)?;
                if let Some(Value::String(hash)) = row.get("artefact") {
                    artefacts.push(hash.clone());
                }
                out.row(&Line::Row { table: (*table).into(), row })?;
            }
        }
        let turns: Vec<(i64, i64)> =
            sqlx::query_as("SELECT class, turn FROM served ORDER BY class").fetch_all(&mut *tx).await?;
        for (class, turn) in turns {
            out.row(&Line::Served { class, turn })?;
        }
        artefacts.sort();
        artefacts.dedup();
        for hash in artefacts {
            let content = match self.artefact_folder() {
                Some(folder) => read_file(&folder, &hash)?,
                None => crate::tables::artefacts::of(&mut tx, &hash)
                    .await?
                    .ok_or_else(|| StoreError::Backup(format!("artefact {hash} is missing")))?,
            };
            // They are JSON.
            let content = String::from_utf8(content).map_err(|e| StoreError::Backup(e.to_string()))?;
            out.row(&Line::Artefact { artefact: hash, content })?;
        }
        let (rows, sha256) = (out.rows, hex::encode(out.hash.clone().finalize()));
        out.line(&Line::End { rows, sha256 })?;
        out.to.flush().map_err(|e| StoreError::Backup(format!("cannot be written: {e}")))?;
        Ok(rows)
    }

    /// Puts a backup into this database, which must be empty: all of it, or nothing. What was being graded waits again. How many rows.
    pub async fn restore(&self, from: &mut dyn BufRead) -> Result<u64, StoreError> {
        let lines = checked(from)?;
        write!(self, |tx| {
            let there: i64 = sqlx::query_scalar(
                "SELECT (SELECT count(*) FROM submissions) + (SELECT count(*) FROM drafts) + (SELECT count(*) FROM audit)
                    + (SELECT count(*) FROM hints_opened) + (SELECT count(*) FROM answers)",
            )
            .fetch_one(&mut *tx)
            .await?;
            if there > 0 {
                return Err(StoreError::Backup(
                    "this database is not empty: nothing was changed; restore into a new one".into(),
                ));
            }
            // A server that only started has made keys. The tokens that people have are of the backup's.
            sqlx::query("DELETE FROM secrets").execute(&mut *tx).await?;
            for (number, line) in &lines {
                self.put(tx, *number, line).await?;
            }
            sqlx::query("UPDATE submissions SET state = 'queued' WHERE state = 'running'")
                .execute(&mut *tx)
                .await?;
            if self.kind == Kind::Postgres {
                // SQLite counts on from the highest by itself.
                for (table, column) in [("submissions", "place"), ("audit", "number")] {
                    let sql = format!(
                        "SELECT setval(pg_get_serial_sequence('{table}', '{column}'),
                                       (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)"
                    );
                    sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await?;
                }
            }
            Ok(lines.len() as u64)
        })
    }

    async fn put(&self, tx: &mut AnyConnection, number: u64, line: &Line) -> Result<(), StoreError> {
        match line {
            Line::Row { table, row } => {
                let known = TABLES.iter().find(|(name, _)| name == table);
                let (table, columns) =
                    known.ok_or_else(|| bad(number, format!("there is no table `{table}`")))?;
                insert(tx, table, columns, row).await.map_err(|why| match why {
                    StoreError::Backup(why) => bad(number, why),
                    other => other,
                })
            }
            Line::Served { class, turn } => {
                sqlx::query("UPDATE served SET turn = $2 WHERE class = $1")
                    .bind(class)
                    .bind(turn)
                    .execute(tx)
                    .await?;
                Ok(())
            }
            Line::Artefact { artefact, content } => {
                if hex::encode(Sha256::digest(content)) != *artefact {
                    return Err(bad(number, "an artefact's bytes are not those of its name"));
                }
                match self.artefact_folder() {
                    Some(folder) => write_file(&folder, artefact, content.as_bytes()),
                    None => {
                        crate::tables::artefacts::insert(tx, artefact, content.as_bytes(), now_ms()).await
                    }
                }
            }
            Line::Head { .. } | Line::End { .. } => Err(bad(number, "it stands in the middle")),
        }
    }
}

fn select(table: &str, columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|c| c.name()).collect();
    format!("SELECT {} FROM {table} ORDER BY {}, {}", names.join(", "), names[0], names[1])
}

fn read(row: &AnyRow, columns: &[Column]) -> Result<Map<String, Value>, StoreError> {
    let mut map = Map::new();
    for (at, column) in columns.iter().enumerate() {
        let value = match column {
            Text(_) => row.try_get::<Option<String>, _>(at)?.map(Value::from),
            Number(_) => row.try_get::<Option<i64>, _>(at)?.map(Value::from),
        };
        map.extend(value.map(|value| (column.name().to_owned(), value)));
    }
    Ok(map)
}

/// What a row of an older form has not, its column's default is taken for.
async fn insert(
    tx: &mut AnyConnection,
    table: &str,
    columns: &[Column],
    row: &Map<String, Value>,
) -> Result<(), StoreError> {
    let there: Vec<&Column> = columns.iter().filter(|c| row.contains_key(c.name())).collect();
    if there.len() != row.len() {
        return Err(StoreError::Backup(format!("`{table}` has no such columns")));
    }
    let names: Vec<&str> = there.iter().map(|c| c.name()).collect();
    let marks: Vec<String> = (1..=there.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), marks.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for column in there {
        let value = &row[column.name()];
        let wrong = || StoreError::Backup(format!("`{}` of `{table}` is of another type", column.name()));
        query = match column {
            Text(_) => query.bind(value.as_str().ok_or_else(wrong)?),
            Number(_) => query.bind(value.as_i64().ok_or_else(wrong)?),
        };
    }
    query.execute(tx).await?;
    Ok(())
}

/// All rows with the numbers of their lines, after a look at whether the text is whole and of a form that is known.
fn checked(from: &mut dyn BufRead) -> Result<Vec<(u64, Line)>, StoreError> {
    let mut hash = Sha256::new();
    let mut rows = vec![];
    let mut ended = false;
    let mut number = 0;
    let mut text = String::new();
    loop {
        text.clear();
        let read = from.read_line(&mut text).map_err(|e| bad(number + 1, e))?;
        if read == 0 {
            break;
        }
        number += 1;
        if ended {
            return Err(bad(number, "something follows the end"));
        }
        match (number, serde_json::from_str(&text).map_err(|e| bad(number, e))?) {
            (1, Line::Head { schema, form, .. }) if schema == SCHEMA => {
                if form > migrations::newest() {
                    let newest = migrations::newest();
                    return Err(bad(
                        number,
                        format!("it is of form {form}, made by a newer assay; this one knows up to {newest}"),
                    ));
                }
            }
            (1, _) => return Err(bad(number, format!("it does not begin as `{SCHEMA}`"))),
            (_, Line::End { rows: all, sha256 }) => {
                if all != rows.len() as u64 || sha256 != hex::encode(hash.clone().finalize()) {
                    return Err(bad(number, "the lines are not those that were written"));
                }
                ended = true;
            }
            (_, line) => rows.push((number, line)),
        }
        hash.update(&text);
    }
    if ended { Ok(rows) } else { Err(bad(number, "it ends too early: the backup was cut off")) }
}
