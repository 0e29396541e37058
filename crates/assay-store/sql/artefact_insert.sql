INSERT INTO artefacts (hash, content, made_ms) VALUES ($1, $2, $3)
ON CONFLICT (hash) DO UPDATE SET made_ms = excluded.made_ms
