INSERT INTO reports (submission, json, toolchain, artefact) VALUES ($1, $2, $3, $4)
