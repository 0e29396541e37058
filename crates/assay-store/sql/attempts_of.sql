SELECT fence, attempt, worker, started_ms, ended_ms, outcome, reason FROM attempts WHERE submission = $1 ORDER BY fence
