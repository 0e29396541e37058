//! Questions and interviews: what is refused, in which words, and what a sound folder becomes.

mod fixture;

use std::fmt::Write;
use std::path::Path;

use assay_content::{Entry, Folder, Library, Minutes, PlanRequest, Strength, plan};
use fixture::library::{INTERVIEW, LONG, QUESTION, library, shelves};
use fixture::{MANIFEST, set, with};
use proptest::prelude::*;

type Edit = fn(&mut Folder);

fn question(f: &mut Folder, from: &str, to: &str) {
    set(f, "written/sums/question.toml", with(QUESTION, from, to));
}

fn long(f: &mut Folder, from: &str, to: &str) {
    set(f, "written/series/question.toml", with(LONG, from, to));
}

fn interview(f: &mut Folder, from: &str, to: &str) {
    set(f, "interviews/maths/interview.toml", with(INTERVIEW, from, to));
}

/// Name of the case and what it does to a sound library.
const CASES: &[(&str, Edit)] = &[
    ("totals: minutes", |f| interview(f, "minutes = 20", "minutes = 21")),
    ("totals: points", |f| interview(f, "points = 10", "points = 12")),
    ("pass above the points", |f| interview(f, "pass = 7", "pass = 11")),
    ("overlapping bands", |f| interview(f, "to = 2", "to = 3")),
    ("band inside another", |f| {
        let t = with(INTERVIEW, "from = 3\nto = 4", "from = 1\nto = 2");
        set(f, "interviews/maths/interview.toml", with(&t, "from = 0\nto = 2", "from = 0\nto = 4"));
    }),
    ("hole between bands", |f| interview(f, "to = 2", "to = 1")),
    ("hole below", |f| interview(f, "from = 0\nto = 2", "from = 1\nto = 2")),
    ("hole above", |f| interview(f, "to = 4", "to = 3")),
    ("band above the part", |f| interview(f, "to = 4", "to = 9")),
    ("band upside down", |f| interview(f, "from = 3", "from = 5")),
    ("bands without points, points without bands", |f| {
        let t = with(INTERVIEW, "points = 6", "points = 0");
        let t = with(&t, "points = 10", "points = 14");
        set(
            f,
            "interviews/maths/interview.toml",
            with(&t, "minutes = 2\npoints = 0", "minutes = 2\npoints = 10"),
        );
    }),
    ("minimum above the part", |f| interview(f, "minimum = 2", "minimum = 5")),
    ("minimum of an optional part", |f| interview(f, "optional = true", "optional = true\nminimum = 3")),
    ("part that fits none of its questions", |f| question(f, "minutes = [3, 5]", "minutes = [9, 9]")),
    ("missing question", |f| interview(f, "\"sums\"", "\"sum\"")),
    ("missing block", |f| interview(f, "series/second", "series/third")),
    ("missing exercise", |f| question(f, "[\"adder\"]", "[\n  \"adder\",\n  \"subtracter\",\n]")),
    ("exercise that its question does not name", |f| question(f, "[\"adder\"]", "[]")),
    ("exercise of a question and a part that there are not", |f| {
        let m = with(MANIFEST, "\"Q2\"", "\"Q7 follow-up\"");
        set(f, "coding/adder/exercise.toml", with(&m, "Advanced Go mastery", "Letters"));
    }),
    ("question of no part", |f| question(f, "part = \"Numbers\"", "part = \"Letters\"")),
    ("question that nobody asks", |f| interview(f, "[\"sums\"]", "[\"series\"]")),
    ("asked twice", |f| interview(f, "[\"sums\"]", "[\"sums\", \"series/first\"]")),
    ("two parts of one name", |f| interview(f, "\"Discussion\"", "\"Series\"")),
    ("number taken", |f| long(f, "\"Q3\"", "\"Q2\"")),
    ("unknown keys of a question", |f| {
        let t = with(QUESTION, "topics", "topcis");
        let t = with(&t, "listen = \"The same.\"", "hears = \"The same.\"");
        set(f, "written/sums/question.toml", with(&t, "until", "since"));
    }),
    ("unknown keys of an interview", |f| {
        let t = with(INTERVIEW, "aim = \"Can add.\"", "goal = \"Can add.\"");
        let t = with(&t, "means = \"Guesses.\"", "mean = \"Guesses.\"");
        set(f, "interviews/maths/interview.toml", with(&t, "checklist", "check"));
    }),
    ("unknown files", |f| {
        set(f, "written/sums/notes.txt", "x");
        set(f, "written/README.md", "x");
        set(f, "interviews/maths/extra/x.md", "x");
        f.insert("written/link", Entry::Other("a symbolic link"));
    }),
    ("files missing", |f| {
        f.remove("written/sums/prompt.md");
        f.remove("interviews/maths/interview.toml");
    }),
    ("a question of nothing", |f| set(f, "written/sums/question.toml", "minutes = 5\n")),
    ("an interview of nothing", |f| set(f, "interviews/maths/interview.toml", "optional = 1\n")),
    ("wrong kinds of values", |f| {
        let t = with(QUESTION, "minutes = [3, 5]", "minutes = [5, 3]");
        let t = with(&t, "\"Q2\"", "\"2\"");
        let t = with(&t, "\"weak\"", "\"poor\"");
        let t = with(&t, "\"commutes\"", "\"It commutes\"");
        set(f, "written/sums/question.toml", with(&t, "[[guided]]", "[guided]"));
        interview(f, "optional = true", "optional = \"yes\"");
    }),
    ("blocks", |f| {
        let t = with(LONG, "exercises = []", "exercises = []\nminutes = [3, 4]");
        let t = with(&t, "id = \"second\"", "id = \"first\"");
        set(f, "written/series/question.toml", with(&t, "block = \"first\"", "block = \"third\""));
        question(f, "id = \"commutes\"", "id = \"commutes\"\nblock = \"first\"");
    }),
    ("a block's exercise that is not the question's", |f| {
        long(f, "minutes = [4, 6]", "minutes = [4, 6]\nexercises = [\"adder\"]");
    }),
    ("a point of no block, a block that nobody asks", |f| {
        long(f, "block = \"first\"\n", "");
        interview(f, "alternatives = [\"series/second\"]\n", "");
    }),
    ("one fault, one message", |f| set(f, "written/sums/question.toml", "title = \n")),
    ("slug", |f| {
        let entry = f.remove("written/sums").unwrap();
        f.insert("written/Sums", entry);
    }),
];

