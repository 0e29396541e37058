SELECT json FROM events WHERE submission = $1 ORDER BY seq DESC LIMIT 1
