//! A package compiled against the declarations of one that it imports, made to fit other builds of that.
//!
//! Two things differ between the builds. A symbol has another number, so every reference by number is written anew; and what has no body in
//! the declarations has no number at all there and goes by its name, so such a reference gets its number. Then the content hashes that
//! cover references are computed anew, as the compiler would have: by them the linker knows that the table of methods that the importer
//! made for a type is the one that the package itself made, and if it did not, a value could be told from itself.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::hash::{self, Hash};
use super::{
    Block, IN_AUX, IN_FLAGS, IN_NAME, IN_REF_NAME, IN_RELOC, NONE, OWN, Object, Ref, STATIC, Symbol, types,
};

/// Why something cannot be made to fit, for people who look into it.
pub(crate) type Unfit = &'static str;

const FORM: Unfit = "an object file is not laid out as expected";

/// A package that was compiled against the declarations of another alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Loose {
    path: String,
    archive: Vec<u8>,
    /// Import path of the other.
    of: String,
    /// The number by which the other goes here; 0 where nothing of it is referred to by number.
    package: u32,
    /// Symbols that are referred to, and where, as places in the archive.
    wanted: Vec<(Wanted, Vec<usize>)>,
    /// Whether the other has something to initialize.
    starts: bool,
    /// Where its fingerprint stands.
    fingerprint: usize,
    /// Content hashes; `None` for those that cover what changes.
    hashes: Vec<Option<Hash>>,
    /// How each type of the other is described.
    types: HashMap<String, [u8; 32]>,
}

/// A symbol of the other package.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Wanted {
    name: String,
    abi: u16,
    /// What it must be; `None` where it need not be the other package's, and then it stays as it is.
    like: Option<Like>,
}

impl Wanted {
    fn new(symbol: Symbol<'_>, like: Option<Like>) -> Wanted {
        Wanted { name: symbol.name.into(), abi: symbol.abi, like }
    }
}

/// Code is code, and data have their size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Like {
    Code,
    Data(u32),
}

impl Like {
    fn of(symbol: Symbol<'_>) -> Like {
        if symbol.is_text() { Like::Code } else { Like::Data(symbol.size) }
    }
}

impl Loose {
    /// `archive`, of the package `path`, compiled against `declared`, which is the package `of` without bodies. `Err` where this compiler
    /// does not write what is known here.
    pub(crate) fn new(path: &str, archive: Vec<u8>, of: &str, declared: &[u8]) -> Result<Loose, Unfit> {
        let object = Object::read(&archive).ok_or(FORM)?;
        let outline = Object::read(declared).ok_or(FORM)?;
        let written: Vec<Hash> = object.hashes().collect::<Option<_>>().ok_or(FORM)?;
        if hash::contents(&object, path).as_ref() != Some(&written) || !hash::short_hold(&object) {
            return Err("this compiler hashes in another way");
        }
        let fingerprint = object.imported(of).ok_or("it is not imported")?;
        if object.bytes.get(fingerprint..fingerprint + 8) != outline.fingerprint() {
            return Err("it was compiled against other declarations");
        }
        let package = object.package(of).unwrap_or(0);
        no_frames(&object, package).ok_or("a function of the package was compiled into it")?;
        let wanted = wanted(&object, package, of, &outline).ok_or(FORM)?;
        let changes = wanted.iter().flat_map(|(_, places)| places.iter().copied()).collect();
        let covers = hash::covering(&object, &changes).ok_or(FORM)?;
        let hashes =
            written.into_iter().zip(covers).map(|(hash, covers)| (!covers).then_some(hash)).collect();
        let (starts, fingerprint) =
            (starts(&object, Block::NonPkgRef, of).ok_or(FORM)?, object.start + fingerprint);
        let start = object.start;
        let place = |(wanted, places): (Wanted, Vec<usize>)| {
            (wanted, places.into_iter().map(|at| start + at).collect())
        };
        let wanted = wanted.into_iter().map(place).collect();
        let types = types::described(&outline).ok_or(FORM)?;
        let (path, of) = (path.to_owned(), of.to_owned());
        let loose = Loose { path, archive, of, package, wanted, starts, fingerprint, hashes, types };
        // With what it was compiled against it must be what it is, to the last byte.
        if loose.fitted(declared, false)? == loose.archive {
            Ok(loose)
        } else {
            Err("it does not fit what it was compiled against")
        }
    }

