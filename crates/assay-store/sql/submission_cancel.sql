UPDATE submissions SET state = 'canceled', finished_ms = $2, resting = 0, sent = 0
WHERE id = $1 AND state IN ('queued', 'running') RETURNING fence
