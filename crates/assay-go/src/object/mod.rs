//! Go's object files, as far as it takes to link a package with another build of one that it imports.
//!
//! The layout is that of `cmd/internal/goobj/objfile.go`, which names itself by [`MAGIC`]. A package refers to the symbols of another by
//! their numbers in that build of it, and says beside them what they are called. Everything here may have been shaped by a candidate:
//! reading is total, and what is not as expected gives `None`.

mod fit;
mod hash;
#[cfg(test)]
mod tests;
mod types;

use std::ops::Range;

pub(crate) use fit::{Loose, Unfit, knows};

/// Most bytes of an archive, and of all names of symbols in one: a package of tests has one megabyte, and what a compiler that went wrong
/// might write must not cost the host more than that is worth.
const MOST: usize = 16 << 20;

/// Release of Go whose compiler these files were read of. Another may keep numbers of symbols where nobody looks for them, so nothing of it
/// is read before the tests here and `tests/detached.rs` have seen it.
const RELEASE: &str = "go1.27";

const MAGIC: &[u8] = b"\x00go120ld";
/// Fingerprint, flags and the blocks' offsets follow the magic.
const FINGERPRINT: Range<usize> = MAGIC.len()..MAGIC.len() + 8;
const OFFSETS: usize = FINGERPRINT.end + 4;

/// Blocks, in the order of their offsets in the header and of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Autolib,
    PkgIdx,
    SymDef = 3,
    Hashed64Def,
    HashedDef,
    NonPkgDef,
    NonPkgRef,
    RefFlags,
    Hash64,
    Hash,
    RelocIdx,
    AuxIdx,
    DataIdx,
    Reloc,
    Aux,
    Data,
    RefName,
    End,
}
const BLOCKS: usize = Block::End as usize + 1;

/// Those of entries: the others hold bytes.
const TABLES: [Block; 16] = [
    Block::Autolib,
    Block::PkgIdx,
    Block::SymDef,
    Block::Hashed64Def,
    Block::HashedDef,
    Block::NonPkgDef,
    Block::NonPkgRef,
    Block::RefFlags,
    Block::Hash64,
    Block::Hash,
    Block::RelocIdx,
    Block::AuxIdx,
    Block::DataIdx,
    Block::Reloc,
    Block::Aux,
    Block::RefName,
];

impl Block {
    /// Bytes of an entry.
    fn entry(self) -> usize {
        match self {
            Block::Autolib | Block::RefName => 16,
            Block::PkgIdx | Block::Hash64 => 8,
            Block::SymDef | Block::Hashed64Def | Block::HashedDef | Block::NonPkgDef | Block::NonPkgRef => 21,
            Block::RefFlags => 10,
            Block::Hash => HASH,
            Block::RelocIdx | Block::AuxIdx | Block::DataIdx => 4,
            Block::Reloc => 23,
            Block::Aux => 9,
            Block::Data | Block::End => 1,
        }
    }
}

/// Bytes of a content hash.
const HASH: usize = 16;
/// Where in an entry its reference to a symbol stands.
const IN_RELOC: usize = 15;
const IN_AUX: usize = 1;
const IN_FLAGS: usize = 0;
const IN_NAME: usize = 0;
/// Where in an entry of names for tools the name stands.
const IN_REF_NAME: usize = 8;

/// What stands for a package where the symbol is no other package's.
const NONE: u32 = (1 << 31) - 1;
const HASHED64: u32 = NONE - 1;
const HASHED: u32 = NONE - 2;
const BUILTIN: u32 = NONE - 3;
const OWN: u32 = NONE - 4;

/// The binary interface of a symbol that nobody else can name.
const STATIC: u16 = u16::MAX;

/// A symbol by the number of its package and its own number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Ref {
    package: u32,
    number: u32,
}

/// A defined symbol, or a named one that another package defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Symbol<'a> {
    name: &'a str,
    abi: u16,
    kind: u8,
    size: u32,
}

