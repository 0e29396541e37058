DELETE FROM visitor_codes WHERE expires_ms <= $1
