# Evidence as it is drawn, and the same as text (`twin-`).

evidence-not-allowed = Not allowed
evidence-compile-errors = Compile errors
evidence-messages =
    { $n ->
        [one] { $title }: { $n } message
       *[other] { $title }: { $n } messages
    }
evidence-failed-test = Failed test
evidence-race = Data race
evidence-deadlock-all = Deadlock of all goroutines
evidence-deadlock-some = Deadlock of some goroutines
evidence-leak = Left behind
evidence-panic = Panic
evidence-limit = Limit passed
evidence-tampered = The record does not add up
evidence-proven = Proven
evidence-not-shown = Not shown
evidence-over-budget = Over budget
evidence-flaky = Runs that disagree
evidence-flaky-says = In the { $pass } pass it passed { $passed } of { $runs } runs; the others ended as { $other }. Seed { $seed } shows it.
evidence-in = in
evidence-at = at { $at }
evidence-of = { $n } of { $all }
evidence-copy-as-text = Copy as text
evidence-as-text = As text
evidence-titled-as-text = { $title } as text
evidence-runtime-words = The runtime's own words
evidence-raw = Raw output
evidence-not-known = not known
evidence-stack-innermost = Stack, innermost first
evidence-panic-message = Message of the panic
evidence-limit-says = { $limit }: { $measured }. Allowed: { $allowed }.
evidence-limit-rows = What was running or waiting at the limit:
evidence-expected-got = Expected { $want }, got { $got }.
evidence-nothing = nothing
evidence-differs = What came is not what was expected; the differing words are marked.
evidence-expected-and-got = Expected and got
evidence-expected = Expected
evidence-got = Got
evidence-test-said = The test said, in the { $pass } pass:
evidence-test-said-at = The test said, in the { $pass } pass, at { $at }:
evidence-test-message = Message of the test

race-shared = Both lines name { $names }.
race-by = by { $who }
race-by-at = by { $who } at { $at }
race-in = in { $function }
race-not-yours = This line is not in your files; the stack below leads there.
race-made = This goroutine was made at { $at } in { $function }.
race-main = The main goroutine was there from the start.
race-maker-unknown = Who made this goroutine is not known.
race-unordered = nothing orders these two
race-table = The accesses as a table
race-access = Access
race-access-by = { $operation } by { $who }
race-stack = Stack
race-created = Goroutine created by
race-created-by = Created by
race-remark = { $operation }, race; other side { $at }

goroutine-main = main goroutine
goroutine-one = goroutine { $id }
goroutines-many =
    { $n ->
        [one] { $n } goroutine
       *[other] { $n } goroutines
    }
goroutines-label = Goroutines
goroutines-who = Who
goroutines-waits-on = Waits on
goroutines-at = At
goroutines-created-at = Created at
goroutines-in-timeline = goroutine { $goroutine } in the timeline
goroutines-for = for { $n } min
goroutines-woken = could be woken by { $operation } at { $at }: { $who }
waker-nobody = nobody is on the way there
waker-itself = { $id } itself
waker-one = goroutine { $who } is in that function
waker-more = goroutine { $who } and { $n } more are in that function
goroutines-code-and-stack = { $who }: code and stack

graph-label = Who waits for whom
graph-who = Who waits
graph-waits-on = waits on
graph-woken-by = could be woken by
graph-on-what = On what
graph-nobody = nobody is on the way to wake it
graph-more =
    { $n ->
        [one] { $n } more row in the table.
       *[other] { $n } more rows in the table.
    }
graph-thick = Thick: a circle, in which each waits for the next. The table says the same.
graph-edge = { $who } could be woken by { $whom }
graph-themselves = themselves
graph-no-edge = Nobody is on the way to what would end a wait.

leak-site = { $many } made at { $at }
leak-site-unknown = { $many } made at a place that is not known
leak-blocked = blocked
leak-on = on { $operations }
leak-would-release = { $operation } at { $at } would have released it: { $who }.
leak-would-release-one = { $operation } at { $at } would have released one: { $who }.
leak-unreachable = Nothing that can still run reaches what it waits on.
leak-unreachable-many = Nothing that can still run reaches what they wait on.

budget-of-one = { $what } of one iteration
budget-which = Which
budget-bar = Bar
budget-measured = measured
budget-allowed = allowed

twin-in = { $title } in { $test }
twin-failed = { $head } ({ $pass } pass)
twin-failed-at = { $head } ({ $pass } pass, at { $at })
twin-expected = expected: { $text }
twin-got = got:      { $text }
twin-limit = { $limit }: { $measured }; allowed: { $allowed }
twin-waits-on = waits on { $operations }
twin-unreachable = nothing that can still run reaches what it waits on
twin-made = made at { $at } in { $function }
twin-made-by = made by:
