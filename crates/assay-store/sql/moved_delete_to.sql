DELETE FROM moved_visitors WHERE goes_on_as = $1
