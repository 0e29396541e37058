DELETE FROM answers WHERE owner = $1
