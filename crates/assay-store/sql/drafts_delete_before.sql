DELETE FROM drafts WHERE saved_ms < $1
