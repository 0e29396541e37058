//! What a sound folder becomes, in memory, on disk and inside the binary.

mod fixture;

use std::fs;
use std::path::Path;
use std::time::Duration;

use assay_content::{Catalogue, Entry, Folder, Kind, Phenomenon, load};
use assay_core::{PassName, Verdict};
use fixture::{EXHIBIT, MANIFEST, adder, exhibit, set, with};
use proptest::prelude::*;

fn tree(exercises: &[(&str, Folder)]) -> Folder {
    let mut all = Folder::new();
    for (slug, folder) in exercises {
        all.insert(slug, Entry::Folder(folder.clone()));
    }
    all
}

fn write(dir: &Path, folder: &Folder) {
    for (path, bytes) in folder.files() {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_sound_folder_becomes_an_exercise() {
    let e = load(Path::new("adder"), "adder", &adder()).unwrap();
    assert_eq!((e.kind, e.package.as_str(), e.minutes), (Kind::Implement, "adder", 10));
    assert_eq!((e.limits.wall, e.limits.step), (Duration::from_millis(2500), Duration::from_secs(5)));
    assert_eq!((e.limits.idle, e.limits.memory), (Duration::from_secs(1), 64 << 20));
    assert_eq!((e.repetitions.plain, e.repetitions.race), (2, 5));
    assert_eq!(e.hints, ["Add.\n", "Use `+`.\n"]);
    assert_eq!(e.visible[0].tests, ["TestAdd"]);
    assert_eq!(e.hidden[0].tests, ["TestBig", "TestSmall"]);
    assert_eq!(e.start_expect.passes, [(PassName::Plain, Verdict::Failed)]);
    assert_eq!(e.solutions.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["loop", "plus"]);
    assert_eq!(e.wrong[0].expect.tests, ["TestAdd", "TestBig"]);
    assert_eq!(e.wrong[0].files.len(), 1);

    let e = load(Path::new("stuck"), "stuck", &exhibit()).unwrap();
    assert_eq!(e.phenomenon, Some(Phenomenon::SelectDeadlock { selects: 2 }));
    let mut race = exhibit();
    let to = "phenomenon = \"silent-race\"\nline = \"answer 42\"\nruns = 100\nrace_runs = 20";
    set(&mut race, "exercise.toml", with(EXHIBIT, "phenomenon = \"select-deadlock\"\nselects = 2", to));
    let e = load(Path::new("race"), "race", &race).unwrap();
    let want = Phenomenon::SilentRace { line: "answer 42".into(), runs: 100, race_runs: 20 };
    assert_eq!(e.phenomenon, Some(want));
}

#[test]
fn the_version_follows_every_byte_and_name() {
    let version = |f: &Folder| load(Path::new("adder"), "adder", f).unwrap().version;
    let base = version(&adder());
    assert_eq!(base.len(), 16);
    assert_eq!(base, version(&adder()));
    let mut text = adder();
    set(&mut text, "hints/2.md", "Use `+`!\n");
    let mut name = adder();
    let bytes = name.remove("start/adder.go").unwrap();
    name.insert("start/sum.go", bytes);
    assert_ne!(version(&text), base);
    assert_ne!(version(&name), base);
    assert_ne!(version(&name), version(&text));
}

#[test]
fn equivalent_mutants_are_listed_and_make_no_other_version() {
    let mut folder = adder();
    let base = load(Path::new("adder"), "adder", &folder).unwrap();
    let text = "[[mutant]]\nid = \"plus/adder.go:Add/logic#1\"\nreason = \"Adds as well.\"\n";
    set(&mut folder, "equivalent.toml", text);
    let listed = load(Path::new("adder"), "adder", &folder).unwrap();
    assert_eq!((base.equivalent.len(), listed.equivalent.len()), (0, 1));
    assert_eq!(listed.equivalent[0].reason, "Adds as well.");
    assert_eq!(base.version, listed.version);
}

#[test]
fn reading_order_is_part_question_name() {
    let of = |part: &str, question: &str| {
        let mut f = adder();
        let m = with(MANIFEST, "Advanced Go mastery", part);
        set(&mut f, "exercise.toml", with(&m, "Q2", question));
        f
    };
    let all = tree(&[
        ("a", of("System design challenge", "Q9")),
        ("b", of("Advanced Go mastery", "Q10")),
        ("c", of("Advanced Go mastery", "Q2 follow-up")),
        ("d", of("Advanced Go mastery", "Q2")),
        ("e", of("Advanced Go mastery", "alternative")),
        ("f", of("Advanced Go mastery", "Q2")),
    ]);
    let (catalogue, errors) = Catalogue::sound(Path::new("x"), &all);
    assert_eq!(errors, []);
    let order: Vec<_> = catalogue.iter().map(|e| e.slug.as_str()).collect();
    assert_eq!(order, ["d", "f", "c", "b", "e", "a"]);
    assert_eq!(catalogue.parts()["Advanced Go mastery"].len(), 5);
    assert!(catalogue.get(&"d".parse().unwrap()).is_some() && catalogue.get(&"z".parse().unwrap()).is_none());
}

#[test]
fn a_broken_exercise_does_not_keep_the_others_away() {
    let mut broken = adder();
    broken.remove("prompt.md");
    let mut all = tree(&[("good", adder()), ("broken", broken)]);
    set(&mut all, "README.md", "x");
    let (catalogue, errors) = Catalogue::sound(Path::new("x"), &all);
    assert_eq!(catalogue.iter().map(|e| e.slug.as_str()).collect::<Vec<_>>(), ["good"]);
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "x/broken/prompt.md: is missing; it says what the candidate is asked",
            "x/README.md: does not belong here; each exercise is a folder",
        ]
    );
}

