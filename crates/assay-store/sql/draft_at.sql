SELECT revision, files, saved_ms FROM drafts WHERE owner = $1 AND exercise = $2 AND revision <= $3 ORDER BY revision DESC LIMIT 1
