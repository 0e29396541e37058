SELECT exercise, revision, files, saved_ms FROM drafts WHERE owner = $1 ORDER BY exercise, revision
