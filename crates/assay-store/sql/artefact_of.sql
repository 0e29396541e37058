SELECT content FROM artefacts WHERE hash = $1
