# What one more run looked like: goroutines over time, profiles.

inside-title = What it did
inside-ran = After the verdict { $tests } ran once more, to be looked at. It is another run than those that were judged, a little slower, and decides nothing.
inside-no-test = no test
inside-all-tests = all { $n } tests
inside-lanes = Goroutines over time
inside-legend = Legend
inside-back = Back to the report
inside-look = Look inside
inside-look-lead = Run the same files once more and see what every goroutine did and where processor time and memory went. It takes a place in the queue like any submit and has a report of its own.
inside-look-button = Look inside: run it once more and record goroutines, processor time and allocations
inside-no-exercise = This run cannot be looked into: its exercise is not in the catalogue any more.
inside-nothing = There is nothing to look into
inside-nothing-detail = Only a run whose tests ran can be looked into. The run's page says how far this one got.
inside-not-again = It cannot be run again
inside-not-again-detail = The stored files: { $why }.
inside-no-report = This run has no report yet. Its page says how far it is.
inside-not-looked = This run was not looked into. Its page has a button for that.
inside-no-timeline = The observation of this run has no timeline; the report says why.
inside-no-kind = The profiles are “cpu” and “allocations”.
inside-no-profile = The observation of this run has no such profile; the report says why.

timeline-title = Timeline of { $title }
timeline-heading = Goroutines of { $title } over time
timeline-ran = { $tests }, run once more to be looked at
timeline-label = Timeline

lanes-says =
    { $n ->
        [one] { $n } goroutine in { $time }; { $left }.
       *[other] { $n } goroutines in { $time }; { $left }.
    }
lanes-left =
    { $n ->
        [0] all of them ended
        [one] one was still there at the end
       *[other] { $n } were still there at the end
    }
lanes-still = After { $time } nothing moved any more.
lanes-at = At { $time }: { $says }.
lanes-moment-still = from here on nothing moved, and { $test } did not end
lanes-moment-cut = the trace ends here, before { $test } did
lanes-moment-failed = { $test }, which failed when it was judged, ended here
lanes-missing = Not shown: { $parts }.
lanes-missing-lanes =
    { $n ->
        [one] { $n } more goroutine that had no room
       *[other] { $n } more goroutines that had no room
    }
lanes-missing-spans =
    { $n ->
        [one] { $n } short time that was merged into its neighbours
       *[other] { $n } short times that were merged into their neighbours
    }
lanes-missing-edges =
    { $n ->
        [one] the first wake-up
       *[other] the first { $n } wake-ups
    }
lanes-move = Move in time
lanes-start = Start
lanes-earlier = Earlier
lanes-zoom-out = Zoom out
lanes-zoom-in = Zoom in
lanes-later = Later
lanes-end = End
lanes-all = All
lanes-wrong = Where it went wrong
lanes-own-page = On a page of its own
lanes-running = running
lanes-runnable = ready, no processor
lanes-channel = blocked: channel
lanes-select = blocked: select
lanes-lock = blocked: lock, group, condition
lanes-sleep = blocked: sleep
lanes-network = system call, network
lanes-other = blocked: other
lanes-wakes = wakes
lanes-role = timeline
lanes-label = Timeline of goroutines
lanes-loading = Loading what every goroutine did …
lanes-key-zoom = zoom
lanes-key-move = move
lanes-key-ends = first and last
lanes-key-all = all
lanes-key-choose = choose a goroutine
lanes-key-change = its previous and next change
lanes-key-fold = folds its group
lanes-key-wrong = where it went wrong
lanes-pointer = Click sets the line, drag moves, pinch or
lanes-pointer-wheel = wheel zooms.
lanes-no-scripts = The picture needs scripts; the table below says the same without.
lanes-table =
    { $n ->
        [one] As a table: { $n } goroutine
       *[other] As a table: { $n } goroutines
    }
lanes-table-label = Goroutines of the timeline
lanes-goroutine = Goroutine
lanes-time-running = Running
lanes-time-ready = Ready
lanes-time-blocked = Blocked
lanes-longest = Longest wait
lanes-by = by { $goroutine }
lanes-none = none
lanes-syscall = system call
lanes-waiting = waiting
lanes-ended = ended at { $time }
lanes-end-running = still running at the end
lanes-end-ready = still ready to run at the end
lanes-end-blocked = still blocked ({ $reason }) at the end
lanes-columns = goroutine, name, created at, running, ready, blocked, longest wait, reason, at, end

profile-title = { $kind } of { $title }
profile-label = Profile

flame-cpu = Processor time
flame-allocations = Allocations
flame-cpu-says = Of { $all } of processor time, sampled every 10 ms, { $here } went into the code and the tests, which is shown here; { $elsewhere } went elsewhere: collector, scheduler, tracer, harness.
flame-allocations-says = Of { $all } that one run allocated, { $here } were allocated by the code and the tests, which is shown here; { $elsewhere } elsewhere.
flame-dropped =
    { $n ->
        [one] { $n } more stack, { $amount } in all, was too much to keep.
       *[other] { $n } more stacks, { $amount } in all, were too many to keep.
    }
flame-focus = Only what runs in { $function }.
flame-focus-nothing = Only what runs in { $function }: nothing does.
flame-everything = Everything
flame-function = Function
flame-unfolded = standard library and runtime unfolded
flame-show = Show
flame-found = Found on { $share } of it.
flame-found-none = No function has that in its name.
flame-yours = your functions
flame-tests = the tests'
flame-library = standard library and runtime
flame-library-folded = standard library and runtime, folded into what was called
flame-found-here = found
flame-label = Flame graph; the table below says the same
flame-all = everything here
flame-bar = { $name }: { $amount }, { $share }; by itself { $alone }
flame-table = As a table: what each function takes by itself and in all
flame-by = Functions by { $kind }
flame-whose = Whose
flame-alone = By itself
flame-in-all = In all
flame-share = Share
flame-whose-own = yours
flame-whose-tests = tests
flame-whose-library = library
flame-columns = by itself, in all, share, whose, function
flame-more =
    { $n ->
        [one] { $n } function more.
       *[other] { $n } functions more.
    }
flame-called-from = Called from
flame-own-page = On a page of its own, to search in
flame-stacks = As collapsed stacks
flame-stacks-readers = , which inferno and speedscope read

js-timeline-at = At {$time}: {$who}.
js-timeline-at-moment = At {$time} ({$says}): {$who}.
js-timeline-nobody = nobody is there
js-timeline-goroutine = Goroutine {$goroutine} {$name}
js-timeline-created = created at {$at}
js-timeline-maker-unknown = tests, and who made them is not known
js-timeline-for = {$state}, for {$time}
js-timeline-not-there = not there
js-timeline-line = at {$time}
js-timeline-tests = tests
js-timeline-collector = collector
js-timeline-failed = The picture could not be loaded; the table below says the same.
js-timeline-try-again = Try again
