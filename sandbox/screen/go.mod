module assay.test/internal/screen

go 1.27
