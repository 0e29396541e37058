SELECT revision, saved_ms FROM drafts WHERE owner = $1 AND exercise = $2 AND revision > $3 ORDER BY revision LIMIT $4
