-- Answers to written questions. One of an owner and question may be open, which is until `done_ms`; those that are done stay.
--   started_ms  when the clock was started, if it was
--   done_ms     when the expected points were asked for: the text changes no more
--   text        as `files.content`
--   ticked      JSON: ids of the points that the owner says are in it
CREATE TABLE answers (
    id         TEXT    NOT NULL PRIMARY KEY,
    owner      TEXT    NOT NULL,
    question   TEXT    NOT NULL,
    version    TEXT    NOT NULL,
    begun_ms   INTEGER NOT NULL,
    started_ms INTEGER,
    done_ms    INTEGER,
    revision   INTEGER NOT NULL DEFAULT 0,
    text       TEXT    NOT NULL DEFAULT '',
    saved_ms   INTEGER NOT NULL,
    ticked     TEXT    NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX answers_open ON answers (owner, question) WHERE done_ms IS NULL;
CREATE INDEX answers_of_owner ON answers (owner, question, begun_ms);
CREATE INDEX answers_saved ON answers (saved_ms);
