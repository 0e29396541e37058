-- Graders on other machines, canceled submissions, drafts, artefacts, and the trail of what operators did.
--
-- SQLite cannot change a CHECK: the table is made anew, with foreign keys off (see database.rs). Gone is `lease_until_ms`: no
-- lease ends by a clock. A claim is lost when its `beat` stands still for as long as whoever watches it counts by a clock of
-- its own that only goes forward.
--   beat     goes up while the holder of the fence is alive
--   resting  1 while it waits after a fault of ours: not to be claimed yet
--   sent     1 once the broker has it: the outbox is what waits with 0
--   needs    words that a grader must have among its capabilities, sorted, one space between them
CREATE TABLE new_submissions (
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
    state           TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'faulted', 'canceled')),
    attempt         INTEGER NOT NULL DEFAULT 0,
    fence           INTEGER NOT NULL DEFAULT 0,
    beat            INTEGER NOT NULL DEFAULT 0,
    resting         INTEGER NOT NULL DEFAULT 0 CHECK (resting IN (0, 1)),
    sent            INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1)),
    needs           TEXT    NOT NULL DEFAULT '',
    worker          TEXT,
    verdict         TEXT,
    fault           TEXT,
    owner           TEXT    NOT NULL DEFAULT '',
    class           INTEGER NOT NULL DEFAULT 1 CHECK (class IN (0, 1, 2)),
    turn            INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO new_submissions (place, id, exercise, version, scope, seed, idempotency_key, fingerprint, created_ms,
        finished_ms, state, attempt, fence, worker, verdict, fault, owner, class, turn)
    SELECT place, id, exercise, version, scope, seed, idempotency_key, fingerprint, created_ms,
        finished_ms, state, attempt, fence, worker, verdict, fault, owner, class, turn FROM submissions;
DROP TABLE submissions;
ALTER TABLE new_submissions RENAME TO submissions;

CREATE INDEX submissions_order ON submissions (class, turn, place) WHERE state = 'queued';
CREATE INDEX submissions_outbox ON submissions (needs, class, turn, place) WHERE state = 'queued' AND resting = 0 AND sent = 0;
CREATE INDEX submissions_owners ON submissions (owner, class, turn) WHERE state = 'queued';
CREATE INDEX submissions_held ON submissions (place) WHERE state = 'running' OR resting = 1 OR sent = 1;
CREATE INDEX submissions_answers ON submissions (fingerprint, owner) WHERE state = 'finished';
CREATE INDEX submissions_faulted ON submissions (place) WHERE state = 'faulted';
CREATE INDEX submissions_of_owner ON submissions (owner, place);

-- How many wait in all, in sixteen rows: where many write at once, they do not all wait for one row.
DROP TABLE waiting_in_all;
CREATE TABLE waiting_in_all (
    shard INTEGER NOT NULL PRIMARY KEY,
    n     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO waiting_in_all (shard, n) VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0),
    (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
UPDATE waiting_in_all SET n = (SELECT count(*) FROM submissions s WHERE s.state = 'queued' AND s.place % 16 = shard);

CREATE TRIGGER submissions_come AFTER INSERT ON submissions WHEN new.state = 'queued' BEGIN
    INSERT INTO waiting (owner, n) VALUES (new.owner, 1) ON CONFLICT (owner) DO UPDATE SET n = n + 1;
    UPDATE waiting_in_all SET n = n + 1 WHERE shard = new.place % 16;
END;
CREATE TRIGGER submissions_come_back AFTER UPDATE OF state ON submissions WHEN new.state = 'queued' AND old.state <> 'queued' BEGIN
    INSERT INTO waiting (owner, n) VALUES (new.owner, 1) ON CONFLICT (owner) DO UPDATE SET n = n + 1;
    UPDATE waiting_in_all SET n = n + 1 WHERE shard = new.place % 16;
END;
CREATE TRIGGER submissions_leave AFTER UPDATE OF state ON submissions WHEN new.state <> 'queued' AND old.state = 'queued' BEGIN
    UPDATE waiting SET n = n - 1 WHERE owner = old.owner;
    DELETE FROM waiting WHERE owner = old.owner AND n = 0;
    UPDATE waiting_in_all SET n = n - 1 WHERE shard = old.place % 16;
END;
CREATE TRIGGER submissions_go AFTER DELETE ON submissions WHEN old.state = 'queued' BEGIN
    UPDATE waiting SET n = n - 1 WHERE owner = old.owner;
    DELETE FROM waiting WHERE owner = old.owner AND n = 0;
    UPDATE waiting_in_all SET n = n - 1 WHERE shard = old.place % 16;
END;

-- The toolchain stands by itself, so that no database has to read JSON. `artefact` is the hash of what was too large to stay.
ALTER TABLE reports ADD COLUMN toolchain TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN artefact TEXT;
UPDATE reports SET toolchain = coalesce(json ->> '$.toolchain', '');
CREATE INDEX reports_artefacts ON reports (artefact) WHERE artefact IS NOT NULL;

-- Every claim of a submission and what became of it. `fence` is the claim's; `attempt` does not count what was given back.
CREATE TABLE attempts (
    submission TEXT    NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    fence      INTEGER NOT NULL,
    attempt    INTEGER NOT NULL,
    worker     TEXT    NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms   INTEGER,
    outcome    TEXT CHECK (outcome IN ('graded', 'fault', 'lost', 'released', 'canceled')),
    reason     TEXT,
    PRIMARY KEY (submission, fence)
) STRICT, WITHOUT ROWID;

-- A log: each save is a row. `files` is JSON: [{"path", "content"}].
CREATE TABLE drafts (
    owner    TEXT    NOT NULL,
    exercise TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    files    TEXT    NOT NULL,
    saved_ms INTEGER NOT NULL,
    PRIMARY KEY (owner, exercise, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;

-- Graders that are at work, wherever they are. `capabilities` as `needs` above.
CREATE TABLE workers (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    capabilities TEXT    NOT NULL,
    slots        INTEGER NOT NULL,
    beat         INTEGER NOT NULL DEFAULT 0,
    started_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Large parts of reports by the SHA-256 of their bytes, where there is no folder beside the database.
CREATE TABLE artefacts (
    hash    TEXT    NOT NULL PRIMARY KEY,
    content BLOB    NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
