module assay.test/internal/mutate

go 1.27
