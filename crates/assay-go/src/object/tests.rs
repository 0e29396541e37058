use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assay_sandbox::host::Tool;
use proptest::prelude::*;

use super::*;

const P: &str = "package p\n\ntype E struct{ N int }\n\nfunc (e *E) Error() string { return more(e) }\n\nfunc more(e *E) string { return V[e.N] }\n\nvar V = map[int]string{1: \"a\", 2: \"b\"}\n\nfunc Keep(e *E) error { e.N = len(V); return e }\n";
const DECLARED: &str = "package p\n\ntype E struct{ N int }\n\nfunc (e *E) Error() string\n\nfunc more(e *E) string\n\nvar V = map[int]string{1: \"a\", 2: \"b\"}\n\nfunc Keep(e *E) error\n";
const Q: &str = "package q\n\nimport \"p\"\n\nvar Here error = &p.E{N: 1}\n\nfunc Say() (bool, func() error) {\n\te := &p.E{N: len(p.V)}\n\tvar here error = e\n\treturn here == p.Keep(e), func() error { return here }\n}\n";

/// What a real compiler makes of these.
struct Made {
    own: Vec<u8>,
    declared: Vec<u8>,
    importer: Vec<u8>,
    /// The importer compiled against `own` in the ordinary way.
    ordinary: Vec<u8>,
}

/// `None`, with a word on standard error, where there is no toolchain.
fn made() -> Option<&'static Made> {
    static MADE: LazyLock<Option<Made>> = LazyLock::new(|| {
        let tools = std::env::var_os("ASSAY_TOOLS").map(PathBuf::from);
        let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools"));
        let root = crate::find::toolchain(&tools).ok()?.root;
        let compiler = root.join("pkg/tool").join(format!("linux_{}", crate::find::GOARCH)).join("compile");
        let folder = tempfile::tempdir().unwrap();
        let compile = |path: &str, text: &str, of: &str| -> Vec<u8> {
            let at = |name: &str| folder.path().join(name);
            std::fs::write(at("x.go"), text).unwrap();
            std::fs::write(at("map"), format!("packagefile p={of}.a\n")).unwrap();
            let to = format!("{path}-{}.a", text.len() + of.len());
            let args = ["-o", &to, "-p", path, "-pack", "-dwarf=false", "-importcfg", "map", "x.go"];
            Tool::new(&compiler).cwd(folder.path()).args(args).run_ok().unwrap();
            let bytes = std::fs::read(at(&to)).unwrap();
            std::fs::rename(at(&to), at(&format!("{}.a", if text == DECLARED { "d" } else { path })))
                .unwrap();
            bytes
        };
        let (declared, own) = (compile("p", DECLARED, "none"), compile("p", P, "none"));
        Some(Made { own, declared, importer: compile("q", Q, "d"), ordinary: compile("q", Q, "p") })
    });
    if MADE.is_none() {
        // Past what the test runner withholds of tests that pass: `./x test` counts these lines.
        let why = "no Go toolchain (set ASSAY_GO or ASSAY_TOOLS to one)";
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("\nSKIP object: {why}\n"));
    }
    MADE.as_ref()
}

/// `importer`, which is `q`, compiled against `declared`, which is `p`.
fn loose(importer: &[u8], declared: &[u8]) -> Result<Loose, Unfit> {
    Loose::new("q", importer.to_vec(), "p", declared)
}

fn fit(importer: &[u8], declared: &[u8], own: &[u8]) -> Result<Vec<u8>, Unfit> {
    loose(importer, declared)?.fit(own)
}

/// Names and hashes of the tables of methods in an archive.
fn tables(archive: &[u8]) -> Vec<(String, [u8; HASH])> {
    let object = Object::read(archive).unwrap();
    let named = object.symbols(Block::HashedDef).map(|s| s.unwrap().name.to_owned());
    let all = named.zip(object.hashes().map(Option::unwrap));
    let mut tables: Vec<_> = all.filter(|(name, _)| name.starts_with("go:itab.")).collect();
    tables.sort();
    tables
}

