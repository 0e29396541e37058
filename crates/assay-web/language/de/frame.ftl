# Was Seiten sagen, auf Deutsch. Fachwörter bleiben, wie Go-Entwickler sie benutzen.

skip-to-content = Zum Inhalt
nav-main = Hauptmenü
nav-exercises = Aufgaben
nav-progress = Fortschritt
nav-questions = Fragen
nav-keys = Tasten
nav-theme = Farben
nav-language = Sprache

keys-title = Tasten
keys-key = Taste
keys-does = Wirkung
keys-or = oder
keys-then = dann
keys-run = Sichtbare Tests laufen lassen
keys-submit = Abgeben
keys-leave = Den Editor verlassen
keys-evidence = Voriger und nächster Beleg, oder geänderte Datei
keys-list = Diese Liste (außerhalb des Editors)
keys-close = Schließen

error-all-exercises = Alle Aufgaben
error-all-questions = Alle Fragen
error-your-progress = Ihr Fortschritt
error-onward = Wie es weitergeht
error-status = Status { $status }
error-go-back = Gehen Sie im Browser zurück: Was Sie geschrieben haben, steht noch im Formular.
error-send-again = Senden Sie es frühestens in { $seconds } Sekunden noch einmal.
error-again-in = Diese Seite lädt sich in { $seconds } s selbst neu.
error-again-every = Diese Seite lädt sich alle { $seconds } Sekunden selbst neu, bis sie da ist.
error-try-now = Jetzt versuchen
error-not-here = Nicht vorhanden
error-no-address = Unter dieser Adresse gibt es nichts.
error-gone = Nicht mehr vorhanden
error-not-taken = Nicht angenommen
error-ours = Unser Fehler
error-ours-detail = Auf unserer Seite ist etwas fehlgeschlagen, die Ursache steht im Log des Servers. Was gespeichert war, bleibt erhalten; laden Sie die Seite gleich noch einmal. Bleibt es dabei, sagen Sie dem Betreiber dieses Servers, wann es war.
error-refused = Abgelehnt
error-refused-detail = Die Anfrage kam in Ihrem Namen von einer Seite einer anderen Website. War sie beabsichtigt, stellen Sie sie von dieser Website aus.
error-method = So nicht
error-method-detail = Diese Adresse gibt es, aber nicht für das, was von ihr verlangt wurde. Nichts wurde geändert.
error-too-large = Zu groß
error-too-large-detail = Was gesendet wurde, ist zu groß; nichts davon wurde angenommen.
error-not-now = Nicht jetzt
error-not-now-detail = Der Server kann das im Augenblick nicht beantworten.
error-not-understood = Nicht verstanden
error-not-understood-detail = Die Adresse oder das Formular war nicht lesbar. Nichts wurde geändert.
error-queue-full = Die Warteschlange ist voll
error-queue-full-detail = { $waiting } Abgaben warten schon.
error-owner-full = Zu viele Ihrer Abgaben warten
error-owner-full-detail = { $waiting ->
    [one] { $waiting } Abgabe von Ihnen wartet, mehr dürfen es nicht sein: Versuchen Sie es wieder, wenn sie bewertet ist.
   *[other] { $waiting } Abgaben von Ihnen warten, mehr dürfen es nicht sein: Versuchen Sie es wieder, wenn eine davon bewertet ist.
    }
error-disk-full = Kein Platz mehr
error-disk-full-detail = Die Festplatte des Servers ist voll. Was gespeichert war, bleibt erhalten; Neues lässt sich erst speichern, wenn der Betreiber Platz geschaffen hat.
error-database = Die Datenbank antwortet nicht
error-database-detail = Sie ist vielleicht ausgelastet oder startet gerade neu. Was gespeichert war, bleibt erhalten.
error-stopping = Der Server hält an
error-stopping-detail = Er wird neu gestartet oder zieht um und nimmt bis dahin nichts Neues an.

js-site-theme-auto = Farben: automatisch
js-site-theme-light = Farben: hell
js-site-theme-dark = Farben: dunkel
js-site-copied = Kopiert
js-site-copy-by-hand = Von Hand kopieren
js-site-copy-refused = Dieser Browser lässt die Seite nicht kopieren. Markieren Sie den Text und kopieren Sie ihn.
js-site-close = Schließen

js-again-trying = Neuer Versuch…
js-again-unreachable = Der Server ist nicht zu erreichen.
js-again-not-yet = Noch nicht.
js-again-goes-on = Die Seite versucht es weiter.
js-again-in = Diese Seite lädt sich in {$seconds} s selbst neu.
