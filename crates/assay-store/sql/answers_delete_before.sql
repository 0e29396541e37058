DELETE FROM answers WHERE saved_ms < $1
