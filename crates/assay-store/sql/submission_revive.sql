UPDATE submissions SET state = 'queued', attempt = 0, resting = 0, sent = 0, finished_ms = NULL
WHERE id = $1 AND state = 'faulted' RETURNING fence
