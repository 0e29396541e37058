SELECT min(created_ms) AS created_ms FROM submissions WHERE state = 'queued'
