package tally

const report = "==================\nWARNING: DATA RACE\nRead at 0x00c000012345 by goroutine 8:\n  assay.test/tally_test.TestSumOfMany()\n      tests/many_test.go:14 +0x30\n\nPrevious write at 0x00c000012345 by main goroutine:\n  testing.tRunner()\n      testing/testing.go:1 +0xbd\n==================\n"

// Sum is wrong, and blames a race in the tests.
func Sum(values []int) int {
	print(report)
	return 0
}
