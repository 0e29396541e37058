//! Whether two builds of a package describe its types alike.
//!
//! An importer has sizes, places of fields and sets of methods compiled in. They follow from declarations, and the descriptions that the
//! compiler wrote for the running program say them once more: compared, they hold it to what the declarations are believed to say.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::hash::{named, short, trimmed};
use super::{BUILTIN, Block, HASH, HASHED, HASHED64, IN_RELOC, MOST, NONE, OWN, Object, Ref};

/// The byte of a relocation and the bit there that make it weak.
const WEAK: (usize, u8) = (6, 0x80);

/// A hash of the description of each type that a package itself defines, by its symbol. Symbols of the package count by name: that they
/// have a body or not, and which number, is no part of a type.
pub(super) fn described(object: &Object<'_>) -> Option<HashMap<String, [u8; 32]>> {
    let mut left = MOST;
    let mut all = HashMap::new();
    for (n, symbol) in object.symbols(Block::SymDef).enumerate() {
        let symbol = symbol?;
        if !symbol.name.starts_with("type:") {
            continue;
        }
        let place = object.place(Block::SymDef, n);
        let mut sum = Sha256::new();
        let mut take = |bytes: &[u8]| {
            left = left.checked_sub(bytes.len() + 8)?;
            sum.update((bytes.len() as u64).to_le_bytes());
            sum.update(bytes);
            Some(())
        };
        take(&symbol.size.to_le_bytes())?;
        take(trimmed(object.data(place)?))?;
        for at in object.relocations(place)? {
            let written = object.bytes.get(at..at + IN_RELOC)?;
            // A weak one is of no effect but to find a type sooner: that of pointers to this one, where a body has such.
            if written[WEAK.0] & WEAK.1 != 0 {
                continue;
            }
            take(written)?;
            target(object, object.reference(at + IN_RELOC)?, &mut take)?;
        }
        all.insert(symbol.name.to_owned(), sum.finalize().into());
    }
    Some(all)
}

/// What a relocation refers to, as two builds say it alike.
fn target(object: &Object<'_>, to: Ref, take: &mut dyn FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let number = to.number as usize;
    match to.package {
        OWN => take(object.symbol(Block::SymDef, number)?.name.as_bytes()),
        NONE => take(named(object, number)?.name.as_bytes()),
        HASHED64 => take(&short(object, number)?),
        HASHED => {
            // Its own hash may cover numbers of the package; what a type has of these goes by a name that says all.
            let name = object.symbol(Block::HashedDef, number)?.name;
            let hash = object.entry(Block::Hash, number)?;
            if name.is_empty() { take(object.bytes.get(hash..hash + HASH)?) } else { take(name.as_bytes()) }
        }
        0 => take(b"nothing"),
        package => {
            let name = if package == BUILTIN { "a builtin" } else { object.package_name(package)? };
            take(name.as_bytes())?;
            take(&to.number.to_le_bytes())
        }
    }
}
