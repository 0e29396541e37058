SELECT id, fence, attempt FROM submissions WHERE state = 'running' ORDER BY place
