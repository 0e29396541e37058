UPDATE answers SET text = $4, revision = revision + 1, saved_ms = $5
WHERE owner = $1 AND id = $2 AND done_ms IS NULL AND revision = $3
