DELETE FROM workers WHERE id = $1 AND beat = $2
