DELETE FROM artefacts WHERE hash = $1 AND made_ms = $2
