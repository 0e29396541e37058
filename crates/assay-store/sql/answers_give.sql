UPDATE answers SET owner = $2 WHERE owner = $1
