UPDATE drafts SET owner = $3 WHERE owner = $1 AND exercise = $2
