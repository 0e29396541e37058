INSERT INTO moved_visitors (visitor, goes_on_as, moved_ms) VALUES ($1, $2, $3)
