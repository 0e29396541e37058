UPDATE submissions SET state = 'faulted', finished_ms = $3, fault = $4
WHERE id = $1 AND fence = $2 AND state = 'running' AND beat = $5 RETURNING attempt
