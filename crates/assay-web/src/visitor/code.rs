use std::fmt;

use uuid::Uuid;

/// Digits and letters that nobody takes for others: Crockford's Base32, <https://www.crockford.com/base32.html>.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs of a code: 40 random bits, of which somebody may try ten.
const SIGNS: usize = 8;

/// A code that takes a visitor to another browser: to be read off one screen and typed at another.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Code([u8; SIGNS]);

impl Code {
    /// A new one.
    pub(crate) fn new() -> Code {
        // The first five bytes are random in all of their bits.
        let random = Uuid::new_v4().into_bytes();
        let bits = random[..5].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        Code(std::array::from_fn(|n| ALPHABET[(bits >> (5 * n) & 31) as usize]))
    }

    /// What somebody typed, in any case, with or without what stands between; none when it cannot be a code.
    pub(crate) fn read(typed: &str) -> Option<Code> {
        let signs = typed.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'\t' | b'\r' | b'\n'));
        let signs: Vec<u8> = signs.take(SIGNS + 1).map(alike).collect();
        let known = signs.iter().all(|sign| ALPHABET.contains(sign));
        signs.try_into().ok().filter(|_| known).map(Code)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The sign that was meant.
fn alike(typed: u8) -> u8 {
    match typed.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        sign => sign,
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, sign) in self.0.iter().enumerate() {
            write!(f, "{}{}", if n == SIGNS / 2 { "-" } else { "" }, char::from(*sign))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = Code(*b"01AB9XYZ");
        assert_eq!(code.to_string(), "01AB-9XYZ");
        for typed in ["01AB-9XYZ", "01ab9xyz", " o1ab 9xyz\n", "OLAB-9XYZ", "0iab-9xy-z"] {
            assert!(Code::read(typed) == Some(code.clone()), "{typed}");
        }
        for typed in
            ["", "01AB-9XY", "01AB-9XYZ0", "01AB-9XYU", "01AB-9XYÄ", "********", &"0".repeat(1 << 20)]
        {
            assert!(Code::read(typed).is_none(), "{}", &typed[..typed.len().min(20)]);
        }
    }

    #[test]
    fn new_codes_differ_and_can_be_read_back() {
        let (a, b) = (Code::new(), Code::new());
        assert!(a != b);
        assert!(Code::read(&a.to_string()) == Some(a));
    }
}
