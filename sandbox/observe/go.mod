module assay.test/internal/observe

go 1.27
