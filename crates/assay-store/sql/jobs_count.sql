SELECT state, count(*) AS n FROM submissions GROUP BY state
