-- The same as SQLite's 0007_answers.sql, which explains the columns.
CREATE TABLE answers (
    id         TEXT   NOT NULL PRIMARY KEY,
    owner      TEXT   NOT NULL,
    question   TEXT   NOT NULL,
    version    TEXT   NOT NULL,
    begun_ms   BIGINT NOT NULL,
    started_ms BIGINT,
    done_ms    BIGINT,
    revision   BIGINT NOT NULL DEFAULT 0,
    text       TEXT   NOT NULL DEFAULT '',
    saved_ms   BIGINT NOT NULL,
    ticked     TEXT   NOT NULL DEFAULT '[]'
);
CREATE UNIQUE INDEX answers_open ON answers (owner, question) WHERE done_ms IS NULL;
CREATE INDEX answers_of_owner ON answers (owner, question, begun_ms);
CREATE INDEX answers_saved ON answers (saved_ms);
