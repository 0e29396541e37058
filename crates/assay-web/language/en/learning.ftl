# The pages of learning.

catalogue-title = Exercises
catalogue-lead = Your Go code is run: plainly, under the race detector, and watched for deadlocks and for goroutines left behind. Each verdict comes with its proof.
catalogue-none = There is no exercise here yet.
catalogue-words = Words
catalogue-part = Part
catalogue-topic = Topic
catalogue-kind = Kind
catalogue-state = State
catalogue-all-parts = all parts
catalogue-all-topics = all topics
catalogue-all-kinds = all kinds
catalogue-any-state = any state
catalogue-show = Show
catalogue-shown = {$shown} of {$total} exercises
catalogue-asked = Asked for
catalogue-asked-words = words
catalogue-asked-part = part
catalogue-asked-topic = topic
catalogue-asked-kind = kind
catalogue-asked-state = state
catalogue-remove = Remove
catalogue-all = All exercises
catalogue-nothing = No exercise fits all of that. Take one of the words above away, or look at
catalogue-nothing-all = all {$total} exercises
catalogue-solved = {$solved} of {$total} solved
catalogue-exercise = Exercise
catalogue-proves = Proves
catalogue-topics = Topics
catalogue-minutes = Minutes
catalogue-minutes-read = minutes
catalogue-minutes-short = min
catalogue-kind-implement = implement
catalogue-kind-repair = repair
catalogue-kind-exhibit = exhibit

stage-new = new
stage-tried = tried
stage-solved = solved

sign-waits = waits
sign-runs = runs
sign-our-fault = our fault
sign-called-back = called back
sign-passed = passed
sign-failed = failed
sign-not-run = not run
sign-holds = holds
sign-over = over
sign-begun = begun
sign-answered = answered
sign-yes = yes
sign-no = no

proof-deadlock = the runtime's own report of a deadlock
proof-race = quiet plain runs, and a report of the race detector
proof-tests =
    { $n ->
        [one] {$n} test, race detector, leak check
       *[other] {$n} tests, race detector, leak check
    }
proof-stress = perturbed schedules
proof-benchmarks =
    { $n ->
        [one] {$n} benchmark
       *[other] {$n} benchmarks
    }

hints-title = Hints
hints-has-none = This exercise has none.
hints-none-opened = None of {$total} opened. Opening one is noted with your runs.
hints-some-opened = {$opened} of {$total} opened; that is noted with your runs.
hints-one = Hint {$number} of {$total}
hints-when = opened {$when}
hints-run = Run
hints-show = Show hint {$number}
hints-no-such = This exercise has no hint of that number.
hints-before =
    { $n ->
        [0] no hint opened before this
        [one] {$n} hint opened before this
       *[other] {$n} hints opened before this
    }

js-hints-no-answer = {$name}: the server did not answer, try again

progress-title = Progress
progress-nothing = Nothing is kept of this browser yet. What you hand in appears here, without an account:
progress-nothing-choose = choose an exercise
progress-nothing-code = , or enter a code below to go on with what you did elsewhere.
progress-count = {$solved} of {$total}
progress-lead = exercises solved. Kept for this browser, without an account. An exercise is solved when a submit with all its tests is accepted.
progress-stages = {$solved} solved · {$tried} tried · {$new} new
progress-state = State
progress-exercise = Exercise
progress-runs = Runs
progress-runs-unit =
    { $n ->
        [one] run
       *[other] runs
    }
progress-last-run = Last run
progress-none = none
progress-hints = Hints
progress-hints-unit = (hints)
progress-hints-has-none = has none
progress-hints-none-opened = none opened
progress-hints-opened = {$opened} of {$total} opened
progress-last = Last runs
progress-result = Result
progress-ran = Ran
progress-handed-in = Handed in
progress-all-tests = all tests
progress-visible-tests = visible tests
progress-yours = Your data
progress-kept = Kept here: {$kept}.
progress-forget = Forget me …
progress-said-entered = This browser goes on with that progress now.
progress-said-joined = This browser goes on with that progress now. Its own runs, drafts and hints are part of it.
progress-said-forgotten = Everything of yours is deleted here. This browser is nobody again.

kept-runs =
    { $n ->
        [one] {$n} run
       *[other] {$n} runs
    }
kept-saves =
    { $n ->
        [one] {$n} save of drafts
       *[other] {$n} saves of drafts
    }
kept-hints =
    { $n ->
        [one] {$n} opened hint
       *[other] {$n} opened hints
    }
kept-answers =
    { $n ->
        [one] {$n} written answer
       *[other] {$n} written answers
    }

