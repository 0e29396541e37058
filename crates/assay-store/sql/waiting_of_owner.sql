SELECT n FROM waiting WHERE owner = $1