#[test]
fn every_refusal_names_its_place() {
    assert_eq!(library(&shelves()).1, "");
    let mut seen = String::new();
    for (case, edit) in CASES {
        let mut folder = shelves();
        edit(&mut folder);
        let (library, errors) = library(&folder);
        assert_ne!(errors, "", "{case}");
        assert!(
            library.questions().len() < 2
                || library.interviews().len() == 0
                || case.starts_with("exercise")
                || *case == "unknown files",
            "{case} leaves all standing"
        );
        writeln!(seen, "== {case}\n{errors}").unwrap();
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn a_sound_library_is_what_its_files_say() {
    let (library, _) = library(&shelves());
    let q = library.question(&"sums".parse().unwrap()).unwrap();
    assert_eq!((q.label.as_str(), q.minutes), ("Q2", Minutes { least: 3, most: 5 }));
    assert_eq!((q.points.len(), q.points[0].id.as_str()), (1, "commutes"));
    assert_eq!((q.follow_ups[0].after, q.guided[0].listen.as_str()), (Strength::Weak, "2."));
    assert_eq!((q.wrong[0].until.as_deref(), q.prompt.as_str()), (Some("Go 1.0"), "Add.\n"));
    let long = library.question(&"series".parse().unwrap()).unwrap();
    assert_eq!(long.minutes, Minutes { least: 6, most: 15 });
    assert_eq!(long.points[0].block.as_deref(), Some("first"));
    let i = library.interview(&"maths".parse().unwrap()).unwrap();
    assert_eq!((i.minutes, i.points, i.pass), (20, 10, 7));
    let bands: Vec<_> = i.parts[0].bands.iter().map(|b| (b.name.as_str(), b.from, b.to)).collect();
    assert_eq!(bands, [("strong", 3, 4), ("weak", 0, 2)]);
    assert_eq!(i.parts[1].alternatives[0].to_string(), "series/second");
    let adder = "adder".parse().unwrap();
    assert_eq!(library.proven_by(&adder).map(|q| q.label.as_str()).collect::<Vec<_>>(), ["Q2"]);
}

#[test]
fn a_library_may_be_exercises_alone() {
    let mut only = shelves();
    only.remove("written");
    only.remove("interviews");
    let (library, errors) = library(&only);
    assert_eq!((library.exercises.len(), library.questions().len(), errors.as_str()), (1, 0, ""));
}

#[test]
fn what_the_binary_carries_is_sound_and_what_lies_in_the_source() {
    let (embedded, errors) = Library::sound_embedded();
    assert!(errors.is_empty(), "{errors:#?}");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../exercises");
    let (disk, errors) = Library::sound_from_dir(&source);
    assert!(errors.is_empty(), "{errors:#?}");
    let key = |l: &Library| {
        let questions = l.questions().map(|q| (q.slug.clone(), q.version.clone()));
        questions.chain(l.interviews().map(|i| (i.slug.clone(), i.version.clone()))).collect::<Vec<_>>()
    };
    assert_eq!(key(&embedded), key(&disk));
    let labels: Vec<_> = embedded.questions().map(|q| q.label.as_str()).collect();
    assert_eq!(
        labels,
        ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9", "A1", "A2", "A3", "A4", "A5", "A6"]
    );
    let booking = embedded.question(&"ticket-booking".parse().unwrap()).unwrap();
    assert_eq!(booking.guided.len(), 26);
}

proptest! {
    #[test]
    fn spoiled_formats_never_panic(at in 0..INTERVIEW.len(), cut in 0usize..40, put in "[\\[\\]=\"'a-z0-9.\n{}_é-]{0,12}") {
        let mut f = shelves();
        for (path, text) in [
            ("written/sums/question.toml", QUESTION),
            ("written/series/question.toml", LONG),
            ("interviews/maths/interview.toml", INTERVIEW),
            ("coding/adder/exercise.toml", MANIFEST),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            let at = at % bytes.len();
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, put.bytes());
            set(&mut f, path, bytes);
        }
        let (sound, _) = library(&f);
        for interview in sound.interviews() {
            let request = PlanRequest { minutes: Some(at as u32), focus: vec![] };
            if let Ok(plan) = plan(interview, &sound, &request) {
                prop_assert!(plan.parts.iter().map(|p| p.minutes).sum::<u32>() <= at as u32);
            }
        }
    }
}
