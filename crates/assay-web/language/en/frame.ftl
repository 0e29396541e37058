# What pages say, in English. Keys are grouped by page; `nav-` and `keys-` are on every page.

skip-to-content = Skip to the content
nav-main = Main
nav-exercises = Exercises
nav-progress = Progress
nav-questions = Questions
nav-keys = Keys
nav-theme = Theme
nav-language = Language

keys-title = Keys
keys-key = Key
keys-does = Does
keys-or = or
keys-then = then
keys-run = Run the visible tests
keys-submit = Submit
keys-leave = Leave the editor
keys-evidence = Previous and next evidence, or changed file
keys-list = This list (outside the editor)
keys-close = Close

error-all-exercises = All exercises
error-all-questions = All questions
error-your-progress = Your progress
error-onward = Where to go on
error-status = Status { $status }
error-go-back = Go back in your browser: what you wrote is still in the form.
error-send-again = Send it again in { $seconds } seconds or later.
error-again-in = This page loads itself again in { $seconds } s.
error-again-every = This page loads itself again every { $seconds } seconds until it is there.
error-try-now = Try now
error-not-here = Not here
error-no-address = There is nothing at this address.
error-gone = No longer here
error-not-taken = Not taken
error-ours = Our fault
error-ours-detail = Something on our side broke, and its cause is in the server's log. What was saved is kept; load the page again in a moment. If it stays, tell whoever runs this server when it was.
error-refused = Refused
error-refused-detail = The request came from a page of another site, in your name. If you meant it, do it from this site.
error-method = Not this way
error-method-detail = This address is there, but not for what was asked of it. Nothing was changed.
error-too-large = Too large
error-too-large-detail = What was sent is too large, and nothing of it was taken.
error-not-now = Not now
error-not-now-detail = The server cannot answer this at the moment.
error-not-understood = Not understood
error-not-understood-detail = The address or the form could not be read. Nothing was changed.
error-queue-full = The queue is full
error-queue-full-detail = { $waiting } submissions wait already.
error-owner-full = Too many of yours wait
error-owner-full-detail = { $waiting ->
    [one] You have { $waiting } submission waiting, as many as one may have: try again when one of them is graded.
   *[other] You have { $waiting } submissions waiting, as many as one may have: try again when one of them is graded.
    }
error-disk-full = No room left
error-disk-full-detail = The server's disk is full. What was saved is kept, and nothing new can be saved until the operator has made room.
error-database = The database does not answer
error-database-detail = It may be busy, or being started again. What was saved is kept.
error-stopping = The server is stopping
error-stopping-detail = It is being restarted or moved, and takes nothing new until then.

js-site-theme-auto = Theme: auto
js-site-theme-light = Theme: light
js-site-theme-dark = Theme: dark
js-site-copied = Copied
js-site-copy-by-hand = Copy by hand
js-site-copy-refused = This browser does not let the page copy. Select the text and copy it.
js-site-close = Close

js-again-trying = Trying again…
js-again-unreachable = The server cannot be reached.
js-again-not-yet = Not yet.
js-again-goes-on = The page goes on trying.
js-again-in = This page loads itself again in {$seconds} s.
