UPDATE answers SET ticked = $3 WHERE owner = $1 AND id = $2 AND done_ms IS NOT NULL
