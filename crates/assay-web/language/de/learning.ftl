# The pages of learning.

catalogue-title = Aufgaben
catalogue-lead = Ihr Go-Code läuft: ohne Zusätze, unter dem Race Detector und überwacht auf Deadlocks und zurückgelassene Goroutinen. Jedes Urteil kommt mit seinem Beweis.
catalogue-none = Hier gibt es noch keine Aufgabe.
catalogue-words = Wörter
catalogue-part = Teil
catalogue-topic = Thema
catalogue-kind = Art
catalogue-state = Stand
catalogue-all-parts = alle Teile
catalogue-all-topics = alle Themen
catalogue-all-kinds = alle Arten
catalogue-any-state = jeder Stand
catalogue-show = Zeigen
catalogue-shown = {$shown} von {$total} Aufgaben
catalogue-asked = Gesucht
catalogue-asked-words = Wörter
catalogue-asked-part = Teil
catalogue-asked-topic = Thema
catalogue-asked-kind = Art
catalogue-asked-state = Stand
catalogue-remove = Entfernen:
catalogue-all = Alle Aufgaben
catalogue-nothing = Keine Aufgabe passt zu allem zugleich. Nehmen Sie oben etwas weg, oder weiter zu:
catalogue-nothing-all = alle {$total} Aufgaben
catalogue-solved = {$solved} von {$total} gelöst
catalogue-exercise = Aufgabe
catalogue-proves = Beweist
catalogue-topics = Themen
catalogue-minutes = Minuten
catalogue-minutes-read = Minuten
catalogue-minutes-short = min
catalogue-kind-implement = implementieren
catalogue-kind-repair = reparieren
catalogue-kind-exhibit = vorführen

stage-new = neu
stage-tried = versucht
stage-solved = gelöst

sign-waits = wartet
sign-runs = läuft
sign-our-fault = unser Fehler
sign-called-back = zurückgezogen
sign-passed = bestanden
sign-failed = fehlgeschlagen
sign-not-run = nicht gelaufen
sign-holds = eingehalten
sign-over = überschritten
sign-begun = begonnen
sign-answered = beantwortet
sign-yes = ja
sign-no = nein

proof-deadlock = der Deadlock-Bericht der Runtime selbst
proof-race = unauffällige einfache Läufe und ein Bericht des Race Detectors
proof-tests =
    { $n ->
        [one] {$n} Test, Race Detector, Leak-Prüfung
       *[other] {$n} Tests, Race Detector, Leak-Prüfung
    }
proof-stress = gestörtes Scheduling
proof-benchmarks =
    { $n ->
        [one] {$n} Benchmark
       *[other] {$n} Benchmarks
    }

hints-title = Hinweise
hints-has-none = Diese Aufgabe hat keine.
hints-none-opened = Keiner von {$total} geöffnet. Das Öffnen wird bei Ihren Läufen vermerkt.
hints-some-opened = {$opened} von {$total} geöffnet; das ist bei Ihren Läufen vermerkt.
hints-one = Hinweis {$number} von {$total}
hints-when = geöffnet {$when}
hints-run = Laufen lassen
hints-show = Hinweis {$number} zeigen
hints-no-such = Diese Aufgabe hat keinen Hinweis mit dieser Nummer.
hints-before =
    { $n ->
        [0] kein Hinweis vorher geöffnet
        [one] {$n} Hinweis vorher geöffnet
       *[other] {$n} Hinweise vorher geöffnet
    }

js-hints-no-answer = {$name}: Der Server hat nicht geantwortet, versuchen Sie es noch einmal

progress-title = Fortschritt
progress-nothing = Von diesem Browser ist noch nichts gespeichert. Was Sie einreichen, erscheint hier, ohne Konto:
progress-nothing-choose = Aufgabe wählen
progress-nothing-code = , oder unten einen Code eingeben, um anderswo Begonnenes fortzusetzen.
progress-count = {$solved} von {$total}
progress-lead = Aufgaben gelöst. Gespeichert für diesen Browser, ohne Konto. Gelöst ist eine Aufgabe, wenn eine Abgabe mit allen Tests akzeptiert ist.
progress-stages = {$solved} gelöst · {$tried} versucht · {$new} neu
progress-state = Stand
progress-exercise = Aufgabe
progress-runs = Läufe
progress-runs-unit =
    { $n ->
        [one] Lauf
       *[other] Läufe
    }
