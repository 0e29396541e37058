# Belege, wie sie gezeichnet werden, und dasselbe als Text (`twin-`).

evidence-not-allowed = Nicht erlaubt
evidence-compile-errors = Compilerfehler
evidence-messages =
    { $n ->
        [one] { $title }: { $n } Meldung
       *[other] { $title }: { $n } Meldungen
    }
evidence-failed-test = Fehlgeschlagener Test
evidence-race = Data Race
evidence-deadlock-all = Deadlock aller Goroutinen
evidence-deadlock-some = Deadlock einiger Goroutinen
evidence-leak = Zurückgelassen
evidence-panic = Panic
evidence-limit = Grenze überschritten
evidence-tampered = Die Aufzeichnung geht nicht auf
evidence-proven = Nachgewiesen
evidence-not-shown = Nicht gezeigt
evidence-over-budget = Über dem Budget
evidence-flaky = Läufe, die sich widersprechen
evidence-flaky-says = Im Durchgang { $pass } bestand er { $passed } von { $runs } Läufen; die anderen endeten mit { $other }. Seed { $seed } zeigt es.
evidence-in = in
evidence-at = bei { $at }
evidence-of = { $n } von { $all }
evidence-copy-as-text = Als Text kopieren
evidence-as-text = Als Text
evidence-titled-as-text = { $title } als Text
evidence-runtime-words = Die Runtime im Wortlaut
evidence-raw = Rohausgabe
evidence-not-known = nicht bekannt
evidence-stack-innermost = Stack, innerster Aufruf zuerst
evidence-panic-message = Meldung der Panic
evidence-limit-says = { $limit }: { $measured }. Erlaubt: { $allowed }.
evidence-limit-rows = Was an der Grenze lief oder wartete:
evidence-expected-got = Erwartet { $want }, bekommen { $got }.
evidence-nothing = nichts
evidence-differs = Was kam, ist nicht, was erwartet war; abweichende Wörter sind markiert.
evidence-expected-and-got = Erwartet und bekommen
evidence-expected = Erwartet
evidence-got = Bekommen
evidence-test-said = Der Test sagte, im Durchgang { $pass }:
evidence-test-said-at = Der Test sagte, im Durchgang { $pass }, bei { $at }:
evidence-test-message = Meldung des Tests

race-shared = Beide Zeilen nennen { $names }.
race-by = durch { $who }
race-by-at = durch { $who } bei { $at }
race-in = in { $function }
race-not-yours = Diese Zeile steht nicht in Ihren Dateien; der Stack unten führt dorthin.
race-made = Diese Goroutine wurde bei { $at } in { $function } gestartet.
race-main = Die Haupt-Goroutine war von Anfang an da.
race-maker-unknown = Wer diese Goroutine gestartet hat, ist nicht bekannt.
race-unordered = nichts ordnet diese beiden
race-table = Die Zugriffe als Tabelle
race-access = Zugriff
race-access-by = { $operation } durch { $who }
race-stack = Stack
race-created = Goroutine gestartet von
race-created-by = Gestartet von
race-remark = { $operation }, Race; andere Seite { $at }

goroutine-main = Haupt-Goroutine
goroutine-one = Goroutine { $id }
goroutines-many =
    { $n ->
        [one] { $n } Goroutine
       *[other] { $n } Goroutinen
    }
goroutines-label = Goroutinen
goroutines-who = Wer
goroutines-waits-on = Wartet auf
goroutines-at = Bei
goroutines-created-at = Gestartet bei
goroutines-in-timeline = Goroutine { $goroutine } in der Zeitleiste
goroutines-for = seit { $n } min
goroutines-woken = könnte geweckt werden durch { $operation } bei { $at }: { $who }
waker-nobody = niemand ist dorthin unterwegs
waker-itself = { $id } selbst
waker-one = Goroutine { $who } ist in dieser Funktion
waker-more = Goroutine { $who } und { $n } weitere sind in dieser Funktion
goroutines-code-and-stack = { $who }: Code und Stack

graph-label = Wer auf wen wartet
graph-who = Wer wartet
graph-waits-on = wartet auf
graph-woken-by = weckbar durch
graph-on-what = Worauf
graph-nobody = niemand ist unterwegs, sie zu wecken
graph-more =
    { $n ->
        [one] { $n } weitere Zeile in der Tabelle.
       *[other] { $n } weitere Zeilen in der Tabelle.
    }
graph-thick = Dick: ein Kreis, in dem jede auf die nächste wartet. Die Tabelle sagt dasselbe.
graph-edge = { $who }: weckbar durch { $whom }
graph-themselves = sich selbst
graph-no-edge = Niemand ist unterwegs zu dem, was ein Warten beenden würde.

leak-site = { $many }, gestartet bei { $at }
leak-site-unknown = { $many }, gestartet an unbekannter Stelle
leak-blocked = blockiert
leak-on = an { $operations }
leak-would-release = { $operation } bei { $at } hätte sie freigegeben: { $who }.
leak-would-release-one = { $operation } bei { $at } hätte eine davon freigegeben: { $who }.
leak-unreachable = Nichts, was noch laufen kann, erreicht das, worauf sie wartet.
leak-unreachable-many = Nichts, was noch laufen kann, erreicht das, worauf sie warten.

budget-of-one = { $what } einer Iteration
budget-which = Wert
budget-bar = Balken
budget-measured = gemessen
budget-allowed = erlaubt

twin-in = { $title } in { $test }
twin-failed = { $head } (Durchgang { $pass })
twin-failed-at = { $head } (Durchgang { $pass }, bei { $at })
twin-expected = erwartet: { $text }
twin-got = bekommen: { $text }
twin-limit = { $limit }: { $measured }; erlaubt: { $allowed }
twin-waits-on = wartet auf { $operations }
twin-unreachable = nichts, was noch laufen kann, erreicht das, worauf sie wartet
twin-made = gestartet bei { $at } in { $function }
twin-made-by = gestartet von:
