DELETE FROM events WHERE submission = $1 AND seq = (SELECT max(e.seq) FROM events e WHERE e.submission = $1)
