SELECT path, content FROM files WHERE submission = $1 ORDER BY path
