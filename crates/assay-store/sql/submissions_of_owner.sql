SELECT id FROM submissions WHERE owner = $1 ORDER BY place
