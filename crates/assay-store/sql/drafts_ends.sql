SELECT exercise, max(revision) AS revision, max(saved_ms) AS saved_ms FROM drafts WHERE owner = $1 GROUP BY exercise ORDER BY exercise
