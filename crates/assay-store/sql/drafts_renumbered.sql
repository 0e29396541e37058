UPDATE drafts SET revision = -revision WHERE owner = $1 AND exercise = $2 AND revision < 0
