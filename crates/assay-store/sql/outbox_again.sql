UPDATE submissions SET sent = 0 WHERE id = $1 AND fence = $2 AND state = 'queued' AND sent = 1
