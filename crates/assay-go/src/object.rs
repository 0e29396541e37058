//! Go's object files, as far as it takes to link a package with another build of one that it imports.
//!
//! The layout is that of `cmd/internal/goobj/objfile.go`, which names itself by [`MAGIC`]. A package refers to the symbols of another by
//! their numbers there, and says beside them what they are called. Everything here may have been shaped by a candidate: reading is total,
//! and what is not as expected gives `None`.

use std::collections::HashMap;
use std::ops::Range;

const MAGIC: &[u8] = b"\x00go120ld";
/// Blocks in the order of their offsets in the header.
const AUTOLIB: usize = 0;
const PKG_IDX: usize = 1;
const SYM_DEF: usize = 3;
const NON_PKG_REF: usize = 7;
const REF_FLAGS: usize = 8;
const HASH: usize = 10;
const RELOC: usize = 14;
const AUX: usize = 15;
const REF_NAME: usize = 17;
const END: usize = 18;
const BLOCKS: usize = 19;
/// Sizes of entries, bytes, and where in one its reference to a symbol stands.
const STRING: usize = 8;
const IMPORTED: usize = STRING + 8;
const SYMBOL: usize = STRING + 13;
const FLAGS: (usize, usize) = (10, 0);
const RELOCATION: (usize, usize) = (23, 15);
const AUXILIARY: (usize, usize) = (9, 1);
const NAME: (usize, usize) = (16, 0);

/// `importer`, an archive compiled against the declarations of the package `path`, made to fit `imported`, an archive of that package with
/// the same declarations and any bodies. `None` when it cannot be made to fit.
pub(crate) fn fit(importer: &[u8], imported: &[u8], path: &str) -> Option<Vec<u8>> {
    let theirs = Object::read(imported)?;
    let ours = Object::read(importer)?;
    let initialized = format!("{path}..inittask");
    // The linker orders initializations by what the importer says of them.
    if ours.names(NON_PKG_REF)?.any(|name| name == initialized)
        != theirs.names(SYM_DEF)?.any(|name| name == initialized)
    {
        return None;
    }
    let mut fitted = importer.to_vec();
    // Without a number for the package, nothing of it is referred to by number.
    if let Some(package) = ours.package(path) {
        let numbers = ours.renumbered(package, &theirs)?;
        for (block, entry) in [(REF_FLAGS, FLAGS), (RELOC, RELOCATION), (AUX, AUXILIARY), (REF_NAME, NAME)] {
            for at in ours.references(block, entry, package)? {
                let number = numbers.get(&ours.word(at + 4)?)?.to_le_bytes();
                fitted.get_mut(ours.start + at + 4..ours.start + at + 8)?.copy_from_slice(&number);
            }
        }
    }
    // The hash by which the linker knows a symbol again covers the numbers in it. Those of the importer are now nobody else's.
    let hashes = ours.start + ours.offsets[HASH]..ours.start + ours.offsets[HASH + 1];
    fitted.get_mut(hashes)?.iter_mut().for_each(|byte| *byte ^= 0xa5);
    // The fingerprint stands for the numbers. One of zeros is not checked.
    let fingerprint = ours.start + ours.library(path)? + STRING;
    fitted.get_mut(fingerprint..fingerprint + 8)?.fill(0);
    Some(fitted)
}

struct Object<'a> {
    /// Where it begins in its archive.
    start: usize,
    bytes: &'a [u8],
    offsets: [usize; BLOCKS],
}