    /// The archive as it would be had it been compiled against `own`, a build of the other package with the same declarations.
    pub(crate) fn fit(&self, own: &[u8]) -> Result<Vec<u8>, Unfit> {
        self.fitted(own, true)
    }

    /// The same for declarations alone, which have no functions: not `whole`.
    pub(super) fn fitted(&self, own: &[u8], whole: bool) -> Result<Vec<u8>, Unfit> {
        let theirs = Object::read(own).ok_or(FORM)?;
        if starts(&theirs, Block::SymDef, &self.of) != Some(self.starts) {
            return Err("one has something to initialize, the other has not");
        }
        let described = types::described(&theirs).ok_or(FORM)?;
        if self.types.iter().any(|(name, hash)| described.get(name) != Some(hash)) {
            return Err("a type is another in the other build");
        }
        let mut fitted = self.archive.clone();
        let fingerprint = theirs.fingerprint().ok_or(FORM)?;
        fitted[self.fingerprint..self.fingerprint + fingerprint.len()].copy_from_slice(fingerprint);
        let numbers = numbers(&theirs).ok_or(FORM)?;
        for (wanted, places) in self.wanted.iter().filter(|_| self.package > 0) {
            let number = match (numbers.get(&(wanted.name.as_str(), wanted.abi)), wanted.like) {
                (Some(Some((number, kind))), like) if like.is_none_or(|like| like == *kind) => *number,
                (None, None) => continue,
                (None, Some(Like::Code)) if !whole => continue,
                _ => return Err("a symbol has no like in the other build"),
            };
            for at in places {
                fitted[*at..at + 4].copy_from_slice(&self.package.to_le_bytes());
                fitted[at + 4..at + 8].copy_from_slice(&number.to_le_bytes());
            }
        }
        let object = Object::read(&fitted).ok_or(FORM)?;
        let hashes = hash::completed(&object, &self.path, self.hashes.clone()).ok_or(FORM)?;
        if !compared(&object, &hashes, &theirs).ok_or(FORM)?.1.is_empty() {
            return Err("both define a symbol and do not agree on it");
        }
        let first = object.start + object.range(Block::Hash).start;
        fitted[first..first + hashes.as_flattened().len()].copy_from_slice(hashes.as_flattened());
        Ok(fitted)
    }

    /// Its import path.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Import path of the other package.
    pub(crate) fn of(&self) -> &str {
        &self.of
    }

    /// As it was compiled.
    pub(crate) fn archive(&self) -> &[u8] {
        &self.archive
    }

    /// Bytes that it takes, nearly.
    pub(crate) fn size(&self) -> usize {
        let wanted = |(wanted, places): &(Wanted, Vec<usize>)| {
            size_of_val(wanted) + wanted.name.len() + 8 * places.len()
        };
        let types = self.types.keys().map(|name| name.len() + 64).sum::<usize>();
        self.archive.len() + 17 * self.hashes.len() + types + self.wanted.iter().map(wanted).sum::<usize>()
    }
}

/// Whether an archive refers to the package `path`, by numbers of its symbols or by their names, or may.
pub(crate) fn knows(archive: &[u8], path: &str) -> bool {
    let stranger = || {
        let object = Object::read(archive)?;
        let its_own = format!("{path}.");
        let blocks = [Block::HashedDef, Block::NonPkgDef, Block::NonPkgRef];
        let named = blocks
            .iter()
            .flat_map(|b| object.symbols(*b))
            .try_fold(false, |found, symbol| Some(found || symbol?.name.contains(&its_own)))?;
        Some(!named && object.package(path).is_none())
    };
    stranger() != Some(true)
}

/// Whether the package `path` has something to initialize, by a block of symbols: the linker orders initializations by what importers say.
fn starts(object: &Object<'_>, block: Block, path: &str) -> Option<bool> {
    let task = format!("{path}..inittask");
    object.symbols(block).try_fold(false, |found, s| Some(found || s?.name == task))
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
        let data =
            object.data(object.place(Block::SymDef, to.number as usize)).filter(|_| to.package == OWN)?;
        let word =
            |at: usize| Some(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize);
        let count = 20 + word(16)?.checked_mul(4)?;
        let nodes = data.get(count.checked_add(4)?..)?;
        if nodes.len() != word(count)?.checked_mul(NODE)? {
            return None;
        }
        if package > 0 && nodes.chunks_exact(NODE).any(|node| node[12..16] == package.to_le_bytes()) {
            return None;
        }
    }
    Some(())
}

