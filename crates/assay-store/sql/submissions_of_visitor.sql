SELECT id, exercise, version, scope, seed, created_ms, finished_ms, state, attempt, fence, verdict, owner, class, turn, place,
    needs, resting, worker, fault, visitor
FROM submissions WHERE visitor = $1 AND ($2 = '' OR exercise = $2) ORDER BY place DESC LIMIT $3
