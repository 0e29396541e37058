//! The content hashes by which the linker knows again what several packages define alike: `contentHash` of `cmd/internal/obj/objfile.go`.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::{BUILTIN, Block, HASH, HASHED, HASHED64, IN_AUX, IN_RELOC, MOST, NONE, OWN, Object, Ref, Symbol};

/// A content hash: the first half of a SHA-256.
pub(super) type Hash = [u8; HASH];

/// Most symbols that refer to one another in a row.
const DEEPEST: usize = 200;

/// The hash of each hashed definition of `object`, which is of the package `path`, computed from what stands there.
pub(super) fn contents(object: &Object<'_>, path: &str) -> Option<Vec<Hash>> {
    completed(object, path, vec![None; object.count(Block::HashedDef)])
}

/// The same where some are known.
pub(super) fn completed(object: &Object<'_>, path: &str, done: Vec<Option<Hash>>) -> Option<Vec<Hash>> {
    let mut contents = Contents { object, path, tables: tables(object)?, done, left: MOST };
    (0..object.count(Block::HashedDef)).map(|n| contents.hash(n, 0)).collect()
}

/// Whether the hash of each hashed definition covers one of the references at `places`.
pub(super) fn covering(object: &Object<'_>, places: &HashSet<usize>) -> Option<Vec<bool>> {
    let count = object.count(Block::HashedDef);
    let mut covers = vec![false; count];
    let mut users: Vec<Vec<usize>> = vec![vec![]; count];
    let mut found = Vec::new();
    for n in 0..count {
        for at in object.relocations(object.place(Block::HashedDef, n))? {
            let to = object.reference(at + IN_RELOC)?;
            if to.package == HASHED {
                users.get_mut(to.number as usize)?.push(n);
            }
            if places.contains(&(at + IN_RELOC)) {
                found.push(n);
            }
        }
    }
    while let Some(n) = found.pop() {
        if !std::mem::replace(&mut covers[n], true) {
            found.extend(&users[n]);
        }
    }
    Some(covers)
}

struct Contents<'o, 'a> {
    object: &'o Object<'a>,
    path: &'o str,
    /// Numbers of the hashed definitions that are tables by program counter.
    tables: HashSet<usize>,
    done: Vec<Option<Hash>>,
    /// Bytes that may still be hashed.
    left: usize,
}

impl Contents<'_, '_> {
    /// Take `bytes` into `sum`, if that is not too much.
    fn take(&mut self, sum: &mut Sha256, bytes: &[u8]) -> Option<()> {
        self.left = self.left.checked_sub(bytes.len())?;
        sum.update(bytes);
        Some(())
    }

    fn hash(&mut self, n: usize, depth: usize) -> Option<Hash> {
        if let Some(done) = *self.done.get(n)? {
            return Some(done);
        }
        if depth > DEEPEST {
            return None;
        }
        let object = self.object;
        let symbol = object.symbol(Block::HashedDef, n)?;
        let place = object.place(Block::HashedDef, n);
        // The compiler's own prefix, which makes it another function than SHA-256.
        let mut sum = Sha256::new_with_prefix([1]);
        sum.update(u64::from(symbol.size).to_le_bytes());
        sum.update([self.section(n, symbol)]);
        if symbol.is_text() {
            self.take(&mut sum, symbol.name.as_bytes())?;
        }
        self.take(&mut sum, trimmed(object.data(place)?))?;
        for at in object.relocations(place)? {
            let written = object.bytes.get(at..at + IN_RELOC)?;
            // Offset, size, the lower half of the type, what is added.
            sum.update(&written[..6]);
            sum.update(&written[7..]);
            self.target(&mut sum, n, object.reference(at + IN_RELOC)?, depth)?;
        }
        let hash: Hash = sum.finalize()[..HASH].try_into().ok()?;
        self.done[n] = Some(hash);
        Some(hash)
    }

    /// What a relocation of hashed definition `n` refers to.
    fn target(&mut self, sum: &mut Sha256, n: usize, to: Ref, depth: usize) -> Option<()> {
        let (object, number) = (self.object, to.number as usize);
        match to.package {
            0 => sum.update("nil symbol"),
            HASHED if number == n => sum.update("self symbol"),
            HASHED64 => {
                sum.update([0]);
                sum.update(short(object, number)?);
            }
            HASHED => {
                sum.update([1]);
                sum.update(self.hash(number, depth + 1)?);
            }
            NONE => {
                sum.update([2]);
                self.take(sum, named(object, number)?.name.as_bytes())?;
            }
            BUILTIN => {
                sum.update([3]);
                sum.update(to.number.to_le_bytes());
            }
            OWN => {
                self.take(sum, self.path.as_bytes())?;
                sum.update(to.number.to_le_bytes());
            }
            package => {
                self.take(sum, object.package_name(package)?.as_bytes())?;
                sum.update(to.number.to_le_bytes());
            }
        }
        Some(())
    }

    /// What keeps symbols of different sections apart.
    fn section(&self, n: usize, symbol: Symbol<'_>) -> u8 {
        const PREFIXES: [&str; 3] = ["gcargs.", "gclocals.", "gclocals·"];
        const SUFFIXES: [&str; 7] = [
            ".opendefer",
            ".arginfo0",
            ".arginfo1",
            ".argliveinfo",
            ".wrapinfo",
            ".args_stackmap",
            ".stkobj",
        ];
        let name = symbol.name;
        match symbol.kind {
            1 => b't',
            2 => b'f',
            _ if self.tables.contains(&n) => b'P',
            _ if PREFIXES.iter().any(|p| name.starts_with(p))
                || SUFFIXES.iter().any(|s| name.ends_with(s)) =>
            {
                b'F'
            }
            _ if name.starts_with("type:") => b'T',
            _ => 0,
        }
    }
}

/// The symbol that `number` names among those that go by name: defined here, or elsewhere.
pub(super) fn named<'a>(object: &Object<'a>, number: usize) -> Option<Symbol<'a>> {
    let defined = object.count(Block::NonPkgDef);
    match number.checked_sub(defined) {
        None => object.symbol(Block::NonPkgDef, number),
        Some(n) => object.symbol(Block::NonPkgRef, n),
    }
}

/// Whether the short hashes are what the definitions hold.
pub(super) fn short_hold(object: &Object<'_>) -> bool {
    object.entries(Block::Hash64).enumerate().all(|(n, at)| {
        short(object, n).is_some_and(|content| object.bytes.get(at..at + 8) == Some(content.as_slice()))
    })
}

/// The content of a short hashed definition, which is its hash.
pub(super) fn short(object: &Object<'_>, number: usize) -> Option<[u8; 8]> {
    (number < object.count(Block::Hashed64Def)).then_some(())?;
    let data = object.data(object.place(Block::Hashed64Def, number))?;
    let mut content = [0; 8];
    content.get_mut(..data.len())?.copy_from_slice(data);
    Some(content)
}

/// Numbers of the hashed definitions that code has as tables by program counter: they have no names to know them by.
fn tables(object: &Object<'_>) -> Option<HashSet<usize>> {
    let mut found = HashSet::new();
    for at in object.entries(Block::Aux) {
        let to = object.reference(at + IN_AUX)?;
        // Pcsp, Pcfile, Pcline, Pcinline, Pcdata.
        if matches!(object.bytes.get(at), Some(7..=11)) && to.package == HASHED {
            found.insert(to.number as usize);
        }
    }
    Some(found)
}

/// Without zeros at the end, which the compiler writes or not.
pub(super) fn trimmed(data: &[u8]) -> &[u8] {
    let end = data.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
    &data[..end]
}
