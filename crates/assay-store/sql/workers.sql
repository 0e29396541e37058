SELECT id, name, version, capabilities, slots, beat, started_ms FROM workers ORDER BY started_ms, id
