UPDATE probe SET at_ms = $1
