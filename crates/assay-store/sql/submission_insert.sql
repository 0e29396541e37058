INSERT INTO submissions (id, exercise, version, scope, seed, idempotency_key, fingerprint, created_ms,
    finished_ms, state, attempt, verdict, owner, class, turn, needs, visitor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
