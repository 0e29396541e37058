//! Build constraints, evaluated as `go test` without tags does it.

/// The constraint at a file's head.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Constraint {
    /// Its line, from 1.
    pub(crate) line: u32,
    /// Whether the file is built; none when nobody can read it.
    pub(crate) holds: Option<bool>,
}

/// The `//go:build` line before the package clause, if there is one.
pub(crate) fn constraint(text: &str) -> Option<Constraint> {
    let mut head = (1..).zip(text.lines()).take_while(|(_, line)| !line.starts_with("package "));
    let (line, words) = head.find_map(|(n, line)| Some((n, line.strip_prefix("//go:build")?)))?;
    let mut rest = words;
    let holds = either(&mut rest).filter(|_| rest.trim().is_empty());
    Some(Constraint { line, holds })
}

/// The text with an empty line in place of its constraint, and of what says the same to older tools.
pub(crate) fn without(constraint: &Constraint, text: &str) -> String {
    let is_one =
        |n, line: &str| n == constraint.line || (n < constraint.line + 4 && line.starts_with("// +build"));
    let kept = |(n, line): (u32, &str)| if is_one(n, line) { "\n".to_owned() } else { format!("{line}\n") };
    (1..).zip(text.lines()).map(kept).collect()
}

/// `a || b`
fn either(rest: &mut &str) -> Option<bool> {
    let mut holds = both(rest)?;
    while taken(rest, "||") {
        holds |= both(rest)?;
    }
    Some(holds)
}

/// `a && b`
fn both(rest: &mut &str) -> Option<bool> {
    let mut holds = one(rest)?;
    while taken(rest, "&&") {
        holds &= one(rest)?;
    }
    Some(holds)
}

/// `!a`, `(a || b)`, `a`
fn one(rest: &mut &str) -> Option<bool> {
    if taken(rest, "!") {
        return one(rest).map(|holds| !holds);
    }
    if taken(rest, "(") {
        return either(rest).filter(|_| taken(rest, ")"));
    }
    let text = rest.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(text.len());
    let (tag, after) = text.split_at(end);
    *rest = after;
    (!tag.is_empty()).then(|| is_set(tag))
}

fn taken(rest: &mut &str, word: &str) -> bool {
    let after = rest.trim_start().strip_prefix(word);
    if let Some(after) = after {
        *rest = after;
    }
    after.is_some()
}

fn is_set(tag: &str) -> bool {
    let release = tag.strip_prefix("go1.").and_then(|minor| minor.parse::<u32>().ok());
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    release.is_some_and(|minor| minor <= crate::manifest::NEWEST_GO)
        || ["linux", "unix", "gc", processor].contains(&tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_holds_as_without_tags() {
        for (words, want) in [
            ("first", Some(false)),
            ("!first", Some(true)),
            ("step1 || (!step2 && !step3)", Some(true)),
            ("linux && go1.21", Some(true)),
            ("windows||go1.99", Some(false)),
            ("!(unix && gc)", Some(false)),
            ("a b", None),
            ("(a", None),
            ("", None),
        ] {
            let text = format!("// c\n\n//go:build {words}\n\npackage a\n");
            assert_eq!(constraint(&text), Some(Constraint { line: 3, holds: want }), "{words}");
        }
        assert_eq!(constraint("package a\n\n//go:build never\n"), None);
    }

    #[test]
    fn without_it_lines_stay_where_they_are() {
        let text = "//go:build !slow\n// +build !slow\n\npackage a\n";
        assert_eq!(without(&constraint(text).unwrap(), text), "\n\n\npackage a\n");
    }
}
