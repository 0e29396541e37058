SELECT id FROM submissions WHERE finished_ms < $1 AND state IN ('finished', 'faulted', 'canceled') ORDER BY place LIMIT $2
