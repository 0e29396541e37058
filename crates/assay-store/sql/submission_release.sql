UPDATE submissions SET state = 'queued', attempt = attempt - 1, sent = 0
WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING attempt
