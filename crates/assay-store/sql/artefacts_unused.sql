SELECT hash, made_ms FROM artefacts a WHERE NOT EXISTS (SELECT 1 FROM reports r WHERE r.artefact = a.hash)
