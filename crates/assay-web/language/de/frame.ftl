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

js-site-theme-auto = Farben: automatisch
js-site-theme-light = Farben: hell
js-site-theme-dark = Farben: dunkel
js-site-copied = Kopiert
js-site-copy-by-hand = Von Hand kopieren
js-site-copy-refused = Dieser Browser lässt die Seite nicht kopieren. Markieren Sie den Text und kopieren Sie ihn.
js-site-close = Schließen
