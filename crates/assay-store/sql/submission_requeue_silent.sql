UPDATE submissions SET state = 'queued', fault = $3, resting = 0, sent = 0
WHERE id = $1 AND fence = $2 AND state = 'running' AND beat = $4 AND attempt < $5 RETURNING attempt
