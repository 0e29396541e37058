SELECT id, fingerprint FROM submissions WHERE idempotency_key = $1
