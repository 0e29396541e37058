SELECT id, fence FROM submissions WHERE state = 'queued' AND resting = 0 AND sent = 0 AND needs = $1
ORDER BY class, turn, place LIMIT $2