progress-last-run = Letzter Lauf
progress-none = keiner
progress-hints = Hinweise
progress-hints-unit = (Hinweise)
progress-hints-has-none = hat keine
progress-hints-none-opened = keiner geöffnet
progress-hints-opened = {$opened} von {$total} geöffnet
progress-last = Letzte Läufe
progress-result = Ergebnis
progress-ran = Umfang
progress-handed-in = Eingereicht
progress-all-tests = alle Tests
progress-visible-tests = sichtbare Tests
progress-yours = Ihre Daten
progress-kept = Hier gespeichert: {$kept}.
progress-forget = Alles löschen …
progress-said-entered = Dieser Browser führt jetzt jenen Fortschritt weiter.
progress-said-joined = Dieser Browser führt jetzt jenen Fortschritt weiter. Seine eigenen Läufe, Entwürfe und Hinweise gehören dazu.
progress-said-forgotten = Alles von Ihnen ist hier gelöscht. Dieser Browser ist wieder unbekannt.

kept-runs =
    { $n ->
        [one] {$n} Lauf
       *[other] {$n} Läufe
    }
kept-saves =
    { $n ->
        [one] {$n} gespeicherter Entwurfsstand
       *[other] {$n} gespeicherte Entwurfsstände
    }
kept-hints =
    { $n ->
        [one] {$n} geöffneter Hinweis
       *[other] {$n} geöffnete Hinweise
    }
kept-answers =
    { $n ->
        [one] {$n} geschriebene Antwort
       *[other] {$n} geschriebene Antworten
    }

handover-title = In einem anderen Browser weiterarbeiten
handover-from = Von hier
handover-enter-code = Geben Sie diesen Code auf der Fortschrittsseite des anderen Browsers ein, oder mit
handover-copy = Kopieren
handover-once = Er gilt einmal, bis {$until}. Wer ihn hat, sieht diesen Fortschritt: Zeigen Sie ihn niemandem sonst.
handover-about = Ein Code nimmt diesen Fortschritt mit. Er gilt einmal, 10 Minuten lang.
handover-make = Code erzeugen
handover-make-another = Neuen Code erzeugen
handover-to = Hierher
handover-code = Code des anderen Browsers
handover-go-on = Damit weiterarbeiten
handover-joins = Dieser Browser hat eigene Arbeit ({$kept}): Sie geht nicht verloren, sondern gehört dann dauerhaft zu jenem Fortschritt. Haben beide einen Entwurf, bleibt der zuletzt gespeicherte offen.
handover-shows = Dieser Browser zeigt dann jenen Fortschritt.
handover-wrong =
    Dieser Code ist vertippt, schon benutzt oder älter als 10 Minuten. Erzeugen Sie im anderen Browser einen neuen; { $left ->
        [one] noch {$left} Versuch.
       *[other] noch {$left} Versuche.
    }
handover-wait = {$tries} Codes von Ihrer Adresse waren ungültig. Versuchen Sie es nach {$until} wieder.

forget-title = Alles löschen
forget-heading = Alles löschen?
forget-lead = Das löscht endgültig vom Server: {$kept}, samt allen Dateien und Berichten. Links auf Ihre Läufe gehen dann nicht mehr. Jeder Browser, der diesen Fortschritt teilt, verliert ihn.
forget-browser = Was dieser Browser selbst von Ihrem Code behält, wird auch gelöscht, wenn Skripte eingeschaltet sind.
forget-delete = Alles von mir löschen
forget-keep = Behalten
forget-nothing = Von diesem Browser ist nichts gespeichert, also gibt es nichts zu löschen.
forget-back = Zurück zum Fortschritt

attempts-title = Versuche zu {$title}
attempts-heading = Ihre Versuche zu
attempts-playback = Entwürfe abspielen
attempts-designs = Andere Lösungen
attempts-designs-closed = offen, sobald eine Abgabe von Ihnen akzeptiert ist
attempts-nothing = Von diesem Browser wurde noch nichts eingereicht.
attempts-open = Werkbank öffnen
attempts-nothing-then = : Jeder Lauf und jede Abgabe steht danach hier.
attempts-order = Älteste zuerst
attempts-order-cut = Älteste zuerst; dies sind die neuesten {$n}
attempts-in-visible = in den sichtbaren Tests
attempts-list = Versuche
attempts-number = Nr.
attempts-verdict = Urteil
attempts-handed-in = Eingereicht
attempts-tests = Tests
attempts-took = Dauer
attempts-hints = Offene Hinweise
attempts-first = Erster
attempts-second = Zweiter
attempts-all = alle
attempts-visible = sichtbare
attempts-as-first = Versuch {$number} als erster
attempts-as-second = Versuch {$number} als zweiter
attempts-put-beside = Beide nebeneinanderstellen
attempts-put-beside-why = was sich im Code geändert hat und was daraus wurde
attempts-choose-two = Wählen Sie einen ersten und einen zweiten Versuch. Gehen Sie zurück und markieren Sie in jeder der beiden Spalten einen.
attempts-two-needed = Zwei sind nötig

