//! A package compiled against the declarations of one that it imports, made to fit another build of that.
//!
//! Two things differ between the builds. A symbol has another number, so every reference by number is written anew; and what has no body in
//! the declarations has no number at all there and goes by its name, so such a reference gets its number. Then the content hashes that
//! cover references are computed anew, as the compiler would have: by them the linker knows that the table of methods that the importer
//! made for a type is the one that the package itself made, and if it did not, a value could be told from itself.

use std::collections::HashMap;

use super::hash::{self, Hash};
use super::{Block, FINGERPRINT, IN_AUX, IN_FLAGS, IN_NAME, IN_RELOC, NONE, Object, Ref, STATIC, Symbol};

/// An archive and the import path of its package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit<'a> {
    pub(crate) path: &'a str,
    pub(crate) archive: &'a [u8],
}

/// Why something cannot be made to fit, for people who look into it.
pub(crate) type Unfit = &'static str;

/// `importer`, compiled against `declared`, made to fit `own`: both are builds of one package with the same declarations, the first without
/// bodies.
pub(crate) fn fit(importer: Unit<'_>, declared: &[u8], own: Unit<'_>) -> Result<Vec<u8>, Unfit> {
    const FORM: Unfit = "an object file is not laid out as expected";
    let ours = Object::read(importer.archive).ok_or(FORM)?;
    let outline = Object::read(declared).ok_or(FORM)?;
    let theirs = Object::read(own.archive).ok_or(FORM)?;
    let before = hash::contents(&ours, importer.path).ok_or("hashed symbols are not as expected")?;
    let written: Vec<Hash> = ours.hashes().collect::<Option<_>>().ok_or(FORM)?;
    if before != written || !hash::short_hold(&ours) {
        return Err("this compiler hashes in another way");
    }
    starts_alike(&ours, &theirs, own.path).ok_or("one has something to initialize, the other has not")?;
    let mut fitted = importer.archive.to_vec();
    let fingerprint = ours.imported(own.path).ok_or("it is not imported")?;
    if ours.bytes.get(fingerprint..fingerprint + 8) != outline.fingerprint() {
        return Err("it was compiled against other declarations");
    }
    let place = ours.start + fingerprint;
    fitted[place..place + 8].copy_from_slice(theirs.bytes.get(FINGERPRINT).ok_or(FORM)?);
    // Without a number for the package, nothing of it is referred to by number.
    if let Some(package) = ours.package(own.path) {
        let numbers = Numbers::new(package, &outline, &theirs).ok_or(FORM)?;
        no_frames(&ours, package).ok_or("a function of the package was compiled into it")?;
        for (at, new) in numbers.all(&ours).ok_or("a symbol has no like in the other build")? {
            let at = ours.start + at;
            fitted[at..at + 4].copy_from_slice(&new.package.to_le_bytes());
            fitted[at + 4..at + 8].copy_from_slice(&new.number.to_le_bytes());
        }
    }
    let after = Object::read(&fitted).and_then(|o| hash::contents(&o, importer.path)).ok_or(FORM)?;
    let first = ours.start + ours.range(Block::Hash).start;
    for (n, hash) in after.iter().enumerate() {
        fitted[first + n * hash.len()..][..hash.len()].copy_from_slice(hash);
    }
    meets(&ours, &after, &theirs).ok_or("both define a symbol and do not agree on it")?;
    Ok(fitted)
}

/// Whether an archive refers to the package `path` by numbers of its symbols, or may.
pub(crate) fn knows(archive: &[u8], path: &str) -> bool {
    Object::read(archive).is_none_or(|object| object.package(path).is_some())
}

/// The linker orders initializations by what the importer says of them: `Some` if it says what is so.
fn starts_alike(ours: &Object<'_>, theirs: &Object<'_>, path: &str) -> Option<()> {
    let task = format!("{path}..inittask");
    let among = |object: &Object<'_>, block| -> Option<bool> {
        object.symbols(block).try_fold(false, |found, s| Some(found || s?.name == task))
    };
    (among(ours, Block::NonPkgRef)? == among(theirs, Block::SymDef)?).then_some(())
}

