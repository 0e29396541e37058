UPDATE submissions SET state = 'faulted', finished_ms = $3, fault = $4, resting = 0, sent = 0
WHERE id = $1 AND fence = $2 AND state = 'queued' RETURNING attempt
