UPDATE submissions SET state = 'canceled' WHERE id = $1 AND state = 'faulted' RETURNING fence
