UPDATE drafts SET revision = -(revision + $3) WHERE owner = $1 AND exercise = $2
