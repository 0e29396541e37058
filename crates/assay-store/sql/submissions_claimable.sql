SELECT needs, class, turn, place FROM submissions
WHERE state = 'queued' AND resting = 0 AND (class, turn, place) > ($1, $2, $3)
ORDER BY class, turn, place LIMIT $4
