SELECT (SELECT count(*) FROM submissions WHERE visitor = $1) AS submissions,
    (SELECT count(*) FROM drafts WHERE owner = $1) AS saves,
    (SELECT count(*) FROM hints_opened WHERE visitor = $1) AS hints,
    (SELECT count(*) FROM answers WHERE owner = $1) AS answers
