SELECT id, state, fence, beat, attempt, resting, sent FROM submissions
WHERE state = 'running' OR resting = 1 OR sent = 1
ORDER BY place
