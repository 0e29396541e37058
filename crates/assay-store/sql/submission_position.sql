SELECT (SELECT count(*) FROM (
            SELECT 1 FROM submissions q
            WHERE q.state = 'queued' AND (q.class, q.turn, q.place) < (s.class, s.turn, s.place)
            LIMIT $2) AS before) AS ahead
FROM submissions s WHERE s.id = $1 AND s.state = 'queued'
