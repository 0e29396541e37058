DELETE FROM code_tries WHERE address = $1