handover-title = Go on in another browser
handover-from = From here
handover-enter-code = Enter this code on the progress page of the other browser, or with
handover-copy = Copy
handover-once = It works once, until {$until}. Whoever has it sees this progress: show it to nobody else.
handover-about = A code takes this progress along. It works once, for 10 minutes.
handover-make = Make a code
handover-make-another = Make another code
handover-to = To here
handover-code = Code of the other browser
handover-go-on = Go on with it
handover-joins = This browser has work of its own ({$kept}): it is not lost, and joins that progress for good. Where both have a draft, the one saved last stays open.
handover-shows = This browser then shows that progress.
handover-wrong =
    This code is mistyped, was used before, or is older than 10 minutes. Make a new one in the other browser; { $left ->
        [one] {$left} try left.
       *[other] {$left} tries left.
    }
handover-wait = {$tries} codes from your address were none. Try again after {$until}.

forget-title = Forget me
forget-heading = Forget me?
forget-lead = This deletes from the server, for good: {$kept}, with all files and reports. Links to your runs stop working. Every browser that shares this progress loses it.
forget-browser = What this browser itself keeps of your code is cleared too, if its scripts are on.
forget-delete = Delete everything of mine
forget-keep = Keep it
forget-nothing = Nothing is kept of this browser, so there is nothing to delete.
forget-back = Back to the progress

attempts-title = Attempts at {$title}
attempts-heading = Your attempts at
attempts-playback = Playback of your drafts
attempts-designs = Other designs
attempts-designs-closed = open once a submit of yours is accepted
attempts-nothing = Nothing was handed in from this browser yet.
attempts-open = Open the workbench
attempts-nothing-then = , and each run and submit will be here.
attempts-order = Oldest to newest
attempts-order-cut = Oldest to newest; these are the newest {$n}
attempts-in-visible = in visible tests
attempts-list = Attempts
attempts-number = No.
attempts-verdict = Verdict
attempts-handed-in = Handed in
attempts-tests = Tests
attempts-took = Took
attempts-hints = Hints open
attempts-first = First
attempts-second = Second
attempts-all = all
attempts-visible = visible
attempts-as-first = Attempt {$number} as the first
attempts-as-second = Attempt {$number} as the second
attempts-put-beside = Put the two beside each other
attempts-put-beside-why = what changed in the code, and what came of it
attempts-choose-two = Choose a first and a second attempt. Go back, and mark one in each of the two columns.
attempts-two-needed = Two are needed

against-title = Two attempts at {$title}
against-heading = Two attempts at
against-attempts = Your attempts at it
against-first = First
against-second = Second
against-all-tests = Submit: all tests
against-visible-tests = Visible tests only
against-hints =
    { $n ->
        [one] {$n} hint open
       *[other] {$n} hints open
    }
against-report = report
against-backwards = The first was handed in after the second.
against-swap = Swap them
against-came-of-it = What came of it
against-code = The code
against-other-exercise = These runs are of two different exercises. Only attempts at one exercise can be put beside each other.
against-two-exercises = Two exercises
against-no-run = There is no run `{$id}`. Ids are long: were both copied whole?
against-broke = it broke on our side, and there is no verdict
against-called-back = it was called back, and there is no verdict
against-no-verdict = no verdict yet; load this page again in a moment

compare-only-first = Only the first ran all tests; the other ran the visible ones.
compare-only-second = Only the second ran all tests; the other ran the visible ones.
compare-gone = Gone
compare-new = New
compare-still = Still there
compare-in-first = in the first
compare-in-second = in the second
compare-now = now:
compare-tests = Tests that ended in another way
compare-test = Test
compare-pass = Pass
compare-first = First
compare-second = Second
compare-hidden = hidden
compare-not-asked = not asked
compare-same-tests =
    { $n ->
        [one] {$n} test ended alike, counted in each pass.
       *[other] {$n} tests ended alike, counted in each pass.
    }
compare-costs = Time and memory
compare-what = What
compare-takes = The second takes
compare-measured = As measured then, with whatever else the machine had to do.
compare-exercise-changed = The exercise changed in between: each was graded by the tests of its day.
compare-both-are = Both are {$verdict}.
compare-from-to = From {$before} to {$after}.
compare-first-no-test = The first did not come as far as a test.
compare-second-no-test = The second did not come as far as a test.
compare-same-pass = The same tests pass.
compare-better =
    { $n ->
        [one] {$n} test passes that did not.
       *[other] {$n} tests pass that did not.
    }
compare-worse =
    { $n ->
        [one] {$n} test passes no longer.
       *[other] {$n} tests pass no longer.
    }
compare-better-worse =
    { $better ->
        [one] {$better} test passes
       *[other] {$better} tests pass
    } that did not, { $worse ->
        [one] {$worse} test passes
       *[other] {$worse} tests pass
    } no longer.
