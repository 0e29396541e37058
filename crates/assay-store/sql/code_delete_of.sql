DELETE FROM visitor_codes WHERE visitor = $1
