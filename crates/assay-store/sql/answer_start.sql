UPDATE answers SET started_ms = $3 WHERE owner = $1 AND id = $2 AND done_ms IS NULL AND started_ms IS NULL
