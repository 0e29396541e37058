UPDATE served SET turn = $2 WHERE class = $1 AND turn < $2
