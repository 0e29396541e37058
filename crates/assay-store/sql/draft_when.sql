SELECT revision FROM drafts WHERE owner = $1 AND exercise = $2 AND saved_ms <= $3 ORDER BY saved_ms DESC, revision DESC LIMIT 1
