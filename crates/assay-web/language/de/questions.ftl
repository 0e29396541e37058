# The pages of questions.

questions-title = Fragen
questions-lead = In Worten gefragt, in Worten beantwortet. Starten Sie die Uhr, wenn Sie bereit sind, schreiben Sie Ihre Antwort und sagen Sie, dass Sie fertig sind: Dann sehen Sie, was erwartet war, und haken ab, was Sie gesagt haben. Niemand sonst liest es.
questions-no-library = Hier gibt es keine schriftlichen Fragen: Dieser Server wurde nur mit Aufgaben gestartet.
questions-words = Wörter
questions-state = Stand
questions-any-state = jeder Stand
questions-show = Anzeigen
questions-show-all = alle zeigen
questions-all = Alle Fragen
questions-nothing = Nichts passt zu dem, was Sie gesucht haben.
questions-question = Frage
questions-number = Nummer
questions-minutes = Minuten
questions-minutes-unit = Minuten
questions-count =
    { $n ->
        [one] { $n } Frage
       *[other] { $n } Fragen
    }
questions-shown =
    { $n ->
        [one] { $shown } von { $n } Frage
       *[other] { $shown } von { $n } Fragen
    }
questions-last =
    { $times ->
        [one] einmal
       *[other] { $times }-mal
    }, zuletzt { $day }: { $found } von { $points } Punkten
questions-answered-last =
    { $times ->
        [one] einmal
       *[other] { $times }-mal
    } beantwortet, zuletzt { $day }: { $found } von { $points } Punkten
questions-clock-runs = die Uhr läuft
question-no-such = Es gibt keine Frage dieses Namens.
question-gone = Diese Frage wurde entfernt, seit Sie sie beantwortet haben. Ihre Antworten bleiben erhalten.
question-your-answers = Ihre Antworten
question-parts =
    Sie hat { $n ->
        [one] { $n } Teil
       *[other] { $n } Teile
    }:
question-answered =
    Sie haben sie { $n ->
        [one] einmal
       *[other] { $n }-mal
    } beantwortet:
question-of = von { $time }
question-no-clock = ohne Uhr
question-took = { $took } von { $limit }
question-took-over = { $took } von { $limit }, { $over } darüber
question-too-long = Das ist länger als { $bytes } Bytes und wurde nicht gespeichert. Kürzen Sie es, oder kopieren Sie es, bevor Sie die Seite verlassen.
question-behind = Ein anderes Fenster oder Gerät hat diese Antwort inzwischen gespeichert. Nichts wurde überschrieben: Ihr Text steht im Feld, der andere darunter. Übernehmen Sie, was Sie brauchen, und speichern Sie noch einmal.
question-over = Diese Antwort wurde in einem anderen Fenster oder auf einem anderen Gerät fertiggestellt und ändert sich nicht mehr. Ihr Text steht im Feld: Wenn Sie ihn speichern, beginnt eine neue Antwort.
question-earlier-answers = frühere Antworten
question-new-one = Was Sie hier schreiben, ist eine neue.
question-time = Zeit
question-hide-clock = Uhr ausblenden
question-clock-still = Stand beim Laden der Seite; ohne Skripte bewegt sie sich nicht.
question-start-clock = Uhr starten: { $n } Minuten
question-clock-hint = Sie läuft ab dann auf dem Server. Sie können auch ohne sie schreiben.
question-your-answer = Ihre Antwort
question-nothing-yet = noch nichts geschrieben
question-saved-at = gespeichert { $time }
question-no-scripts = ; ohne Skripte wird nichts von selbst gespeichert: „Speichern“ benutzen
question-save = Speichern
question-done = Fertig: zeigen, was erwartet war
question-conflict = Inzwischen anderswo gespeichert
question-conflict-words = Das hat das andere Fenster oder Gerät gespeichert.
question-other-text = Der andere Text
question-keep-mine = Meinen behalten
question-take-other = Den anderen nehmen
question-keep-both = Beide behalten, den anderen unter meinem
answer-title = Antwort: { $title }
answer-the-question = die Frage
answer-all = alle Antworten
answer-done = Beantwortet { $time }
answer-changed = Die Frage hat sich seit Ihrer Antwort geändert: Die Punkte sind die heutigen.
answer-empty = Nichts wurde geschrieben: Vielleicht wurde es laut gesagt.
answer-expected = Was erwartet war
answer-tick-hint = Haken Sie ab, was Ihre Antwort sagt, und seien Sie ehrlich: Niemand sonst sieht es, und Sie werden später damit vergleichen.
answer-points = Erwartete Punkte
answer-keep-ticks = Haken behalten
answer-wrong-title = Oft gesagt, und falsch
answer-wrong = Falsch:
answer-right-until = richtig bis { $until }
answer-next = Was Sie als Nächstes gefragt würden
answer-proof = Durch Ausführen belegen
answer-again = Noch einmal beantworten
answer-on-the-way = unterwegs
answer-after-weak = nach einer schwachen Antwort
answer-after-adequate = nach einer ausreichenden Antwort
answer-after-strong = nach einer starken Antwort
answer-question-gone =
    Die Frage wurde seither entfernt, und ihre Punkte mit ihr. { $n ->
        [one] { $n } Punkt war abgehakt.
       *[other] { $n } Punkte waren abgehakt.
    }
