# The pages of questions.

questions-title = Questions
questions-lead = Asked in words, answered in words. Start the clock when you are ready, write your answer, say that you are done: then you see what was expected and tick what you said. Nobody else reads it.
questions-no-library = There is no written question here: this server was started with exercises alone.
questions-words = Words
questions-state = State
questions-any-state = any state
questions-show = Show
questions-show-all = show all
questions-all = All questions
questions-nothing = Nothing fits what you asked for.
questions-question = Question
questions-number = Number
questions-minutes = Minutes
questions-minutes-unit = minutes
questions-count =
    { $n ->
        [one] { $n } question
       *[other] { $n } questions
    }
questions-shown =
    { $n ->
        [one] { $shown } of { $n } question
       *[other] { $shown } of { $n } questions
    }
questions-last =
    { $times ->
        [one] once
       *[other] { $times } times
    }, last { $day }: { $found } of { $points } points
questions-answered-last =
    answered { $times ->
        [one] once
       *[other] { $times } times
    }, last { $day }: { $found } of { $points } points
questions-clock-runs = the clock runs
question-no-such = There is no question of that name.
question-gone = This question was taken out since you answered it. Your answers are kept.
question-your-answers = Your answers
question-parts =
    It has { $n ->
        [one] { $n } part
       *[other] { $n } parts
    }:
question-answered =
    You have answered this { $n ->
        [one] once
       *[other] { $n } times
    }:
question-of = of { $time }
question-no-clock = without the clock
question-took = { $took } of { $limit }
question-took-over = { $took } of { $limit }, { $over } over
question-too-long = This is longer than { $bytes } bytes and was not saved. Shorten it, or copy it before you leave the page.
question-behind = Another window or machine saved this answer in between. Nothing was overwritten: your text is in the field, the other one is below it. Take over what you need and save again.
question-over = This answer was finished in another window or on another machine and changes no more. Your text is in the field: saving it begins another answer.
question-earlier-answers = earlier answers
question-new-one = What you write here is a new one.
question-time = Time
question-hide-clock = Hide the clock
question-clock-still = As it stood when the page was loaded; without scripts it does not move.
question-start-clock = Start the clock: { $n } minutes
question-clock-hint = It runs on the server from then on. You can also write without it.
question-your-answer = Your answer
question-nothing-yet = nothing written yet
question-saved-at = saved { $time }
question-no-scripts = ; without scripts nothing is saved by itself: use “Save”
question-save = Save
question-done = I am done: show what was expected
question-conflict = Saved elsewhere in between
question-conflict-words = This is what the other window or machine saved.
question-other-text = The other text
question-keep-mine = Keep mine
question-take-other = Take the other one
question-keep-both = Keep both, the other one below mine
answer-title = Answer: { $title }
answer-the-question = the question
answer-all = all answers
answer-done = Answered { $time }
answer-changed = The question has changed since you answered it: the points are those of now.
answer-empty = Nothing was written: perhaps it was said aloud.
answer-expected = What was expected
answer-tick-hint = Tick what your answer says, and be honest: nobody else sees it, and you will compare with it later.
answer-points = Expected points
answer-keep-ticks = Keep the ticks
answer-wrong-title = Often said, and not so
answer-wrong = Wrong:
answer-right-until = right until { $until }
answer-next = What you would be asked next
answer-proof = Prove it by running
answer-again = Answer it again
answer-on-the-way = on the way
answer-after-weak = after a weak answer
answer-after-adequate = after an adequate answer
answer-after-strong = after a strong answer
answer-question-gone =
    The question was taken out since, and its points with it. { $n ->
        [one] { $n } point was ticked.
       *[other] { $n } points were ticked.
    }
answer-points-changed = The points of this question have changed since the page was loaded. Tick them again: your answer and the ticks from before are kept.
answer-no-such = This browser has no answer of that id. Answers belong to the browser in which they were written.
answers-yours = Your answers: { $title }
answers-title = Answers: { $title }
answers-gone = The question was taken out since; your answers are kept.
answers-open = One is not finished yet, begun { $time }:
answers-go-on = go on with it
answers-none = No answer is finished yet.
answers-answer-it = Answer it
answers-answer-it-why = , and you can compare with it when you answer again.
answers-answered = Answered
answers-time = Time
answers-length = Length
answers-points = Points
answers-then = Then
answers-now = Now
answers-compare = Compare the two
answers-again-hint = Answer it again some day, and the two can be compared here.
answers-then-and-now = Then and now
answers-point = Point
answers-said-then = Said then
answers-said-now = Said now
answers-it-is = It is
answers-text = The text
answers-same = Both texts are the same.
answers-marked = Words that differ are marked.
answers-choose-two = Choose two different answers to compare.
answers-words =
    { $n ->
        [one] { $n } word
       *[other] { $n } words
    }
answers-found = { $found } of { $n }
answers-points-unit = points
answers-then-unit = then
answers-now-unit = now
answers-in-both = in both
answers-gained = gained
answers-lost = lost
answers-in-neither = in neither
answers-same-points = The same points are ticked in both.
answers-only-gained =
    { $n ->
        [one] { $n } point gained, none lost.
       *[other] { $n } points gained, none lost.
    }
answers-only-lost =
    { $n ->
        [one] { $n } point lost, none gained.
       *[other] { $n } points lost, none gained.
    }
answers-gained-and-lost =
    { $gained ->
        [one] { $gained } point gained, { $lost } lost.
       *[other] { $gained } points gained, { $lost } lost.
    }

js-question-over-time = : over time, and nothing stops you
js-question-left = {$time} left
js-question-over = {$time} over
js-question-half = Half of the time is over: {$left}.
js-question-five-minutes = 5 minutes left.
js-question-time-over = The time is over. Go on as long as you like.
js-question-show-clock = Show the clock
js-question-hide-clock = Hide the clock
js-question-back = The server is there again, and your answer is saved.
js-question-saved-at = saved {$time}
js-question-away = The server does not answer. Your answer is kept in this browser and saved when it is there again.
js-question-kept = not on the server since {$since}; kept in this browser; trying again every {$seconds} s
js-question-not-kept = not on the server since {$since}; copy it before you leave; trying again every {$seconds} s
js-question-behind = Another window or machine saved this answer in between. Yours is in the field above; this is the other one.
js-question-refused = not saved: {$why}
js-question-choose = not saved: choose below
js-question-not-yet = not saved yet
js-question-saved = saved
js-question-saved-said = Saved.
js-question-elsewhere = what was saved elsewhere is here since {$time}
js-question-elsewhere-said = What was saved elsewhere is in the field now.
js-question-brought-back = brought back from this browser; saving…
js-question-unsent = This browser has a text that never reached the server; it is in the field above. This is what the server has.
js-question-status = The server said {$status}.

js-points-tally = {$found} of {$of} points
js-points-tally-one = {$found} of {$of} point
js-points-kept = kept {$time}
js-points-not-kept = not kept: {$why}
js-points-status = the server said {$status}
js-points-away = not kept: the server does not answer; tick again, or use the button, when it is there
