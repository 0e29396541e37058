INSERT INTO files (submission, path, content) VALUES ($1, $2, $3)
