SELECT 1 + CASE WHEN own.turn > s.turn THEN own.turn ELSE s.turn END AS turn
FROM served s,
    (SELECT coalesce(max(q.turn), 0) AS turn FROM submissions q
     WHERE q.state = 'queued' AND q.owner = $1 AND q.class = $2) AS own
WHERE s.class = $2
