SELECT id, fence FROM submissions
WHERE state = 'queued' AND resting = 0 AND needs IN ($1, $2, $3, $4, $5, $6, $7, $8)
ORDER BY class, turn, place LIMIT 1