against-title = Zwei Versuche zu {$title}
against-heading = Zwei Versuche zu
against-attempts = Ihre Versuche dazu
against-first = Erster
against-second = Zweiter
against-all-tests = Abgabe: alle Tests
against-visible-tests = Nur sichtbare Tests
against-hints =
    { $n ->
        [one] {$n} Hinweis offen
       *[other] {$n} Hinweise offen
    }
against-report = Bericht
against-backwards = Der erste wurde nach dem zweiten eingereicht.
against-swap = Tauschen
against-came-of-it = Was daraus wurde
against-code = Der Code
against-other-exercise = Diese Läufe gehören zu zwei verschiedenen Aufgaben. Nur Versuche zu derselben Aufgabe lassen sich nebeneinanderstellen.
against-two-exercises = Zwei Aufgaben
against-no-run = Es gibt keinen Lauf `{$id}`. Ids sind lang: Wurden beide ganz kopiert?
against-broke = auf unserer Seite ist etwas kaputtgegangen, es gibt kein Urteil
against-called-back = zurückgezogen, es gibt kein Urteil
against-no-verdict = noch kein Urteil; laden Sie diese Seite gleich noch einmal

compare-only-first = Nur im ersten liefen alle Tests, im anderen die sichtbaren.
compare-only-second = Nur im zweiten liefen alle Tests, im anderen die sichtbaren.
compare-gone = Weg
compare-new = Neu
compare-still = Noch da
compare-in-first = im ersten
compare-in-second = im zweiten
compare-now = jetzt:
compare-tests = Tests, die anders ausgingen
compare-test = Test
compare-pass = Durchgang
compare-first = Erster
compare-second = Zweiter
compare-hidden = verdeckt
compare-not-asked = nicht verlangt
compare-same-tests =
    { $n ->
        [one] {$n} Test ging gleich aus, je Durchgang gezählt.
       *[other] {$n} Tests gingen gleich aus, je Durchgang gezählt.
    }
compare-costs = Zeit und Speicher
compare-what = Was
compare-takes = Der zweite braucht
compare-measured = Wie damals gemessen, mit allem, was die Maschine sonst zu tun hatte.
compare-exercise-changed = Die Aufgabe hat sich dazwischen geändert: Jeder Versuch wurde mit den Tests seines Tages geprüft.
compare-both-are = Beide sind {$verdict}.
compare-from-to = Von {$before} zu {$after}.
compare-first-no-test = Der erste kam nicht bis zu einem Test.
compare-second-no-test = Der zweite kam nicht bis zu einem Test.
compare-same-pass = Dieselben Tests bestehen.
compare-better =
    { $n ->
        [one] {$n} Test besteht neu.
       *[other] {$n} Tests bestehen neu.
    }
compare-worse =
    { $n ->
        [one] {$n} Test besteht nicht mehr.
       *[other] {$n} Tests bestehen nicht mehr.
    }
compare-better-worse =
    { $better ->
        [one] {$better} Test besteht
       *[other] {$better} Tests bestehen
    } neu, { $worse ->
        [one] {$worse} Test besteht
       *[other] {$worse} Tests bestehen
    } nicht mehr.
compare-pieces-gone =
    { $n ->
        [one] {$n} Beleg ist weg
       *[other] {$n} Belege sind weg
    }
compare-pieces-new =
    { $n ->
        [one] {$n} Beleg ist neu
       *[other] {$n} Belege sind neu
    }
compare-pieces-still =
    { $n ->
        [one] {$n} Beleg ist noch da
       *[other] {$n} Belege sind noch da
    }
compare-more-new =
    { $n ->
        [one] {$n} ist neu
       *[other] {$n} sind neu
    }
compare-more-still =
    { $n ->
        [one] {$n} ist noch da
       *[other] {$n} sind noch da
    }
compare-runs-failed =
    { $runs ->
        [one] {$failures} von {$runs} Lauf fehlgeschlagen
       *[other] {$failures} von {$runs} Läufen fehlgeschlagen
    }
compare-cost-cpu = Durchgang {$pass}, Prozessorzeit
compare-cost-memory = Durchgang {$pass}, Speicher am Höchststand
compare-cost-total = die Prüfung von Anfang bis Ende
compare-the-same = gleich viel
compare-about-the-same = etwa gleich viel
compare-less = {$percent} % weniger
compare-more = {$percent} % mehr
compare-times = {$times}-mal so viel

