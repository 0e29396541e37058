# Wie ein weiterer Lauf aussah: Goroutinen über die Zeit, Profile.

inside-title = Was der Lauf getan hat
inside-ran = Nach dem Urteil noch einmal ausgeführt, um hineinzusehen: { $tests }. Das ist ein anderer Lauf als die bewerteten, etwas langsamer, und er entscheidet nichts.
inside-no-test = kein Test
inside-all-tests = alle { $n } Tests
inside-lanes = Goroutinen über die Zeit
inside-legend = Legende
inside-back = Zurück zum Bericht
inside-look = Hineinsehen
inside-look-lead = Führen Sie dieselben Dateien noch einmal aus und sehen Sie, was jede Goroutine getan hat und wohin Prozessorzeit und Speicher gingen. Der Lauf stellt sich an wie jede Abgabe und hat einen eigenen Bericht.
inside-look-button = Hineinsehen: noch einmal ausführen und Goroutinen, Prozessorzeit und Allokationen aufzeichnen
inside-no-exercise = In diesen Lauf lässt sich nicht hineinsehen: Seine Aufgabe ist nicht mehr im Katalog.
inside-nothing = Hier gibt es nichts hineinzusehen
inside-nothing-detail = Hineinsehen lässt sich nur in einen Lauf, dessen Tests liefen. Die Seite des Laufs sagt, wie weit dieser kam.
inside-not-again = Noch einmal ausführen geht nicht
inside-not-again-detail = Die gespeicherten Dateien: { $why }.
inside-no-report = Dieser Lauf hat noch keinen Bericht. Seine Seite sagt, wie weit er ist.
inside-not-looked = In diesen Lauf wurde nicht hineingesehen. Auf seiner Seite gibt es einen Knopf dafür.
inside-no-timeline = Die Beobachtung dieses Laufs hat keine Zeitleiste; der Bericht sagt, warum.
inside-no-kind = Die Profile heißen „cpu“ und „allocations“.
inside-no-profile = Die Beobachtung dieses Laufs hat kein solches Profil; der Bericht sagt, warum.

timeline-title = Zeitleiste von { $title }
timeline-heading = Goroutinen von { $title } über die Zeit
timeline-ran = { $tests }, noch einmal ausgeführt, um hineinzusehen
timeline-label = Zeitleiste

lanes-says =
    { $n ->
        [one] { $n } Goroutine in { $time }; { $left }.
       *[other] { $n } Goroutinen in { $time }; { $left }.
    }
lanes-left =
    { $n ->
        [0] alle haben geendet
        [one] eine war am Ende noch da
       *[other] { $n } waren am Ende noch da
    }
lanes-still = Nach { $time } bewegte sich nichts mehr.
lanes-at = Bei { $time }: { $says }.
lanes-moment-still = ab hier bewegte sich nichts mehr, und { $test } endete nicht
lanes-moment-cut = hier endet der Trace, vor dem Ende von { $test }
lanes-moment-failed = hier endete { $test }, in der Bewertung fehlgeschlagen
lanes-missing = Nicht gezeigt: { $parts }.
lanes-missing-lanes =
    { $n ->
        [one] { $n } weitere Goroutine, für die kein Platz war
       *[other] { $n } weitere Goroutinen, für die kein Platz war
    }
lanes-missing-spans =
    { $n ->
        [one] { $n } kurzer Abschnitt, der in seinen Nachbarn aufging
       *[other] { $n } kurze Abschnitte, die in ihren Nachbarn aufgingen
    }
lanes-missing-edges =
    { $n ->
        [one] der erste Weckvorgang
       *[other] die ersten { $n } Weckvorgänge
    }
lanes-move = In der Zeit bewegen
lanes-start = Anfang
lanes-earlier = Früher
lanes-zoom-out = Verkleinern
lanes-zoom-in = Vergrößern
lanes-later = Später
lanes-end = Ende
lanes-all = Alles
lanes-wrong = Wo es schiefging
lanes-own-page = Auf einer eigenen Seite
lanes-running = laufend
lanes-runnable = bereit, ohne Prozessor
lanes-channel = blockiert: Channel
lanes-select = blockiert: select
lanes-lock = blockiert: Lock, WaitGroup, Cond
lanes-sleep = blockiert: Sleep
lanes-network = Systemaufruf, Netzwerk
lanes-other = blockiert: anderes
lanes-wakes = weckt
lanes-role = Zeitleiste
lanes-label = Zeitleiste der Goroutinen
lanes-loading = Lädt, was jede Goroutine getan hat …
lanes-key-zoom = Zoom
lanes-key-move = bewegen
lanes-key-ends = Anfang und Ende
lanes-key-all = alles
lanes-key-choose = eine Goroutine wählen
lanes-key-change = ihr voriger und nächster Wechsel
lanes-key-fold = klappt ihre Gruppe ein
lanes-key-wrong = wo es schiefging
lanes-pointer = Ein Klick setzt die Linie, Ziehen bewegt, zwei Finger oder
lanes-pointer-wheel = mit dem Mausrad zoomen.
lanes-no-scripts = Das Bild braucht Skripte; die Tabelle unten sagt dasselbe ohne sie.
lanes-table =
    { $n ->
        [one] Als Tabelle: { $n } Goroutine
       *[other] Als Tabelle: { $n } Goroutinen
    }
