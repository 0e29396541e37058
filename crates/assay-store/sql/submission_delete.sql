DELETE FROM submissions WHERE id = $1
