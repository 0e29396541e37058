DELETE FROM hints_opened WHERE opened_ms < $1
