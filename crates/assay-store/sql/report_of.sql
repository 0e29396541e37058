SELECT json, artefact FROM reports WHERE submission = $1