#[test]
fn hashes_are_those_that_the_compiler_writes() {
    let Some(made) = made() else { return };
    for (path, archive) in
        [("p", &made.own), ("p", &made.declared), ("q", &made.importer), ("q", &made.ordinary)]
    {
        let object = Object::read(archive).unwrap();
        let written: Vec<_> = object.hashes().map(Option::unwrap).collect();
        assert!(!written.is_empty());
        assert_eq!(hash::contents(&object, path).unwrap(), written);
        assert!(hash::short_hold(&object));
    }
    let own = Object::read(&made.own).unwrap();
    assert_ne!(hash::contents(&own, "p"), hash::contents(&own, "other"), "the path is part of it");
}

#[test]
fn tables_of_methods_become_those_of_the_package_itself() {
    let Some(made) = made() else { return };
    let fitted = fit(&made.importer, &made.declared, &made.own).unwrap();
    let tables = [&made.own, &made.ordinary, &fitted, &made.importer].map(|archive| tables(archive));
    let [theirs, ordinary, fitted, before] = tables;
    assert_eq!(theirs.len(), 1, "{theirs:?}");
    assert_eq!((&fitted, &ordinary), (&theirs, &theirs));
    assert_ne!(before, theirs, "or it would prove nothing");
}

#[test]
fn what_fits_already_stays_as_it_is() {
    let Some(made) = made() else { return };
    let alone = loose(&made.importer, &made.declared).unwrap();
    assert!(alone.fitted(&made.declared, false).as_ref() == Ok(&made.importer));
    assert_eq!(alone.fit(&made.declared).err(), Some("a symbol has no like in the other build"));
    let inlined = "a function of the package was compiled into it";
    let said = |importer, declared| loose(importer, declared).err();
    assert_eq!(said(&made.ordinary, &made.own), Some(inlined), "the ordinary way has bodies to put in");
    assert_eq!(said(&made.importer, &made.own), Some("it was compiled against other declarations"));
}

#[test]
fn a_compiler_that_hashes_in_another_way_is_noticed() {
    let Some(made) = made() else { return };
    let object = Object::read(&made.importer).unwrap();
    for block in [Block::Hash, Block::Hash64] {
        let range = object.range(block);
        if !range.is_empty() {
            let mut other = made.importer.clone();
            other[object.start + range.end - 1] ^= 1;
            let said = loose(&other, &made.declared).err();
            assert_eq!(said, Some("this compiler hashes in another way"), "{block:?}");
        }
    }
}

#[test]
fn tables_that_do_not_meet_are_noticed() {
    let Some(made) = made() else { return };
    let object = Object::read(&made.own).unwrap();
    let table =
        object.symbols(Block::HashedDef).position(|s| s.unwrap().name.starts_with("go:itab.")).unwrap();
    let mut other = made.own.clone();
    other[object.start + object.entry(Block::Hash, table).unwrap()] ^= 1;
    let said = fit(&made.importer, &made.declared, &other).err();
    assert_eq!(said, Some("both define a symbol and do not agree on it"));
}

proptest! {
    #[test]
    fn any_words_are_read_without_panic(words in proptest::collection::vec(any::<u32>(), 0..64), text in "[a-z ]{0,70}") {
        let mut object = b"go object linux amd64 go1.27.9 x\n!\n\x00go120ld".to_vec();
        for word in &words {
            object.extend((word % 300).to_le_bytes());
        }
        let mut archive = b"!<arch>\n".to_vec();
        for member in [text.as_bytes(), &object] {
            archive.extend(format!("{:<48}{:<10}`\n", "x", member.len()).bytes());
            archive.extend(member);
            archive.extend(vec![0; member.len() % 2]);
        }
        let _ = loose(&archive, &archive);
        let _ = loose(text.as_bytes(), &archive);
        let _ = knows(&archive, "x");
    }

    #[test]
    fn changed_archives_are_read_without_panic(
        which in 0..3usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::weighted(0.1, any::<prop::sample::Index>()),
    ) {
        let Some(made) = made() else { return Ok(()) };
        let mut all = [made.importer.clone(), made.declared.clone(), made.own.clone()];
        let archive = &mut all[which];
        // Where the numbers are: most of the rest is text that nobody reads.
        let from = Object::read(archive).map_or(0, |object| object.start);
        for (at, byte) in changes {
            let at = from + at.index(archive.len() - from);
            archive[at] = byte;
        }
        if let Some(cut) = cut {
            archive.truncate(cut.index(archive.len()));
        }
        let _ = fit(&all[0], &all[1], &all[2]);
        let _ = knows(&all[0], "p");
    }
}
