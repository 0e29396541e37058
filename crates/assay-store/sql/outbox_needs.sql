SELECT DISTINCT needs FROM submissions WHERE state = 'queued' AND resting = 0 AND sent = 0
