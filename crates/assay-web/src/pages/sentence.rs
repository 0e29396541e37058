use super::shown::Shown;

/// A sentence of the grader: what stands between backticks in it is code. Its words may quote a candidate's names, so
/// each piece is [`Shown`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sentence(Vec<Piece>);

/// A run of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) code: bool,
    pub(crate) text: Shown,
}

impl Sentence {
    /// The pieces in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Sentence {
        let parts: Vec<&str> = text.split('`').collect();
        // Backticks that do not pair are just signs.
        if parts.len().is_multiple_of(2) {
            return Sentence(vec![Piece { code: false, text: text.into() }]);
        }
        let piece = |(i, part): (usize, &str)| Piece { code: i % 2 == 1, text: part.into() };
        Sentence(parts.into_iter().enumerate().map(piece).filter(|p| !p.text.as_str().is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Sentence;

    #[test]
    fn pairs_of_backticks_are_code_and_single_ones_are_not() {
        let pieces = |s: &str| -> Vec<(bool, String)> {
            Sentence::from(s).pieces().iter().map(|p| (p.code, p.text.to_string())).collect()
        };
        assert_eq!(pieces("`a` waits"), [(true, "a".into()), (false, " waits".into())]);
        assert_eq!(pieces("odd ` one"), [(false, "odd ` one".into())]);
        assert!(pieces("").is_empty());
    }
}
