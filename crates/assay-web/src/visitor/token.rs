use std::sync::Arc;

use ring::hmac;
use uuid::Uuid;

use super::code::Code;

/// Signs visitors' tokens, and knows its own signature. Every server of a fleet has the same key.
#[derive(Clone)]
pub(crate) struct Signer(Arc<hmac::Key>);

impl Signer {
    pub(crate) fn new(key: &[u8]) -> Signer {
        Signer(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// `<id>.<signature>`, fit for a cookie and a header.
    pub(super) fn token(&self, id: Uuid) -> String {
        format!("{id}.{}", hex::encode(hmac::sign(&self.0, &words("visitor", id.as_bytes()))))
    }

    /// The visitor of a token of ours.
    pub(super) fn read(&self, token: &str) -> Option<Uuid> {
        let (id, signature) = token.split_once('.')?;
        let id: Uuid = id.parse().ok()?;
        let signature = hex::decode(signature).ok()?;
        hmac::verify(&self.0, &words("visitor", id.as_bytes()), &signature).ok()?;
        Some(id)
    }

    /// All that is kept of a code: without the key, codes cannot be tried against it.
    pub(crate) fn hash(&self, code: &Code) -> String {
        hex::encode(hmac::sign(&self.0, &words("code", code.as_bytes())))
    }
}

/// What is signed: what for, and then what.
fn words(purpose: &str, what: &[u8]) -> Vec<u8> {
    [b"assay ", purpose.as_bytes(), b" ", what].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_with_the_key_is_read() {
        let (ours, theirs) = (Signer::new(&[1; 32]), Signer::new(&[2; 32]));
        let (id, other) = (Uuid::new_v4(), Uuid::new_v4());
        let token = ours.token(id);
        assert_eq!(ours.read(&token), Some(id));
        let (_, signature) = token.split_once('.').unwrap();
        for wrong in [
            id.to_string(),
            format!("{id}."),
            format!("{other}.{signature}"),
            theirs.token(id),
            token[..token.len() - 2].to_owned(),
            format!("{token}00"),
            format!(" {token}"),
            String::new(),
        ] {
            assert_eq!(ours.read(&wrong), None, "{wrong}");
        }
    }
}
