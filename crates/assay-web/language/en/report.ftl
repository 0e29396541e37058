# The page of a run: its state, its report, what it takes to see it again.

list-and = and
list-or = or

run-title = Run of { $title }
run-heading = Run of
run-handed-in = handed in { $created }
run-stale = The exercise has changed since; this run is about the version of then.
run-waits = Waiting for a free grader: place { $place } in the queue.
run-again = Something broke on our side, not your fault; it runs again. This is try { $attempt }.
run-report-written = The report is being written.
run-reloads = This page loads itself again until the report is there.
run-our-fault-detail = Not your fault: something on our side broke each time this was run. It counts for nothing, your files are kept, and you can hand them in again.
run-called-back = Called back
run-called-back-detail = It was called back before there was a verdict. It counts for nothing, and your files are kept.
run-full-report = Full report
run-no-such = There is no run of that id. Ids are long: was it copied whole?

done-passes = Passes
done-tests = { $passed } tests
done-did-not-run = { $pass } did not run: { $reason }
done-further =
    { $n ->
        [one] { $n } further piece of evidence in the full report.
       *[other] { $n } further pieces of evidence in the full report.
    }
done-afterwards = Afterwards
first-so-far = Seen so far; the rest still runs, and the verdict weighs it.

matrix-tests = Tests
matrix-by-pass = Tests by pass
matrix-output = Output of { $test }, { $pass } pass

vet-advice = Advice about the code: the verdict does not depend on it.

figures-title = Budgets
figures-benchmark = Benchmark
figures-measured = Measured
figures-allowed = Allowed
figures-reference = Reference
figures-order = in this order
figures-about = One iteration, in this grading, on this machine; time is processor time. The reference ran beside it, in turns.

report-see-again = See it again
report-copy = Copy
report-same = The same files, exercise version { $version }, seed { $seed }, { $toolchain }.
report-costs = Where the time went
report-wall = Wall
report-cpu = CPU
report-memory = Memory, peak
report-stage = Stage
report-time = Time

files-title = Files as handed in
code-around = { $file }, around line { $line }
