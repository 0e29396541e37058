-- The same as SQLite's 0006_visitors.sql, which explains it. Additive: a server of the version before goes on working beside newer ones.
ALTER TABLE submissions ADD COLUMN visitor TEXT NOT NULL DEFAULT '';
CREATE INDEX submissions_of_visitor ON submissions (visitor, exercise, place);

CREATE TABLE secrets (
    name    TEXT   NOT NULL PRIMARY KEY,
    secret  TEXT   NOT NULL,
    made_ms BIGINT NOT NULL
);

CREATE TABLE hints_opened (
    visitor   TEXT   NOT NULL,
    exercise  TEXT   NOT NULL,
    hint      BIGINT NOT NULL,
    opened_ms BIGINT NOT NULL,
    PRIMARY KEY (visitor, exercise, hint)
);

CREATE TABLE visitor_codes (
    visitor    TEXT   NOT NULL PRIMARY KEY,
    hash       TEXT   NOT NULL UNIQUE,
    expires_ms BIGINT NOT NULL
);

CREATE TABLE code_tries (
    address  TEXT   NOT NULL PRIMARY KEY,
    wrong    BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);

CREATE TABLE moved_visitors (
    visitor    TEXT   NOT NULL PRIMARY KEY,
    goes_on_as TEXT   NOT NULL,
    moved_ms   BIGINT NOT NULL
);
CREATE INDEX moved_visitors_to ON moved_visitors (goes_on_as);
