SELECT goes_on_as FROM moved_visitors WHERE visitor = $1