/// The symbols of `package`, whose path is `of`, that are referred to, and where.
fn wanted(
    object: &Object<'_>,
    package: u32,
    of: &str,
    outline: &Object<'_>,
) -> Option<Vec<(Wanted, Vec<usize>)>> {
    // `None` for what stays as it is.
    let mut found: HashMap<Ref, Option<(Wanted, Vec<usize>)>> = HashMap::new();
    let blocks = [
        (Block::RefFlags, IN_FLAGS),
        (Block::Reloc, IN_RELOC),
        (Block::Aux, IN_AUX),
        (Block::RefName, IN_NAME),
    ];
    let (defined, mut named) = (object.count(Block::NonPkgDef), HashSet::new());
    let numbered = numbers(outline)?;
    for symbol in outline.symbols(Block::NonPkgDef) {
        named.insert(symbol?.name);
    }
    for (block, within) in blocks {
        for at in object.entries(block) {
            let to = object.reference(at + within)?;
            // What is defined here stays its own, whatever it is called.
            let by_name = to.package == NONE && to.number as usize >= defined;
            if !by_name && (to.package != package || package == 0) {
                continue;
            }
            let wanted = match found.entry(to) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) if by_name => {
                    let symbol = hash::named(object, to.number as usize)?;
                    // What is there and goes by its name all the same, as what initializes the package does, is left so.
                    let there =
                        numbered.contains_key(&(symbol.name, symbol.abi)) || named.contains(symbol.name);
                    let unnumbered = symbol.name.contains(of) && !there;
                    // Of what the package itself names, only functions are not there.
                    let function = symbol.name.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'));
                    let like = function.then_some(Like::Code);
                    new.insert(unnumbered.then(|| (Wanted::new(symbol, like), vec![])))
                }
                Entry::Vacant(new) => {
                    let symbol = outline.symbol(Block::SymDef, to.number as usize)?;
                    let (number, like) = (*numbered.get(&(symbol.name, symbol.abi))?)?;
                    if number != to.number {
                        return None;
                    }
                    new.insert(Some((Wanted::new(symbol, Some(like)), vec![])))
                }
            };
            let Some((wanted, places)) = wanted else { continue };
            // What the importer calls it is what it is called there.
            if block == Block::RefName && object.string(at + IN_REF_NAME)? != wanted.name {
                return None;
            }
            places.push(at + within);
        }
    }
    Some(found.into_values().flatten().collect())
}

/// By name and binary interface a symbol's number and what it is; `None` for what two symbols are called.
type Numbers<'a> = HashMap<(&'a str, u16), Option<(u32, Like)>>;

/// The numbers of a package's symbols.
fn numbers<'a>(object: &Object<'a>) -> Option<Numbers<'a>> {
    let mut numbers = HashMap::new();
    for (n, symbol) in (0..).zip(object.symbols(Block::SymDef)) {
        let symbol = symbol?;
        if symbol.abi != STATIC && !symbol.name.is_empty() {
            let found = Some((n, Like::of(symbol)));
            numbers.entry((symbol.name, symbol.abi)).and_modify(|n| *n = None).or_insert(found);
        }
    }
    Some(numbers)
}

/// How many symbols both define under one name, and which of them have not one hash, so that the linker would not take them for one.
pub(super) fn compared<'a>(
    ours: &Object<'a>,
    hashes: &[Hash],
    theirs: &Object<'_>,
) -> Option<(usize, Vec<&'a str>)> {
    let mut there: HashMap<&str, Option<Hash>> = HashMap::new();
    for (symbol, hash) in theirs.symbols(Block::HashedDef).zip(theirs.hashes()) {
        let (symbol, hash) = (symbol?, hash?);
        let agreed = there.entry(symbol.name).or_insert(Some(hash));
        *agreed = agreed.filter(|known| *known == hash);
    }
    let (mut both, mut apart) = (0, vec![]);
    for (symbol, hash) in ours.symbols(Block::HashedDef).zip(hashes) {
        let symbol = symbol?;
        // Tables by program counter have no names. Code is not compared, nor need two copies of it be one.
        let known = there.get(symbol.name).filter(|_| !symbol.name.is_empty() && !symbol.is_text());
        both += usize::from(known.is_some());
        if known.is_some_and(|known| *known != Some(*hash)) {
            apart.push(symbol.name);
        }
    }
    Some((both, apart))
}