impl Symbol<'_> {
    /// Whether it is code.
    fn is_text(self) -> bool {
        matches!(self.kind, 1 | 2)
    }
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
        if archive.len() > MOST {
            return None;
        }
        let object = members(archive)?.into_iter().nth(1)?;
        // Some lines of text, then a line `!`.
        let text = archive.get(object.clone())?;
        let head = text.windows(3).take(4096).position(|w| w == b"\n!\n")? + 3;
        if !is_known(text.get(..head)?) {
            return None;
        }
        let start = object.start + head;
        let bytes = archive.get(start..object.end)?;
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let mut read = Object { start, bytes, offsets: [0; BLOCKS] };
        for n in 0..BLOCKS {
            read.offsets[n] = read.word(OFFSETS + 4 * n)? as usize;
        }
        let ordered = read.offsets.is_sorted() && read.offsets[BLOCKS - 1] <= bytes.len();
        (ordered && read.is_whole()).then_some(read)
    }

    /// Whether every block holds whole entries, as many as belong to those of other blocks.
    fn is_whole(&self) -> bool {
        TABLES.iter().all(|b| self.range(*b).len().is_multiple_of(b.entry()))
            && self.count(Block::Hash64) == self.count(Block::Hashed64Def)
            && self.count(Block::Hash) == self.count(Block::HashedDef)
            && [Block::RelocIdx, Block::AuxIdx, Block::DataIdx]
                .iter()
                .all(|b| self.count(*b) == self.defined() + 1)
            && self.names().is_some_and(|bytes| bytes <= MOST)
    }

    /// Bytes of all names together, of symbols and of packages.
    fn names(&self) -> Option<usize> {
        use Block::{Autolib, Hashed64Def, HashedDef, NonPkgDef, NonPkgRef, PkgIdx, RefName, SymDef};
        let first = [Autolib, PkgIdx, SymDef, Hashed64Def, HashedDef, NonPkgDef, NonPkgRef];
        let entries = first.iter().flat_map(|b| self.entries(*b));
        let mut lengths = entries.chain(self.entries(RefName).map(|at| at + IN_REF_NAME));
        lengths.try_fold(0usize, |sum, at| sum.checked_add(self.word(at)? as usize))
    }

    fn range(&self, block: Block) -> Range<usize> {
        self.offsets[block as usize]
            ..self.offsets.get(block as usize + 1).copied().unwrap_or(self.bytes.len())
    }

    fn count(&self, block: Block) -> usize {
        self.range(block).len() / block.entry()
    }

    /// Where entry `n` of a block begins.
    fn entry(&self, block: Block, n: usize) -> Option<usize> {
        (n < self.count(block)).then(|| self.offsets[block as usize] + n * block.entry())
    }

    /// Where the entries of a block begin.
    fn entries(&self, block: Block) -> impl Iterator<Item = usize> + use<> {
        self.range(block).step_by(block.entry())
    }

    /// How many symbols are defined here.
    fn defined(&self) -> usize {
        [Block::SymDef, Block::Hashed64Def, Block::HashedDef, Block::NonPkgDef]
            .iter()
            .map(|b| self.count(*b))
            .sum()
    }

    fn word(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
    }

    fn string(&self, at: usize) -> Option<&'a str> {
        let (length, offset) = (self.word(at)? as usize, self.word(at + 4)? as usize);
        std::str::from_utf8(self.bytes.get(offset..offset.checked_add(length)?)?).ok()
    }

    fn reference(&self, at: usize) -> Option<Ref> {
        Some(Ref { package: self.word(at)?, number: self.word(at + 4)? })
    }

    fn symbol(&self, block: Block, n: usize) -> Option<Symbol<'a>> {
        let at = self.entry(block, n)?;
        let abi = u16::from_le_bytes(self.bytes.get(at + 8..at + 10)?.try_into().ok()?);
        Some(Symbol {
            name: self.string(at)?,
            abi,
            kind: *self.bytes.get(at + 10)?,
            size: self.word(at + 13)?,
        })
    }

    fn symbols(&self, block: Block) -> impl Iterator<Item = Option<Symbol<'a>>> {
        (0..self.count(block)).map(move |n| self.symbol(block, n))
    }

    /// The place of a definition among all that are defined here, by which its relocations and data are found.
    fn place(&self, block: Block, n: usize) -> usize {
        let before = [Block::SymDef, Block::Hashed64Def, Block::HashedDef, Block::NonPkgDef];
        before.iter().take_while(|b| **b != block).map(|b| self.count(*b)).sum::<usize>() + n
    }

    /// From where to where what belongs to the definition at `place` stands, by an index block.
    fn belonging(&self, index: Block, place: usize) -> Option<Range<usize>> {
        let (from, to) = (self.word(self.entry(index, place)?)?, self.word(self.entry(index, place + 1)?)?);
        (from <= to).then_some(from as usize..to as usize)
    }

    /// Where the relocations of the definition at `place` begin.
    fn relocations(&self, place: usize) -> Option<Vec<usize>> {
        self.belonging(Block::RelocIdx, place)?.map(|n| self.entry(Block::Reloc, n)).collect()
    }

    fn data(&self, place: usize) -> Option<&'a [u8]> {
        let (all, part) = (self.bytes.get(self.range(Block::Data))?, self.belonging(Block::DataIdx, place)?);
        all.get(part)
    }

    /// The content hashes as they are written.
    fn hashes(&self) -> impl Iterator<Item = Option<[u8; HASH]>> {
        self.entries(Block::Hash).map(|at| self.bytes.get(at..at + HASH)?.try_into().ok())
    }

    /// The name of the package of that number.
    fn package_name(&self, number: u32) -> Option<&'a str> {
        self.string(self.entry(Block::PkgIdx, number as usize)?).filter(|_| number > 0)
    }

    /// The number by which the package `path` goes here.
    fn package(&self, path: &str) -> Option<u32> {
        let found = self.entries(Block::PkgIdx).position(|at| self.string(at) == Some(path))?;
        u32::try_from(found).ok().filter(|n| *n > 0)
    }

    /// Where the fingerprint of the package `path` stands among what is imported.
    fn imported(&self, path: &str) -> Option<usize> {
        self.entries(Block::Autolib).find(|at| self.string(*at) == Some(path)).map(|at| at + 8)
    }

    fn fingerprint(&self) -> Option<&'a [u8]> {
        self.bytes.get(FINGERPRINT)
    }
}

/// How many symbols two archives define under one name, and which of them the linker would not take for one.
pub(crate) fn compared(one: &[u8], other: &[u8]) -> Option<(usize, Vec<String>)> {
    let (one, other) = (Object::read(one)?, Object::read(other)?);
    let hashes: Vec<_> = one.hashes().collect::<Option<_>>()?;
    let (both, apart) = fit::compared(&one, &hashes, &other)?;
    Some((both, apart.into_iter().map(str::to_owned).collect()))
}

/// Whether the text before an object, such as `go object linux amd64 go1.27.3 GOAMD64=v1`, names the known release.
fn is_known(head: &[u8]) -> bool {
    let words = std::str::from_utf8(head).ok().and_then(|text| text.strip_prefix("go object "));
    let release = words.and_then(|words| words.split_ascii_whitespace().nth(2));
    release
        .and_then(|r| r.strip_prefix(RELEASE))
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
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
