DELETE FROM code_tries WHERE until_ms <= $1
