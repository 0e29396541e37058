INSERT INTO events (submission, seq, json)
VALUES ($1, (SELECT coalesce(max(e.seq), 0) + 1 FROM events e WHERE e.submission = $1), $2)
RETURNING seq
