INSERT INTO hints_opened (visitor, exercise, hint, opened_ms)
SELECT $2, exercise, hint, opened_ms FROM hints_opened WHERE visitor = $1
ON CONFLICT (visitor, exercise, hint) DO UPDATE SET opened_ms = excluded.opened_ms
    WHERE excluded.opened_ms < hints_opened.opened_ms
