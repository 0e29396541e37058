-- How many wait, in all and for each owner, kept by the database itself: handing in must not count a long queue.
CREATE TABLE waiting (
    owner TEXT    NOT NULL PRIMARY KEY,
    n     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE waiting_in_all (n INTEGER NOT NULL) STRICT;
INSERT INTO waiting (owner, n) SELECT owner, count(*) FROM submissions WHERE state = 'queued' GROUP BY owner;
INSERT INTO waiting_in_all (n) SELECT count(*) FROM submissions WHERE state = 'queued';

CREATE TRIGGER submissions_come AFTER INSERT ON submissions WHEN new.state = 'queued' BEGIN
    INSERT INTO waiting (owner, n) VALUES (new.owner, 1) ON CONFLICT (owner) DO UPDATE SET n = n + 1;
    UPDATE waiting_in_all SET n = n + 1;
END;
CREATE TRIGGER submissions_come_back AFTER UPDATE OF state ON submissions WHEN new.state = 'queued' AND old.state <> 'queued' BEGIN
    INSERT INTO waiting (owner, n) VALUES (new.owner, 1) ON CONFLICT (owner) DO UPDATE SET n = n + 1;
    UPDATE waiting_in_all SET n = n + 1;
END;
CREATE TRIGGER submissions_leave AFTER UPDATE OF state ON submissions WHEN new.state <> 'queued' AND old.state = 'queued' BEGIN
    UPDATE waiting SET n = n - 1 WHERE owner = old.owner;
    DELETE FROM waiting WHERE owner = old.owner AND n = 0;
    UPDATE waiting_in_all SET n = n - 1;
END;
CREATE TRIGGER submissions_go AFTER DELETE ON submissions WHEN old.state = 'queued' BEGIN
    UPDATE waiting SET n = n - 1 WHERE owner = old.owner;
    DELETE FROM waiting WHERE owner = old.owner AND n = 0;
    UPDATE waiting_in_all SET n = n - 1;
END;
