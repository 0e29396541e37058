module lamp

go 1.26