#[test]
fn a_folder_on_disk_loads_with_or_without_coding() {
    let (direct, nested) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let all = tree(&[("adder", adder()), ("stuck", exhibit())]);
    write(direct.path(), &all);
    write(&nested.path().join("coding"), &all);
    let a = Catalogue::from_dir(direct.path()).unwrap();
    let b = Catalogue::from_dir(nested.path()).unwrap();
    assert_eq!(a.len(), 2);
    assert!(a.iter().eq(b.iter()));
    let in_memory = load(Path::new("adder"), "adder", &adder()).unwrap();
    assert_eq!(**a.get(&"adder".parse().unwrap()).unwrap(), in_memory);

    let message = |dir: &Path| Catalogue::from_dir(dir).unwrap_err()[0].message.clone();
    assert_eq!(message(&direct.path().join("adder")), "is one exercise; give the folder that holds it");
    assert!(message(&direct.path().join("none")).starts_with("cannot read this folder"));
    assert_eq!(message(tempfile::tempdir().unwrap().path()), "holds no exercise");
}

#[test]
fn links_on_disk_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &tree(&[("adder", adder())]));
    std::os::unix::fs::symlink("/", dir.path().join("adder/start/root")).unwrap();
    std::os::unix::fs::symlink("adder", dir.path().join("other")).unwrap();
    let errors = Catalogue::from_dir(dir.path()).unwrap_err();
    let seen: Vec<_> =
        errors.iter().map(|e| (e.path.file_name().unwrap().to_str().unwrap(), &*e.message)).collect();
    assert_eq!(
        seen,
        [
            ("root", "is a symbolic link; put the file itself here"),
            ("other", "is a symbolic link; put the folder itself here"),
        ]
    );
}

#[test]
fn every_embedded_exercise_loads_and_is_what_lies_in_the_source() {
    let embedded = Catalogue::embedded().unwrap_or_else(|errors| {
        panic!("{}", errors.iter().fold(String::new(), |all, e| format!("{all}\n{e}")));
    });
    // From disk too, because links are invisible once embedded.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../exercises");
    let disk = Catalogue::from_dir(&source).unwrap();
    let key = |c: &Catalogue| c.iter().map(|e| (e.slug.clone(), e.version.clone())).collect::<Vec<_>>();
    assert_eq!(key(&embedded), key(&disk));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut f = adder();
        set(&mut f, "exercise.toml", bytes.clone());
        set(&mut f, "wrong/minus/expect.toml", bytes.clone());
        set(&mut f, "start/adder.go", bytes.clone());
        set(&mut f, "hidden/big_test.go", bytes);
        prop_assert!(load(Path::new("adder"), "adder", &f).is_err());
    }

    #[test]
    fn spoiled_toml_never_panics(at in 0..MANIFEST.len(), cut in 0usize..40, put in "[\\[\\]=\"'a-z0-9.\n{}_é-]{0,12}") {
        let mut bytes = MANIFEST.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        let mut f = adder();
        set(&mut f, "exercise.toml", bytes);
        if let Err(errors) = load(Path::new("adder"), "adder", &f) {
            let lines = MANIFEST.lines().count() as u32 + 14;
            prop_assert!(!errors.is_empty());
            prop_assert!(errors.iter().all(|e| e.line.is_none_or(|l| l >= 1 && l <= lines)), "{errors:?}");
        }
    }
}
