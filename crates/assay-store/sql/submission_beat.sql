UPDATE submissions SET beat = beat + 1 WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING attempt
