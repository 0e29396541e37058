UPDATE submissions SET resting = 0 WHERE id = $1 AND fence = $2 AND state = 'queued' AND resting = 1
