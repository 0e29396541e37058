UPDATE attempts SET ended_ms = $3, outcome = $4, reason = $5 WHERE submission = $1 AND fence = $2 AND ended_ms IS NULL