compare-pieces-gone =
    { $n ->
        [one] {$n} piece of evidence is gone
       *[other] {$n} pieces of evidence are gone
    }
compare-pieces-new =
    { $n ->
        [one] {$n} piece of evidence is new
       *[other] {$n} pieces of evidence are new
    }
compare-pieces-still =
    { $n ->
        [one] {$n} piece of evidence is still there
       *[other] {$n} pieces of evidence are still there
    }
compare-more-new =
    { $n ->
        [one] {$n} is new
       *[other] {$n} are new
    }
compare-more-still =
    { $n ->
        [one] {$n} is still there
       *[other] {$n} are still there
    }
compare-runs-failed =
    { $runs ->
        [one] {$failures} of {$runs} run failed
       *[other] {$failures} of {$runs} runs failed
    }
compare-cost-cpu = {$pass} pass, processor time
compare-cost-memory = {$pass} pass, memory at its peak
compare-cost-total = the grading from start to end
compare-the-same = the same
compare-about-the-same = about the same
compare-less = {$percent} % less
compare-more = {$percent} % more
compare-times = {$times} times as much

changes-copy = Copy as a diff
changes-every-line = Show every line
changes-fold = Fold equal lines
changes-line = Line
changes-equal-lines =
    { $n ->
        [one] {$n} equal line
       *[other] {$n} equal lines
    }
changes-left-out =
    { $n ->
        [one] {$n} further line not drawn here; the reports have the whole files.
       *[other] {$n} further lines not drawn here; the reports have the whole files.
    }
changes-same-in-both = The same in both:
changes-unified = As a unified diff
changes-unified-label = The changes as a unified diff
changes-none = The files are the same.
changes-some =
    { $files ->
        [one] {$n} of {$files} file changed: {$lines}.
       *[other] {$n} of {$files} files changed: {$lines}.
    }
changes-ends = the ends of lines
changes-lines-changed =
    { $n ->
        [one] {$n} line changed
       *[other] {$n} lines changed
    }
changes-lines-added =
    { $n ->
        [one] {$n} line added
       *[other] {$n} lines added
    }
changes-lines-removed =
    { $n ->
        [one] {$n} line removed
       *[other] {$n} lines removed
    }
changes-more-added = {$n} added
changes-more-removed = {$n} removed
changes-new-file =
    { $n ->
        [one] a new file, {$n} line
       *[other] a new file, {$n} lines
    }
changes-removed-file =
    { $n ->
        [one] removed, {$n} line
       *[other] removed, {$n} lines
    }
changes-renamed = renamed from {$name}
changes-only-ends = only the ends of lines differ, or the end of the file

designs-title = Other designs for {$title}
designs-heading = Other designs for
designs-attempts = Your attempts
designs-lead = Yours is accepted. So are these: each passes the same tests in every pass, in another way.
designs-one-for = A design for
designs-all = All designs
designs-beside = Beside yours
designs-left = Left:
designs-yours-of = your attempt of {$created}
designs-right = Right: this design.
designs-whole = The whole of it
designs-yours = Yours
designs-this = This design
designs-no-such = There is no design of that name; the list of designs has all of them.
designs-closed = Other designs of “{$title}” open once a submit of yours, with all tests, is accepted: they would give away what is to be found out. Hints give less away.
designs-not-open = Not open yet
designs-no-run = There is no run of that id for this exercise.

playback-title = Playback of {$title}
playback-heading = Playback of
playback-attempts = Your attempts
playback-player = Player
playback-save = Save
playback-previous = Previous
playback-play = Play
playback-next = Next
playback-speed = Speed
playback-about = Arrow keys move the slider from save to save. A pause of yours is shortened to a second or so.
playback-runs = Runs among the saves
playback-run-at = at {$revision}
playback-step = Save {$revision} of {$last}
playback-step-after = {$saved}, {$after} after the one before
playback-step-start = {$saved}, beside the start of the exercise
playback-to = Save {$revision}
playback-handed-in = Handed in with this:
playback-empty = No draft of yours is on the server for this exercise. What you type in the
playback-empty-workbench = workbench
playback-empty-then = is saved as you go, and can be looked at here save by save.
playback-nothing = Nothing was saved for this exercise by this browser.
playback-no-such = Saves have numbers, from 1: the address of a save ends in `?revision=` and its number.
playback-no-save = No such save
playback-before = Before
playback-after = After

js-playback-play = Play
js-playback-pause = Pause
js-playback-last = The last save.
js-playback-refused = the server answers {$status}
js-playback-failed = This save could not be loaded: {$why}. Try again.