impl<'a> Object<'a> {
    /// The object in an archive of the compiler's, which holds what importers need first, then the object.
    fn read(archive: &'a [u8]) -> Option<Object<'a>> {
        let object = members(archive)?.into_iter().nth(1)?;
        // Some lines of text, then a line `!`.
        let text = archive.get(object.clone())?;
        let head = text.windows(3).take(4096).position(|w| w == b"\n!\n")? + 3;
        let start = object.start + head;
        let bytes = archive.get(start..object.end)?;
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let mut read = Object { start, bytes, offsets: [0; BLOCKS] };
        for n in 0..BLOCKS {
            read.offsets[n] = read.word(MAGIC.len() + 8 + 4 + 4 * n)? as usize;
        }
        let ordered = read.offsets.is_sorted() && read.offsets[END] <= bytes.len();
        ordered.then_some(read)
    }

    fn word(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.bytes.get(at..at + 4)?.try_into().ok()?))
    }

    /// Where the entries of a block begin.
    fn entries(&self, block: usize, size: usize) -> Option<impl Iterator<Item = usize> + use<>> {
        let (from, to) = (self.offsets[block], *self.offsets.get(block + 1)?);
        Some((from..to).step_by(size).filter(move |at| at + size <= to))
    }

    fn string(&self, at: usize) -> Option<&'a str> {
        let (length, offset) = (self.word(at)? as usize, self.word(at + 4)? as usize);
        std::str::from_utf8(self.bytes.get(offset..offset.checked_add(length)?)?).ok()
    }

    /// Names of the symbols of a block; nothing for one that has none.
    fn names(&self, block: usize) -> Option<impl Iterator<Item = &'a str>> {
        Some(self.entries(block, SYMBOL)?.map(|at| self.string(at).unwrap_or_default()))
    }

    /// The number by which the package `path` goes here.
    fn package(&self, path: &str) -> Option<u32> {
        let mut entries = self.entries(PKG_IDX, STRING)?;
        let found = entries.position(|at| self.string(at) == Some(path))?;
        u32::try_from(found).ok().filter(|n| *n > 0)
    }

    /// Where the package `path` stands among what is imported.
    fn library(&self, path: &str) -> Option<usize> {
        self.entries(AUTOLIB, IMPORTED)?.find(|at| self.string(*at) == Some(path))
    }

    /// Where in the entries of a block references to symbols of `package` stand.
    fn references(&self, block: usize, (size, at): (usize, usize), package: u32) -> Option<Vec<usize>> {
        let all = self.entries(block, size)?.map(|entry| entry + at);
        Some(all.filter(|at| self.word(*at) == Some(package)).collect())
    }

    /// For every number of a symbol of `package` that is used here, the number of the symbol of that name in `other`.
    fn renumbered(&self, package: u32, other: &Object<'_>) -> Option<HashMap<u32, u32>> {
        let mut there: HashMap<&str, Option<u32>> = HashMap::new();
        for (n, name) in other.names(SYM_DEF)?.enumerate() {
            // A name that two symbols have says nothing.
            there.entry(name).and_modify(|n| *n = None).or_insert(u32::try_from(n).ok());
        }
        let mut numbers = HashMap::new();
        for at in self.references(REF_NAME, NAME, package)? {
            let name = self.string(at + 8).filter(|name| !name.is_empty())?;
            numbers.insert(self.word(at + 4)?, (*there.get(name)?)?);
        }
        Some(numbers)
    }
}

/// Where the contents of an archive's members lie: each has 60 bytes of text before it, with its size in decimal, and begins at an even
/// place.
fn members(archive: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut at = archive.strip_prefix(b"!<arch>\n").map(|_| 8)?;
    let mut found = Vec::new();
    while at < archive.len() {
        let size = std::str::from_utf8(archive.get(at + 48..at + 58)?).ok()?.trim().parse::<usize>().ok()?;
        let end = (at + 60).checked_add(size)?;
        archive.get(at + 60..end)?;
        found.push(at + 60..end);
        at = end + size % 2;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            text in "(!<arch>\n)?[a-z ]{0,70}", words in proptest::collection::vec(proptest::num::u32::ANY, 0..64),
        ) {
            let mut object = b"x\n!\n\x00go120ld".to_vec();
            for word in &words {
                object.extend((word % 300).to_le_bytes());
            }
            let mut archive = b"!<arch>\n".to_vec();
            for member in [text.as_bytes(), &object] {
                archive.extend(format!("{:<48}{:<10}`\n", "x", member.len()).bytes());
                archive.extend(member);
                archive.extend(vec![0; member.len() % 2]);
            }
            let _ = fit(&archive, &archive, "x");
            let _ = fit(text.as_bytes(), &archive, "x");
        }
    }
}
