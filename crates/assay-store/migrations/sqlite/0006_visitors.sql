-- Who practises, without an account. `visitor` is the word of a signed token, the same as `owner` of `drafts`; it is empty where nobody
-- is known, also for what processes of the form before hand in. Turns in the queue go on by `owner`.
ALTER TABLE submissions ADD COLUMN visitor TEXT NOT NULL DEFAULT '';
CREATE INDEX submissions_of_visitor ON submissions (visitor, exercise, place);

-- Keys of ours that every server of a fleet must have, made by the first that needs one: 64 hexadecimal digits.
CREATE TABLE secrets (
    name    TEXT    NOT NULL PRIMARY KEY,
    secret  TEXT    NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which hint somebody opened, and when for the first time.
CREATE TABLE hints_opened (
    visitor   TEXT    NOT NULL,
    exercise  TEXT    NOT NULL,
    hint      INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    PRIMARY KEY (visitor, exercise, hint)
) STRICT, WITHOUT ROWID;

-- The one code that is good for a visitor now. `hash` is all there is of it.
CREATE TABLE visitor_codes (
    visitor    TEXT    NOT NULL PRIMARY KEY,
    hash       TEXT    NOT NULL UNIQUE,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How often codes that are none came from an address, until when that counts.
CREATE TABLE code_tries (
    address  TEXT    NOT NULL PRIMARY KEY,
    wrong    INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Visitors whose work became another's: their tokens stand for that one since. `goes_on_as` is never in `visitor`.
CREATE TABLE moved_visitors (
    visitor    TEXT    NOT NULL PRIMARY KEY,
    goes_on_as TEXT    NOT NULL,
    moved_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX moved_visitors_to ON moved_visitors (goes_on_as);
