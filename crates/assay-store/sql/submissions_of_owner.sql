SELECT id FROM submissions WHERE owner = $1 OR (visitor = $1 AND visitor <> '') ORDER BY place
