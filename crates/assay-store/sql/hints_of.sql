SELECT exercise, hint, opened_ms FROM hints_opened WHERE visitor = $1 ORDER BY exercise, hint
