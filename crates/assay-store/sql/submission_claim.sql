UPDATE submissions SET state = 'running', attempt = attempt + 1, fence = fence + 1, beat = 0, sent = 0, worker = $3
WHERE id = $1 AND fence = $2 AND state = 'queued' AND resting = 0
RETURNING id, exercise, version, scope, seed, created_ms, finished_ms, state, attempt, fence, verdict, owner, class, turn, place,
    needs, resting, worker, fault, visitor
