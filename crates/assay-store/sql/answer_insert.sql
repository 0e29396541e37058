INSERT INTO answers (id, owner, question, version, begun_ms, saved_ms) VALUES ($1, $2, $3, $4, $5, $5)