changes-copy = Als Diff kopieren
changes-every-line = Alle Zeilen zeigen
changes-fold = Gleiche Zeilen einklappen
changes-line = Zeile
changes-equal-lines =
    { $n ->
        [one] {$n} gleiche Zeile
       *[other] {$n} gleiche Zeilen
    }
changes-left-out =
    { $n ->
        [one] {$n} weitere Zeile ist hier nicht gezeichnet; die Berichte haben die ganzen Dateien.
       *[other] {$n} weitere Zeilen sind hier nicht gezeichnet; die Berichte haben die ganzen Dateien.
    }
changes-same-in-both = In beiden gleich:
changes-unified = Als Unified Diff
changes-unified-label = Die Änderungen als Unified Diff
changes-none = Die Dateien sind gleich.
changes-some =
    { $files ->
        [one] {$n} von {$files} Datei geändert: {$lines}.
       *[other] {$n} von {$files} Dateien geändert: {$lines}.
    }
changes-ends = die Zeilenenden
changes-lines-changed =
    { $n ->
        [one] {$n} Zeile geändert
       *[other] {$n} Zeilen geändert
    }
changes-lines-added =
    { $n ->
        [one] {$n} Zeile hinzugefügt
       *[other] {$n} Zeilen hinzugefügt
    }
changes-lines-removed =
    { $n ->
        [one] {$n} Zeile entfernt
       *[other] {$n} Zeilen entfernt
    }
changes-more-added = {$n} hinzugefügt
changes-more-removed = {$n} entfernt
changes-new-file =
    { $n ->
        [one] neue Datei, {$n} Zeile
       *[other] neue Datei, {$n} Zeilen
    }
changes-removed-file =
    { $n ->
        [one] entfernt, {$n} Zeile
       *[other] entfernt, {$n} Zeilen
    }
changes-renamed = umbenannt von {$name}
changes-only-ends = nur die Zeilenenden oder das Dateiende sind anders

designs-title = Andere Lösungen zu {$title}
designs-heading = Andere Lösungen zu
designs-attempts = Ihre Versuche
designs-lead = Ihre ist akzeptiert. Diese auch: Jede besteht dieselben Tests in jedem Durchgang, auf andere Weise.
designs-one-for = Eine Lösung zu
designs-all = Alle Lösungen
designs-beside = Neben Ihrer
designs-left = Links:
designs-yours-of = Ihr Versuch vom {$created}
designs-right = Rechts: diese Lösung.
designs-whole = Das Ganze
designs-yours = Ihre
designs-this = Diese Lösung
designs-no-such = Es gibt keine Lösung dieses Namens; in der Liste der Lösungen stehen alle.
designs-closed = Andere Lösungen zu „{$title}“ sind offen, sobald eine Abgabe von Ihnen mit allen Tests akzeptiert ist: Sie würden verraten, was herauszufinden ist. Hinweise verraten weniger.
designs-not-open = Noch nicht offen
designs-no-run = Zu dieser Aufgabe gibt es keinen Lauf mit dieser Id.

playback-title = Verlauf von {$title}
playback-heading = Verlauf von
playback-attempts = Ihre Versuche
playback-player = Wiedergabe
playback-save = Stand
playback-previous = Voriger
playback-play = Abspielen
playback-next = Nächster
playback-speed = Tempo
playback-about = Pfeiltasten bewegen den Regler von Stand zu Stand. Ihre Pausen werden auf etwa eine Sekunde verkürzt.
playback-runs = Läufe zwischen den Ständen
playback-run-at = bei {$revision}
playback-step = Stand {$revision} von {$last}
playback-step-after = {$saved}, {$after} nach dem vorigen
playback-step-start = {$saved}, neben dem Ausgangscode der Aufgabe
playback-to = Stand {$revision}
playback-handed-in = Damit eingereicht:
playback-empty = Zu dieser Aufgabe liegt kein Entwurf von Ihnen auf dem Server. Was Sie in der
playback-empty-workbench = Werkbank
playback-empty-then = schreiben, wird laufend gespeichert und lässt sich hier Stand für Stand ansehen.
playback-nothing = Dieser Browser hat zu dieser Aufgabe nichts gespeichert.
playback-no-such = Stände haben Nummern ab 1: Die Adresse eines Stands endet auf `?revision=` und seine Nummer.
playback-no-save = Kein solcher Stand
playback-before = Vorher
playback-after = Nachher

js-playback-play = Abspielen
js-playback-pause = Anhalten
js-playback-last = Der letzte Stand.
js-playback-refused = der Server antwortet {$status}
js-playback-failed = Dieser Stand konnte nicht geladen werden: {$why}. Versuchen Sie es noch einmal.
