-- The queue is in order of class, turn and place. `turn` is a start tag of start-time fair queuing with unit cost: each
-- owner's waiting submissions of a class have turns of their own, one after another, so that owners take turns.
ALTER TABLE submissions ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE submissions ADD COLUMN class INTEGER NOT NULL DEFAULT 1 CHECK (class IN (0, 1, 2));
ALTER TABLE submissions ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;

DROP INDEX submissions_open;
CREATE INDEX submissions_order ON submissions (class, turn, place) WHERE state = 'queued';
CREATE INDEX submissions_owners ON submissions (owner, class, turn) WHERE state = 'queued';
CREATE INDEX submissions_running ON submissions (place) WHERE state = 'running';

-- The highest turn that was claimed in each class: a newcomer's turn comes right after it.
CREATE TABLE served (
    class INTEGER PRIMARY KEY CHECK (class IN (0, 1, 2)),
    turn  INTEGER NOT NULL
) STRICT;
INSERT INTO served (class, turn) VALUES (0, 0), (1, 0), (2, 0);
