DELETE FROM visitor_codes WHERE hash = $1 RETURNING visitor
