-- Which save was the last at a moment, without reading the files of any: playback marks the runs among the saves.
CREATE INDEX drafts_times ON drafts (owner, exercise, saved_ms, revision);
