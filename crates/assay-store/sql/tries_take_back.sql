UPDATE code_tries SET wrong = wrong - 1 WHERE address = $1