answer-points-changed = Die Punkte dieser Frage haben sich geändert, seit die Seite geladen wurde. Haken Sie sie noch einmal ab: Ihre Antwort und die bisherigen Haken bleiben erhalten.
answer-no-such = Dieser Browser hat keine Antwort mit dieser Id. Antworten gehören zu dem Browser, in dem sie geschrieben wurden.
answers-yours = Ihre Antworten: { $title }
answers-title = Antworten: { $title }
answers-gone = Die Frage wurde seither entfernt; Ihre Antworten bleiben erhalten.
answers-open = Eine ist noch nicht fertig, begonnen { $time }:
answers-go-on = daran weiterschreiben
answers-none = Noch ist keine Antwort fertig.
answers-answer-it = Beantworten Sie sie
answers-answer-it-why = , dann können Sie beim nächsten Mal damit vergleichen.
answers-answered = Beantwortet
answers-time = Zeit
answers-length = Länge
answers-points = Punkte
answers-then = Damals
answers-now = Jetzt
answers-compare = Beide vergleichen
answers-again-hint = Beantworten Sie sie eines Tages noch einmal, dann lassen sich beide hier vergleichen.
answers-then-and-now = Damals und jetzt
answers-point = Punkt
answers-said-then = Damals gesagt
answers-said-now = Jetzt gesagt
answers-it-is = Ergebnis
answers-text = Der Text
answers-same = Beide Texte sind gleich.
answers-marked = Abweichende Wörter sind markiert.
answers-choose-two = Wählen Sie zwei verschiedene Antworten zum Vergleichen.
answers-words =
    { $n ->
        [one] { $n } Wort
       *[other] { $n } Wörter
    }
answers-found = { $found } von { $n }
answers-points-unit = Punkte
answers-then-unit = damals
answers-now-unit = jetzt
answers-in-both = in beiden
answers-gained = dazugekommen
answers-lost = weggefallen
answers-in-neither = in keiner
answers-same-points = In beiden sind dieselben Punkte abgehakt.
answers-only-gained =
    { $n ->
        [one] { $n } Punkt dazugekommen, keiner weggefallen.
       *[other] { $n } Punkte dazugekommen, keiner weggefallen.
    }
answers-only-lost =
    { $n ->
        [one] { $n } Punkt weggefallen, keiner dazugekommen.
       *[other] { $n } Punkte weggefallen, keiner dazugekommen.
    }
answers-gained-and-lost =
    { $gained ->
        [one] { $gained } Punkt dazugekommen, { $lost } weggefallen.
       *[other] { $gained } Punkte dazugekommen, { $lost } weggefallen.
    }

js-question-over-time = : Zeit überschritten, und nichts hält Sie auf
js-question-left = noch {$time}
js-question-over = {$time} darüber
js-question-half = Die Hälfte der Zeit ist um: {$left}.
js-question-five-minutes = Noch 5 Minuten.
js-question-time-over = Die Zeit ist um. Machen Sie weiter, solange Sie möchten.
js-question-show-clock = Uhr einblenden
js-question-hide-clock = Uhr ausblenden
js-question-back = Der Server ist wieder da, und Ihre Antwort ist gespeichert.
js-question-saved-at = gespeichert {$time}
js-question-away = Der Server antwortet nicht. Ihre Antwort bleibt in diesem Browser und wird gespeichert, wenn er wieder da ist.
js-question-kept = nicht auf dem Server seit {$since}; in diesem Browser behalten; neuer Versuch alle {$seconds} s
js-question-not-kept = nicht auf dem Server seit {$since}; kopieren Sie sie, bevor Sie gehen; neuer Versuch alle {$seconds} s
js-question-behind = Ein anderes Fenster oder Gerät hat diese Antwort inzwischen gespeichert. Ihre steht oben im Feld; dies ist die andere.
js-question-refused = nicht gespeichert: {$why}
js-question-choose = nicht gespeichert: unten wählen
js-question-not-yet = noch nicht gespeichert
js-question-saved = gespeichert
js-question-saved-said = Gespeichert.
js-question-elsewhere = anderswo Gespeichertes ist hier seit {$time}
js-question-elsewhere-said = Was anderswo gespeichert wurde, steht jetzt im Feld.
js-question-brought-back = aus diesem Browser zurückgeholt; wird gespeichert…
js-question-unsent = Dieser Browser hat einen Text, der nie beim Server ankam; er steht oben im Feld. Dies hat der Server.
js-question-status = Der Server sagte {$status}.

js-points-tally = {$found} von {$of} Punkten
js-points-tally-one = {$found} von {$of} Punkt
js-points-kept = gespeichert {$time}
js-points-not-kept = nicht gespeichert: {$why}
js-points-status = der Server sagte {$status}
js-points-away = nicht gespeichert: Der Server antwortet nicht; haken Sie noch einmal ab, oder benutzen Sie den Knopf, wenn er wieder da ist
