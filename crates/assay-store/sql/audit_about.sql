SELECT at_ms, actor, action, subject, detail FROM audit WHERE subject = $1 ORDER BY number
