use assay_content::Expect;

use super::*;

fn variant(name: &str) -> Variant {
    let expect = Expect { verdict: Verdict::Accepted, tests: vec![], phrase: None, passes: vec![] };
    Variant { name: name.into(), about: "Right.".into(), files: vec![], expect }
}

fn mutant<'a>(solution: &'a Variant, operator: &str, ordinal: u32) -> Mutant<'a> {
    let made = Mutation {
        operator: operator.into(),
        concurrency: operator.starts_with("drop-"),
        file: "a.go".into(),
        function: "F".into(),
        ordinal,
        line: 7,
        before: "a".into(),
        after: "b".into(),
        content: String::new(),
    };
    Mutant { id: format!("{}/a.go:F/{operator}#{ordinal}", solution.name), solution, made }
}

#[test]
fn operators_take_turns_and_so_do_solutions() {
    let (one, two) = (variant("one"), variant("two"));
    let mut all = Vec::new();
    for solution in [&one, &two] {
        for (operator, most) in [("logic", 4), ("drop-lock", 3), ("drop-close", 1), ("boundary", 4)] {
            all.extend((1..=most).map(|n| mutant(solution, operator, n)));
        }
    }
    let first = order(&all, 1);
    assert_eq!(first, order(&all, 1));
    assert_ne!(first, order(&all, 2));
    assert_eq!(first.iter().copied().collect::<BTreeSet<_>>(), (0..all.len()).collect());

    let operators = |range: std::ops::Range<usize>| -> Vec<&str> {
        first[range].iter().map(|i| all[*i].made.operator.as_str()).collect()
    };
    assert!(operators(0..2).iter().all(|o| o.starts_with("drop-")), "{:?}", operators(0..4));
    let turn: BTreeSet<&str> = operators(0..4).into_iter().collect();
    assert_eq!(turn.len(), 4, "each operator has a turn before one has two: {:?}", operators(0..8));
    for half in [&first[..8], &first[..16]] {
        let of_one = half.iter().filter(|i| all[**i].solution.name == "one").count();
        assert_eq!(of_one, half.len() / 2);
    }
}

#[test]
fn the_order_of_the_others_does_not_hang_on_a_mutant_that_goes() {
    let one = variant("one");
    let all: Vec<Mutant<'_>> = (1..=9).map(|n| mutant(&one, "logic", n)).collect();
    let ids =
        |all: &[Mutant<'_>]| -> Vec<String> { order(all, 1).iter().map(|i| all[*i].id.clone()).collect() };
    let mut without = ids(&all);
    without.retain(|id| *id != all[4].id);
    let fewer: Vec<Mutant<'_>> = all.iter().filter(|m| m.id != all[4].id).cloned().collect();
    assert_eq!(ids(&fewer), without);
}

#[track_caller]
fn fate(killed: u32, accepted: u32, listed: bool) -> Fate {
    let one = variant("one");
    let mutant = mutant(&one, "drop-lock", 1);
    let verdicts = [Verdict::DataRace].repeat(killed as usize).into_iter();
    let all = verdicts.chain([Verdict::Accepted].repeat(accepted as usize)).collect();
    let entry = Equivalent { id: mutant.id.clone(), reason: "No reader.".into() };
    let graded = outcome(&mutant, all, if listed { std::slice::from_ref(&entry) } else { &[] });
    assert_eq!((graded.gradings, graded.kills), (killed + accepted, killed));
    graded.fate
}

#[test]
fn a_mutant_is_killed_by_ninety_nine_gradings_of_a_hundred() {
    assert_eq!(fate(1, 0, false), Fate::Killed);
    assert_eq!(fate(99, 1, false), Fate::Killed);
    assert_eq!(fate(98, 2, false), Fate::Alive);
    assert_eq!(fate(4, 1, false), Fate::Alive);
    assert_eq!(fate(0, 1, true), Fate::Equivalent);
}

#[test]
fn what_is_listed_must_be_there_and_must_live() {
    let one = variant("one");
    let mutant = mutant(&one, "drop-lock", 1);
    let entry = |id: &str| Equivalent { id: id.into(), reason: "No reader.".into() };
    let entries = [entry(&mutant.id), entry("one/a.go:F/drop-lock#2")];
    let ids = BTreeSet::from([mutant.id.clone()]);
    let lives = outcome(&mutant, vec![Verdict::Accepted; 2], &entries);
    let said = findings(&entries, &ids, std::slice::from_ref(&lives));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("no mutant is called `one/a.go:F/drop-lock#2`"), "{said:?}");
    let dies = outcome(&mutant, vec![Verdict::Accepted, Verdict::Failed], &entries[..1]);
    let said = findings(&entries[..1], &ids, std::slice::from_ref(&dies));
    assert!(said.len() == 1 && said[0].contains("killed in 1 of 2 gradings"), "{said:?}");
    let mutated = |mutants, findings| Mutated { slug: "a".into(), made: 1, uncompiled: 0, mutants, findings };
    assert!(mutated(vec![lives.clone()], vec![]).holds());
    assert!(!mutated(vec![lives.clone()], said).holds());
    assert!(!mutated(vec![GradedMutant { fate: Fate::Alive, ..lives }], vec![]).holds());
}
