//! What an ELF program needs to start: its loader and its libraries, found by reading files. Nothing is executed for it, as
//! `ldd` would: the program may be hostile.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The part of an ELF file that dynamic linking reads.
#[derive(Debug, Default, PartialEq, Eq)]
struct Linking {
    loader: Option<PathBuf>,
    needed: Vec<String>,
    /// `DT_RPATH` and `DT_RUNPATH`, unexpanded.
    folders: Vec<String>,
}

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_INTERP: u32 = 3;
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;
const DT_RPATH: u64 = 15;
const DT_RUNPATH: u64 = 29;

/// Every host file besides the program that it needs, the loader included; empty for a static one.
///
/// # Errors
/// It is no ELF program of a 64-bit little-endian machine, or a library is nowhere.
pub(super) fn needs(program: &Path) -> Result<BTreeSet<PathBuf>, String> {
    let mut found = BTreeSet::new();
    let mut wanted = vec![program.to_owned()];
    let usual = usual_folders();
    while let Some(file) = wanted.pop() {
        let bytes = std::fs::read(&file).map_err(|e| format!("reading {}: {e}", file.display()))?;
        let linking =
            parse(&bytes).ok_or_else(|| format!("{} is no ELF program for this machine", file.display()))?;
        let origin = file.parent().unwrap_or(Path::new("/")).to_string_lossy().into_owned();
        let own = linking.folders.iter().map(|f| f.replace("${ORIGIN}", &origin).replace("$ORIGIN", &origin));
        let folders: Vec<PathBuf> = own.map(PathBuf::from).chain(usual.iter().cloned()).collect();
        let libraries = linking.needed.iter().map(|name| {
            let named = |folder: &PathBuf| Some(folder.join(name)).filter(|path| path.is_file());
            folders
                .iter()
                .find_map(named)
                .ok_or_else(|| format!("{} needs {name}, which is nowhere", file.display()))
        });
        let libraries: Vec<PathBuf> = libraries.collect::<Result<_, _>>()?;
        for path in libraries.into_iter().chain(linking.loader) {
            if found.insert(path.clone()) {
                wanted.push(path);
            }
        }
    }
    Ok(found)
}

/// `None` when the bytes are no such file.
fn parse(bytes: &[u8]) -> Option<Linking> {
    // 64 bits, little endian.
    if bytes.get(..6)? != [0x7f, b'E', b'L', b'F', 2, 1] {
        return None;
    }
    let (table, size, count) = (number(bytes, 32, 8)?, number(bytes, 54, 2)?, number(bytes, 56, 2)?);
    let mut linking = Linking::default();
    let (mut loads, mut dynamic) = (vec![], None);
    for index in 0..count {
        let at = table.checked_add(index.checked_mul(size)?)?;
        let word = |offset| number(bytes, at.checked_add(offset)?, 8);
        let (offset, address, length) = (word(8)?, word(16)?, word(32)?);
        match number(bytes, at, 4)? as u32 {
            PT_LOAD => loads.push((offset, address, length)),
            PT_DYNAMIC => dynamic = Some((offset, length)),
            PT_INTERP => linking.loader = Some(text(bytes, offset)?.into()),
            _ => {}
        }
    }
    let Some((begin, length)) = dynamic else { return Some(linking) };
    let end = begin.checked_add(length)?;
    let tags = (begin..end)
        .step_by(16)
        .map_while(|at| Some((number(bytes, at, 8)?, number(bytes, at.checked_add(8)?, 8)?)));
    let tags: Vec<(u64, u64)> = tags.take_while(|(tag, _)| *tag != 0).collect();
    let Some((_, address)) = tags.iter().find(|(tag, _)| *tag == DT_STRTAB) else { return Some(linking) };
    let strings = loads.iter().find_map(|(offset, start, length)| {
        let inside = address.checked_sub(*start).filter(|inside| inside < length)?;
        offset.checked_add(inside)
    })?;
    for (tag, value) in tags {
        match tag {
            DT_NEEDED => linking.needed.push(text(bytes, strings.checked_add(value)?)?),
            DT_RPATH | DT_RUNPATH => {
                let list = text(bytes, strings.checked_add(value)?)?;
                linking.folders.extend(list.split(':').map(str::to_owned));
            }
            _ => {}
        }
    }
    Some(linking)
}

fn number(bytes: &[u8], at: u64, length: usize) -> Option<u64> {
    let at = usize::try_from(at).ok()?;
    let part = bytes.get(at..at.checked_add(length)?)?;
    Some(part.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)))
}

fn text(bytes: &[u8], at: u64) -> Option<String> {
    let rest = bytes.get(usize::try_from(at).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    String::from_utf8(rest[..end].to_vec()).ok()
}

/// Where loaders look without being told: what `/etc/ld.so.conf` names, and the fixed places.
fn usual_folders() -> Vec<PathBuf> {
    let configured = std::fs::read_dir("/etc/ld.so.conf.d").into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = configured.map(|entry| entry.path()).collect();
    files.sort();
    files.push("/etc/ld.so.conf".into());
    let texts: Vec<String> = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    let named =
        texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| line.starts_with('/'));
    named.chain(["/lib64", "/usr/lib64", "/lib", "/usr/lib"]).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_test_needs_a_loader_and_libc() {
        let names: BTreeSet<String> = needs(&std::env::current_exe().unwrap())
            .unwrap()
            .iter()
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect();
        assert!(
            names.iter().any(|n| n.starts_with("libc.")) && names.iter().any(|n| n.starts_with("ld-")),
            "{names:?}"
        );
    }

    #[test]
    fn damage_is_no_program_and_no_panic() {
        let mut bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        bytes.truncate(64 << 10);
        for at in 0..64 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            let _ = parse(&damaged);
            let _ = parse(&bytes[..at]);
        }
        assert_eq!(parse(b"#!/bin/sh"), None);
    }
}
