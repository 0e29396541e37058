SELECT id, question, version, begun_ms, started_ms, done_ms, revision, text, saved_ms, ticked FROM answers WHERE owner = $1 AND question = $2 ORDER BY begun_ms DESC, id DESC
