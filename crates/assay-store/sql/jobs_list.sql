SELECT id FROM submissions WHERE state = $1 ORDER BY class, turn, place LIMIT $2
