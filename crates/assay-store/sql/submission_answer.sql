SELECT s.id FROM submissions s JOIN reports r ON r.submission = s.id
WHERE s.state = 'finished' AND s.fingerprint IN ($1, $2) AND s.owner = $3 AND s.version = $4 AND s.seed = $5
    AND s.verdict <> $6 AND r.toolchain = $7
ORDER BY s.place DESC LIMIT 1
