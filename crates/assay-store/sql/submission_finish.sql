UPDATE submissions SET state = 'finished', finished_ms = $3, verdict = $4, seed = $5, version = $6
WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING attempt
