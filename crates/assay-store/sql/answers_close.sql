UPDATE answers SET done_ms = $3
WHERE owner = $1 AND done_ms IS NULL
    AND question IN (SELECT theirs.question FROM answers theirs WHERE theirs.owner = $2 AND theirs.done_ms IS NULL)
