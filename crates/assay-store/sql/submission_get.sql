SELECT id, exercise, version, scope, seed, created_ms, finished_ms, state, attempt, fence, verdict, owner, class, turn, place,
    needs, resting, worker, fault, visitor
FROM submissions WHERE id = $1
