INSERT INTO hints_opened (visitor, exercise, hint, opened_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (visitor, exercise, hint) DO NOTHING
