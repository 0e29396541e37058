INSERT INTO secrets (name, secret, made_ms) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING
