UPDATE submissions SET fence = fence WHERE id = $1 AND state = 'queued' RETURNING fence
