use std::fmt;

/// Text from a candidate or from a program of theirs, made fit to be read: what would move the cursor, change colour,
/// hide or turn text around is written out as a visible sign. HTML is the template's business: it escapes what this
/// displays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown(String);

impl Shown {
    /// The visible form of `text`. Line ends and tabs stay.
    pub(crate) fn new(text: &str) -> Shown {
        let mut out = String::with_capacity(text.len());
        for c in text.replace("\r\n", "\n").chars() {
            match c {
                '\n' | '\t' => out.push(c),
                // Unicode has a picture for each control of ASCII, 0x2400 above it.
                '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + u32::from(c))),
                '\x7f' => out.push('␡'),
                _ if is_hidden(c) => out.extend(format!("⟨U+{:04X}⟩", u32::from(c)).chars()),
                _ => out.push(c),
            }
        }
        Shown(out)
    }

    /// Puts another text after it.
    pub(crate) fn extend(&mut self, other: &Shown) {
        self.0.push_str(&other.0);
    }

    /// Whether there is anything to see.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Shown {
        Shown::new(text)
    }
}

/// C1 controls, everything that turns writing around (Unicode's Bidi_Control), what has no width, line separators that
/// are no line ends to Go, and tag characters.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(Shown::new(text).as_str(), expect);
    }

    #[test]
    fn plain_text_stays() {
        check("got 7,\n\twant 10 – größer 世界 🎉\r\n", "got 7,\n\twant 10 – größer 世界 🎉\n");
    }

    #[test]
    fn terminal_controls_are_seen() {
        check("\x1b[31mred\x1b[0m", "␛[31mred␛[0m");
        check("\x1b]8;;http://x\x07link\x08", "␛]8;;http://x␇link␈");
        check("a\rb\0\x7f\u{9b}2J", "a␍b␀␡⟨U+009B⟩2J");
    }

    #[test]
    fn what_turns_or_hides_text_is_seen() {
        check("if admin \u{202e}\u{2066}// check\u{2069}", "if admin ⟨U+202E⟩⟨U+2066⟩// check⟨U+2069⟩");
        check("a\u{200b}b\u{feff}c\u{ad}\u{2028}", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩⟨U+2028⟩");
    }
}
