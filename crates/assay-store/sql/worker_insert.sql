INSERT INTO workers (id, name, version, capabilities, slots, started_ms) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING
