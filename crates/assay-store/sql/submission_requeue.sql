UPDATE submissions SET state = 'queued', fault = $3, resting = $4, sent = 0
WHERE id = $1 AND fence = $2 AND state = 'running' AND attempt < $5 RETURNING attempt
