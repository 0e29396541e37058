INSERT INTO attempts (submission, fence, attempt, worker, started_ms) VALUES ($1, $2, $3, $4, $5)