/// Nothing of `package` is in the trees of what was compiled into functions: these hold references in their bytes.
fn no_frames(object: &Object<'_>, package: u32) -> Option<()> {
    const FUNC_INFO: u8 = 1;
    const NODE: usize = 24;
    for at in object.entries(Block::Aux) {
        let to = object.reference(at + IN_AUX)?;
        if object.bytes.get(at) != Some(&FUNC_INFO) {
            continue;
        }
        let data = object.data(object.place(Block::SymDef, to.number as usize)).filter(|_| to.package == super::OWN)?;
        let word = |at: usize| Some(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize);
        let count = 20 + word(16)?.checked_mul(4)?;
        let nodes = data.get(count.checked_add(4)?..)?;
        if nodes.len() != word(count)?.checked_mul(NODE)? {
            return None;
        }
        if nodes.chunks_exact(NODE).any(|node| node[12..16] == package.to_le_bytes()) {
            return None;
        }
    }
    Some(())
}

/// Who has which number in the build to be fitted.
struct Numbers<'o, 'a> {
    package: u32,
    outline: &'o Object<'a>,
    theirs: &'o Object<'a>,
    /// By name and binary interface; `None` for what two symbols are called.
    named: HashMap<(&'a str, u16), Option<u32>>,
}

impl<'o, 'a> Numbers<'o, 'a> {
    fn new(package: u32, outline: &'o Object<'a>, theirs: &'o Object<'a>) -> Option<Numbers<'o, 'a>> {
        let mut named = HashMap::new();
        for (n, symbol) in (0..).zip(theirs.symbols(Block::SymDef)) {
            let symbol = symbol?;
            if symbol.abi != STATIC && !symbol.name.is_empty() {
                named.entry((symbol.name, symbol.abi)).and_modify(|n| *n = None).or_insert(Some(n));
            }
        }
        Some(Numbers { package, outline, theirs, named })
    }

    /// Where references stand that change, and what they become.
    fn all(&self, ours: &Object<'_>) -> Option<Vec<(usize, Ref)>> {
        let mut found = Vec::new();
        let places = [(Block::RefFlags, IN_FLAGS), (Block::Reloc, IN_RELOC), (Block::Aux, IN_AUX), (Block::RefName, IN_NAME)];
        for (block, within) in places {
            for at in ours.entries(block) {
                let old = ours.reference(at + within)?;
                let new = self.new_of(ours, old)?;
                if block == Block::RefName && old.package == self.package {
                    // What the importer calls it is what it is called here and there.
                    let called = self.theirs.symbol(Block::SymDef, new.number as usize)?.name;
                    (ours.string(at + 8)? == called).then_some(())?;
                }
                if new != old {
                    found.push((at + within, new));
                }
            }
        }
        Some(found)
    }

    fn new_of(&self, ours: &Object<'_>, old: Ref) -> Option<Ref> {
        let number = if old.package == self.package {
            let declared = self.outline.symbol(Block::SymDef, old.number as usize)?;
            let number = (*self.named.get(&(declared.name, declared.abi))?)?;
            same_kind(declared, self.theirs.symbol(Block::SymDef, number as usize)?).then_some(number)?
        } else if old.package == NONE {
            let called = hash::named(ours, old.number as usize)?;
            // What is defined here stays its own, whatever it is called.
            let elsewhere = old.number as usize >= ours.count(Block::NonPkgDef);
            match self.named.get(&(called.name, called.abi)).filter(|_| elsewhere) {
                Some(number) => (*number)?,
                None => return Some(old),
            }
        } else {
            return Some(old);
        };
        Some(Ref { package: self.package, number })
    }
}

/// Whether a symbol can be the other build's: code is code, and data have their size.
fn same_kind(one: Symbol<'_>, other: Symbol<'_>) -> bool {
    one.is_text() == other.is_text() && (one.is_text() || one.size == other.size)
}

/// Whether what both define under one name has one hash, so that the linker takes it for one.
fn meets(ours: &Object<'_>, hashes: &[Hash], theirs: &Object<'_>) -> Option<()> {
    let mut there: HashMap<&str, Option<Hash>> = HashMap::new();
    for (symbol, hash) in theirs.symbols(Block::HashedDef).zip(theirs.hashes()) {
        let (symbol, hash) = (symbol?, hash?);
        let agreed = there.entry(symbol.name).or_insert(Some(hash));
        *agreed = agreed.filter(|known| *known == hash);
    }
    for (symbol, hash) in ours.symbols(Block::HashedDef).zip(hashes) {
        let symbol = symbol?;
        // Tables by program counter have no names. Code is not compared, nor need two copies of it be one.
        let compared = !symbol.name.is_empty() && !symbol.is_text();
        if compared && there.get(symbol.name).is_some_and(|known| *known != Some(*hash)) {
            return None;
        }
    }
    Some(())
}

