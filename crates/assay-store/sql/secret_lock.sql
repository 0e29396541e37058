UPDATE secrets SET made_ms = made_ms WHERE name = $1
