UPDATE moved_visitors SET goes_on_as = $2 WHERE goes_on_as = $1
