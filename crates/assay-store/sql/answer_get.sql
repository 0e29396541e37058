SELECT id, question, version, begun_ms, started_ms, done_ms, revision, text, saved_ms, ticked FROM answers WHERE owner = $1 AND id = $2
