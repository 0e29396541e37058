DELETE FROM drafts WHERE owner = $1
