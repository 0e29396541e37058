module assay.test/internal/harness

go 1.27
