use super::shown::Shown;
use super::source::Place;
use crate::language::{Message, say};

/// A sentence as it is drawn. In one of the grader what stands between backticks is code, and its words may quote a candidate's names, so
/// each piece is [`Shown`]. One of ours is a message: its places that are more than a number stay open until they are filled here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sentence(Vec<Piece>);

/// A run of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Words(Shown),
    Code(Shown),
    At(Place),
    /// A place of the message, by its name, that nothing fills yet.
    Open(String),
}

impl Sentence {
    /// The pieces in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Fills a place with words.
    pub(crate) fn text(self, place: &str, text: &str) -> Sentence {
        self.fill(place, &[Piece::Words(text.into())])
    }

    /// Fills a place with code.
    pub(crate) fn code(self, place: &str, text: &Shown) -> Sentence {
        self.fill(place, &[Piece::Code(text.clone())])
    }

    /// Fills a place with one in a file.
    pub(crate) fn at(self, place: &str, at: &Place) -> Sentence {
        self.fill(place, &[Piece::At(at.clone())])
    }

    /// Fills a place with another sentence.
    pub(crate) fn saying(self, place: &str, sentence: &Sentence) -> Sentence {
        self.fill(place, &sentence.0)
    }

    /// Fills a place with code: `a, b and c`.
    pub(crate) fn all_of(self, place: &str, texts: &[Shown]) -> Sentence {
        self.fill(place, &listed(texts, ", ", &format!(" {} ", say("list-and"))))
    }

    /// Fills a place with code: `a or b or c`.
    pub(crate) fn any_of(self, place: &str, texts: &[Shown]) -> Sentence {
        let or = format!(" {} ", say("list-or"));
        self.fill(place, &listed(texts, &or, &or))
    }

    fn fill(self, place: &str, with: &[Piece]) -> Sentence {
        let filled = self.0.into_iter().flat_map(|piece| match piece {
            Piece::Open(name) if name == place => with.to_vec(),
            piece => vec![piece],
        });
        Sentence(filled.collect())
    }
}

fn listed(texts: &[Shown], between: &str, last: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        match i {
            0 => {}
            _ if i + 1 == texts.len() => out.push(Piece::Words(last.into())),
            _ => out.push(Piece::Words(between.into())),
        }
        out.push(Piece::Code(text.clone()));
    }
    out
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Sentence {
        let parts: Vec<&str> = text.split('`').collect();
        // Backticks that do not pair are just signs.
        if parts.len().is_multiple_of(2) {
            return Sentence(vec![Piece::Words(text.into())]);
        }
        let piece = |(i, part): (usize, &&str)| {
            if i % 2 == 1 { Piece::Code((*part).into()) } else { Piece::Words((*part).into()) }
        };
        let parts = parts.iter().enumerate().filter(|(_, part)| !part.is_empty());
        Sentence(parts.map(piece).collect())
    }
}

impl Message<'_> {
    /// The message as a sentence. What [`Message::with`] has filled is words of ours; names and code of candidates are filled in after.
    pub(crate) fn sentence(self) -> Sentence {
        let text = self.to_string();
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("{$")
            && let Some((name, after)) = after.split_once('}')
        {
            pieces.extend([Piece::Words(before.into()), Piece::Open(name.to_owned())]);
            rest = after;
        }
        pieces.push(Piece::Words(rest.into()));
        pieces.retain(|piece| !matches!(piece, Piece::Words(text) if text.as_str().is_empty()));
        Sentence(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    /// Code in backticks, places in brackets.
    fn text(sentence: &Sentence) -> String {
        let piece = |p: &Piece| match p {
            Piece::Words(text) => text.to_string(),
            Piece::Code(text) => format!("`{text}`"),
            Piece::At(at) => format!("[{}:{}]", at.file, at.line),
            Piece::Open(name) => format!("{{${name}}}"),
        };
        sentence.pieces().iter().map(piece).collect()
    }

    #[test]
    fn pairs_of_backticks_are_code_and_single_ones_are_not() {
        let code =
            |s: &str| Sentence::from(s).pieces().iter().filter(|p| matches!(p, Piece::Code(_))).count();
        for (sentence, pieces) in [("`a` waits", 1), ("odd ` one", 0), ("", 0), ("`a` and `b`", 2)] {
            assert_eq!(text(&sentence.into()), sentence);
            assert_eq!(code(sentence), pieces, "{sentence}");
        }
    }

    #[test]
    fn a_message_is_filled_place_by_place_and_what_fills_it_is_left_alone() {
        let at = Place { file: "pool.go".into(), line: 9, href: None };
        let made =
            |function: &str| say("race-made").sentence().code("function", &function.into()).at("at", &at);
        let english = "This goroutine was made at [pool.go:9] in `{$at}`.";
        assert_eq!(text(&made("{$at}")), english);
        let german = Language::German.during(|| text(&made("pool.New")));
        assert!(german.contains("[pool.go:9]") && german.contains("`pool.New`"), "{german}");
        let names = ["a", "b", "c"].map(Shown::new);
        let shared = |names: &[Shown]| text(&say("race-shared").sentence().all_of("names", names));
        assert_eq!(shared(&names), "Both lines name `a`, `b` and `c`.");
        assert_eq!(shared(&names[..1]), "Both lines name `a`.");
    }
}
