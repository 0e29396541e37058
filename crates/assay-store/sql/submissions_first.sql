SELECT id FROM submissions WHERE state = 'queued' ORDER BY class, turn, place LIMIT $1
