DELETE FROM hints_opened WHERE visitor = $1
