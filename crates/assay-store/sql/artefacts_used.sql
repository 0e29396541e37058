SELECT DISTINCT artefact FROM reports WHERE artefact IS NOT NULL
