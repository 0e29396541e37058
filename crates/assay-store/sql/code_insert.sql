INSERT INTO visitor_codes (visitor, hash, expires_ms) VALUES ($1, $2, $3)
ON CONFLICT (visitor) DO UPDATE SET hash = excluded.hash, expires_ms = excluded.expires_ms
