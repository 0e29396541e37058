SELECT CAST(sum(n) AS BIGINT) AS n FROM waiting_in_all
