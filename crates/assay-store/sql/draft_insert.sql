INSERT INTO drafts (owner, exercise, revision, files, saved_ms) VALUES ($1, $2, $3, $4, $5)
