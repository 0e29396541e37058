INSERT INTO code_tries (address, wrong, until_ms) VALUES ($1, 1, $2)
ON CONFLICT (address) DO UPDATE SET wrong = code_tries.wrong + 1
RETURNING wrong, until_ms
