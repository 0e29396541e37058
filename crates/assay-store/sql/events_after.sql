SELECT seq, json FROM events WHERE submission = $1 AND seq > $2 ORDER BY seq
