SELECT (SELECT count(*) FROM (
            SELECT (q.class, q.turn, q.place) < (s.class, s.turn, s.place) AS ahead FROM submissions q
            WHERE q.state = 'queued' ORDER BY q.class, q.turn, q.place LIMIT $2) AS front
        WHERE front.ahead) AS ahead
FROM submissions s WHERE s.id = $1 AND s.state = 'queued'
