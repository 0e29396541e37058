use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

/// The places that a message has, by the names in its text.
fn places(language: Language, key: &str) -> BTreeSet<String> {
    let source = language.source();
    let begin = source.find(&format!("\n{key} =")).map_or(0, |at| at + 1);
    let entry = &source[begin..];
    let end = entry.find('\n').map_or(entry.len(), |first| {
        let rest = &entry[first..];
        let next = rest.match_indices('\n').find(|(at, _)| !rest[at + 1..].starts_with(' '));
        first + next.map_or(rest.len(), |(at, _)| at)
    });
    let words = entry[..end].split('$').skip(1);
    words.map(|w| w.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

/// Every `say("…")` of templates and Rust, every `phrase("…")` of scripts.
fn said() -> BTreeSet<String> {
    fn look(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "node_modules") {
                look(&path, found);
            } else if path.extension().is_some_and(|e| e == "html" || e == "rs" || e == "ts") {
                let text = fs::read_to_string(&path).unwrap();
                let word = if path.extension().is_some_and(|e| e == "ts") { "phrase(\"" } else { "say(\"" };
                let keys = text.split(word).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
                found.extend(keys.map(str::to_owned));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for folder in ["src/pages", "templates", "../../web/src"] {
        look(&root.join(folder), &mut found);
    }
    found
}

#[test]
fn every_language_has_every_message_with_the_same_places() {
    let english: BTreeSet<String> = keys(Language::English).into_iter().collect();
    for language in Language::ALL {
        let parsed = FluentResource::try_new(language.source().to_owned());
        assert!(parsed.is_ok(), "{language:?}: {:?}", parsed.err().map(|(_, errors)| errors));
        let own = keys(language);
        let unique: BTreeSet<String> = own.iter().cloned().collect();
        assert_eq!(own.len(), unique.len(), "{language:?} has a key twice");
        assert_eq!(unique, english, "{language:?}");
        for key in &english {
            assert_eq!(places(language, key), places(Language::English, key), "{language:?}: {key}");
        }
    }
}

#[test]
fn whatever_is_said_is_written_and_the_reverse() {
    let written: BTreeSet<String> = keys(Language::English).into_iter().collect();
    let said = said();
    assert_eq!(said.difference(&written).collect::<Vec<_>>(), [""; 0], "said, and not in en.ftl");
    assert_eq!(written.difference(&said).collect::<Vec<_>>(), [""; 0], "in en.ftl, and never said");
}
