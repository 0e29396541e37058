-- Times are milliseconds since 1970 UTC. `place` is the order of the queue: never a time, so that a clock that jumps
-- reorders nothing. `fence` grows with every claim; `lease_until_ms` and `worker` are for graders on other machines.
CREATE TABLE submissions (
    place           INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT    NOT NULL UNIQUE,
    exercise        TEXT    NOT NULL,
    version         TEXT    NOT NULL,
    scope           TEXT    NOT NULL CHECK (scope IN ('all', 'visible')),
    seed            INTEGER,
    idempotency_key TEXT    UNIQUE,
    fingerprint     TEXT    NOT NULL,
    created_ms      INTEGER NOT NULL,
    finished_ms     INTEGER,
    state           TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'faulted')),
    attempt         INTEGER NOT NULL DEFAULT 0,
    fence           INTEGER NOT NULL DEFAULT 0,
    lease_until_ms  INTEGER,
    worker          TEXT,
    verdict         TEXT,
    fault           TEXT
) STRICT;

CREATE INDEX submissions_open ON submissions (state, place) WHERE state IN ('queued', 'running');

CREATE TABLE files (
    submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    path       TEXT NOT NULL,
    content    TEXT NOT NULL,
    PRIMARY KEY (submission, path)
) STRICT, WITHOUT ROWID;

-- `json` is null for the last event of a finished submission: its report is in `reports` and nowhere else.
CREATE TABLE events (
    submission TEXT    NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    json       TEXT,
    PRIMARY KEY (submission, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
    submission TEXT NOT NULL PRIMARY KEY REFERENCES submissions (id) ON DELETE CASCADE,
    json       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row that is written to see whether writing works.
CREATE TABLE probe (at_ms INTEGER NOT NULL) STRICT;
INSERT INTO probe (at_ms) VALUES (0);
