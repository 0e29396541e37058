# Die Seite eines Laufs: sein Stand, sein Bericht, und wie man ihn noch einmal sieht.

list-and = und
list-or = oder

run-title = Lauf zu { $title }
run-heading = Lauf zu
run-handed-in = eingereicht { $created }
run-stale = Die Aufgabe hat sich seither geändert; dieser Lauf gehört zur damaligen Fassung.
run-waits = Wartet auf einen freien Grader: Platz { $place } in der Warteschlange.
run-again = Bei uns ist etwas kaputtgegangen, nicht Ihr Fehler; es läuft noch einmal. Dies ist Versuch { $attempt }.
run-report-written = Der Bericht wird gerade geschrieben.
run-reloads = Diese Seite lädt sich selbst neu, bis der Bericht da ist.
run-our-fault-detail = Nicht Ihr Fehler: Bei jedem Versuch ist auf unserer Seite etwas kaputtgegangen. Es zählt nicht, Ihre Dateien bleiben erhalten, und Sie können sie noch einmal einreichen.
run-called-back = Zurückgezogen
run-called-back-detail = Der Lauf wurde zurückgezogen, bevor es ein Urteil gab. Er zählt nicht, und Ihre Dateien bleiben erhalten.
run-full-report = Vollständiger Bericht
run-no-such = Es gibt keinen Lauf mit dieser Id. Ids sind lang: Wurde sie ganz kopiert?

done-passes = Durchgänge
done-tests = { $passed } Tests
done-did-not-run = { $pass } lief nicht: { $reason }
done-further =
    { $n ->
        [one] { $n } weiterer Beleg im vollständigen Bericht.
       *[other] { $n } weitere Belege im vollständigen Bericht.
    }
done-afterwards = Danach
first-so-far = Bisher gesehen; der Rest läuft noch, und das Urteil wägt alles ab.

matrix-tests = Tests
matrix-by-pass = Tests nach Durchgang
matrix-output = Ausgabe von { $test }, Durchgang { $pass }

vet-advice = Hinweise zum Code: Das Urteil hängt nicht davon ab.

figures-title = Budgets
figures-benchmark = Benchmark
figures-measured = Gemessen
figures-allowed = Erlaubt
figures-reference = Referenz
figures-order = in dieser Reihenfolge
figures-about = Eine Iteration, in dieser Bewertung, auf dieser Maschine; Zeit ist Prozessorzeit. Die Referenz lief abwechselnd daneben.

report-see-again = Noch einmal sehen
report-copy = Kopieren
report-same = Dieselben Dateien, Fassung { $version } der Aufgabe, Seed { $seed }, { $toolchain }.
report-costs = Wohin die Zeit ging
report-wall = Verstrichen
report-cpu = CPU
report-memory = Speicher, Spitze
report-stage = Schritt
report-time = Zeit

files-title = Dateien wie eingereicht
code-around = { $file }, um Zeile { $line }