lanes-table-label = Goroutinen der Zeitleiste
lanes-goroutine = Goroutine
lanes-time-running = Laufend
lanes-time-ready = Bereit
lanes-time-blocked = Blockiert
lanes-longest = Längstes Warten
lanes-by = von { $goroutine }
lanes-none = keines
lanes-syscall = Systemaufruf
lanes-waiting = wartet
lanes-ended = beendet bei { $time }
lanes-end-running = lief am Ende noch
lanes-end-ready = am Ende noch bereit zu laufen
lanes-end-blocked = am Ende noch blockiert ({ $reason })
lanes-columns = Goroutine, Name, gestartet bei, laufend, bereit, blockiert, längstes Warten, Grund, bei, Ende

profile-title = { $kind } von { $title }
profile-label = Profil

flame-cpu = Prozessorzeit
flame-allocations = Allokationen
flame-cpu-says = Von { $all } Prozessorzeit, alle 10 ms abgetastet, gingen { $here } in den Code und die Tests, was hier zu sehen ist; { $elsewhere } gingen anderswohin: Garbage Collector, Scheduler, Tracer, Testgerüst.
flame-allocations-says = Von { $all }, die ein Lauf allokiert hat, entfielen { $here } auf den Code und die Tests, was hier zu sehen ist; { $elsewhere } auf anderes.
flame-dropped =
    { $n ->
        [one] { $n } weiterer Stack mit { $amount } war zu viel, um ihn zu behalten.
       *[other] { $n } weitere Stacks, zusammen { $amount }, waren zu viele, um sie zu behalten.
    }
flame-focus = Nur was in { $function } läuft.
flame-focus-nothing = Nur was in { $function } läuft: nichts.
flame-everything = Alles
flame-function = Funktion
flame-unfolded = Standardbibliothek und Runtime ausgeklappt
flame-show = Zeigen
flame-found = Auf { $share } davon gefunden.
flame-found-none = Keine Funktion hat das im Namen.
flame-yours = Ihre Funktionen
flame-tests = die der Tests
flame-library = Standardbibliothek und Runtime
flame-library-folded = Standardbibliothek und Runtime, eingeklappt in die aufgerufene Funktion
flame-found-here = gefunden
flame-label = Flame Graph; die Tabelle unten sagt dasselbe
flame-all = alles hier
flame-bar = { $name }: { $amount }, { $share }; selbst { $alone }
flame-table = Als Tabelle: was jede Funktion selbst und insgesamt braucht
flame-by = Funktionen nach { $kind }
flame-whose = Wessen
flame-alone = Selbst
flame-in-all = Insgesamt
flame-share = Anteil
flame-whose-own = Ihre
flame-whose-tests = Tests
flame-whose-library = Bibliothek
flame-columns = selbst, insgesamt, Anteil, wessen, Funktion
flame-more =
    { $n ->
        [one] { $n } weitere Funktion.
       *[other] { $n } weitere Funktionen.
    }
flame-called-from = Aufgerufen von
flame-own-page = Auf einer eigenen Seite, mit Suche
flame-stacks = Als zusammengefasste Stacks
flame-stacks-readers = , die inferno und speedscope lesen

js-timeline-at = Bei {$time}: {$who}.
js-timeline-at-moment = Bei {$time} ({$says}): {$who}.
js-timeline-nobody = niemand ist da
js-timeline-goroutine = Goroutine {$goroutine} {$name}
js-timeline-created = gestartet bei {$at}
js-timeline-maker-unknown = Tests; wer sie gestartet hat, ist nicht bekannt
js-timeline-for = {$state}, {$time} lang
js-timeline-not-there = nicht da
js-timeline-line = bei {$time}
js-timeline-tests = Tests
js-timeline-collector = GC
js-timeline-failed = Das Bild ließ sich nicht laden; die Tabelle unten sagt dasselbe.
js-timeline-try-again = Noch einmal versuchen
