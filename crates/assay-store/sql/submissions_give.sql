UPDATE submissions SET visitor = $2 WHERE visitor = $1
