SELECT t.exercise, t.runs, t.accepted, s.id, s.created_ms
FROM (
    SELECT exercise, count(*) AS runs, max(place) AS place,
        sum(CASE WHEN state = 'finished' AND verdict = 'Accepted' AND scope = 'all' THEN 1 ELSE 0 END) AS accepted
    FROM submissions WHERE visitor = $1 GROUP BY exercise
) t JOIN submissions s ON s.place = t.place
ORDER BY t.exercise
