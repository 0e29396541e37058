//! The compiler's words as data.

use assay_core::Position;

/// One message of the compiler or linker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Folder of the file inside the box: `submission`, `tests`, `main`; empty for the linker.
    pub folder: String,
    /// Where, if it says so.
    pub position: Option<Position>,
    /// Its words, with continuation lines.
    pub message: String,
}

/// Most messages kept of one compilation.
const MOST: usize = 100;

/// Longest line kept of a message, characters: the compiler quotes a literal of 200 KB whole.
const LONGEST: usize = 500;

/// Read `folder/file.go:line:column: message`, lines that begin with a tab belonging to the message before.
pub(crate) fn parse(text: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for line in text.lines() {
        let line = line.char_indices().nth(LONGEST).map_or(line, |(at, _)| &line[..at]);
        if line.starts_with('\t')
            && let Some(last) = found.last_mut()
        {
            last.message.push('\n');
            last.message.push_str(line);
            continue;
        }
        if line.trim().is_empty() || line.starts_with("# ") {
            continue;
        }
        if found.len() == MOST {
            found.push(Diagnostic { folder: String::new(), position: None, message: "… and more".into() });
            break;
        }
        found.push(positioned(line).unwrap_or_else(|| Diagnostic {
            folder: String::new(),
            position: None,
            message: line.trim().to_owned(),
        }));
    }
    found
}

/// `folder/file.go:line:column: message` as data.
pub(crate) fn positioned(line: &str) -> Option<Diagnostic> {
    let (path, rest) = line.split_once(".go:")?;
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let (folder, stem) = path.split_once('/').unwrap_or(("", path));
    let (number, rest) = rest.split_once(':')?;
    let number = number.parse().ok()?;
    let (column, message) = match rest.split_once(':') {
        Some((c, message)) if c.parse::<u32>().is_ok() => (c.parse().unwrap_or(0), message),
        _ => (0, rest),
    };
    let position = Position { file: format!("{stem}.go"), line: number, column };
    Some(Diagnostic {
        folder: folder.to_owned(),
        position: Some(position),
        message: message.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_their_place_and_continuations() {
        let got = parse(
            "submission/pool.go:3:5: undefined: x\nsubmission/a.go:7: bad\n\tmore of it\nruntime.main_main·f: function main is undeclared in the main package\n",
        );
        let short: Vec<String> = got
            .iter()
            .map(|d| {
                let at = d
                    .position
                    .as_ref()
                    .map(|p| format!("{}:{}:{}", p.file, p.line, p.column))
                    .unwrap_or_default();
                format!("{}|{at}|{}", d.folder, d.message)
            })
            .collect();
        assert_eq!(
            short,
            [
                "submission|pool.go:3:5|undefined: x",
                "submission|a.go:7:0|bad\n\tmore of it",
                "||runtime.main_main·f: function main is undeclared in the main package",
            ]
        );
    }

    #[test]
    fn a_flood_is_cut() {
        assert_eq!(parse(&"submission/a.go:1:1: x\n".repeat(5000)).len(), MOST + 1);
        assert!(
            parse(&format!("submission/a.go:1:1: {}\n", "é".repeat(5000)))[0].message.len() < 2 * LONGEST
        );
    }
}
