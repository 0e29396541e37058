//! What the frame around every page needs. Templates call these by name.

pub(crate) use super::assets::url as asset;
pub(crate) use super::sentence::Piece;
pub(crate) use crate::language::{Language, for_scripts, say};

/// A nonce for the style elements that the editor makes: 128 bits, new for every answer.
pub(crate) fn nonce() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
