//! The little that loading must know of Go source: its package clause and its test functions.

use crate::error::line_of;

/// The name in the package clause and its line; none when the file has no such clause at its head.
pub(crate) fn package_clause(text: &str) -> Option<(&str, u32)> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        rest = if let Some(comment) = rest.strip_prefix("//") {
            &comment[comment.find('\n')?..]
        } else if let Some(comment) = rest.strip_prefix("/*") {
            &comment[comment.find("*/")? + 2..]
        } else {
            break;
        };
    }
    let line = line_of(text, text.len() - rest.len());
    let name = rest.strip_prefix("package")?.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']);
    let end = name.find(|c: char| !is_word(c)).unwrap_or(name.len());
    (end > 0).then(|| (&name[..end], line))
}

/// A function at the start of a line whose name makes `go test` take it for a test or a benchmark.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestFunction<'t> {
    /// Its name.
    pub(crate) name: &'t str,
    /// Line, from 1.
    pub(crate) line: u32,
    /// Whether it takes a lone `*testing.T`, or `*testing.B`. Go refuses one that does not.
    pub(crate) fits: bool,
}

/// The test functions of a file in source order: `^func (Test[A-Z0-9_]\w*)\(\w+ \*testing\.T\)`, and those that go by such
/// a name but have another form.
pub(crate) fn test_functions(text: &str) -> Vec<TestFunction<'_>> {
    functions(text, "Test", " *testing.T)")
}

/// The same for benchmarks: `^func (Benchmark[A-Z0-9_]\w*)\(\w+ \*testing\.B\)`.
pub(crate) fn benchmark_functions(text: &str) -> Vec<TestFunction<'_>> {
    functions(text, "Benchmark", " *testing.B)")
}

fn functions<'t>(text: &'t str, prefix: &str, parameter: &str) -> Vec<TestFunction<'t>> {
    let found = |(i, line): (usize, &'_ str)| -> Option<(usize, usize, usize)> {
        let name = line.strip_prefix("func ")?;
        let end = name.find(|c: char| !is_word(c)).unwrap_or(name.len());
        let after = name[..end].strip_prefix(prefix)?;
        // `Testimony` and a bare `Test` are ordinary names here.
        after.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_').then_some((
            i,
            "func ".len(),
            end,
        ))
    };
    text.lines()
        .enumerate()
        .filter_map(|(i, line)| found((i, line)).map(|f| (f, line)))
        .map(|((i, start, end), line)| {
            let tail = &line[start + end..];
            TestFunction {
                name: &line[start..start + end],
                line: i as u32 + 1,
                fits: takes(tail, parameter).is_some(),
            }
        })
        .collect()
}

/// The paths that a file in gofmt's form imports.
pub fn imports(text: &str) -> Vec<String> {
    let mut all = vec![];
    let mut inside = false;
    for line in text.lines() {
        let single = line.strip_prefix("import ");
        match line {
            _ if single.is_some_and(|rest| rest.trim() == "(") => inside = true,
            ")" => inside = false,
            _ if inside || single.is_some() => {
                all.extend(single.unwrap_or(line).split('"').nth(1).map(str::to_owned));
            }
            _ => {}
        }
    }
    all
}

fn takes(tail: &str, want: &str) -> Option<()> {
    let parameter = tail.strip_prefix('(')?;
    let end = parameter.find(|c: char| !is_word(c))?;
    (end > 0 && parameter[end..].starts_with(want)).then_some(())
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_clauses_are_found_behind_comments() {
        for (text, want) in [
            ("package pool\n", Some(("pool", 1))),
            ("// a\n/* b\n c */ package pool // d", Some(("pool", 3))),
            ("\n\tpackage\tpool;import \"fmt\"", Some(("pool", 2))),
            ("packagepool", None),
            ("package ", None),
            ("import \"fmt\"", None),
            ("// package pool", None),
            ("/* package pool", None),
            ("", None),
        ] {
            assert_eq!(package_clause(text), want, "{text:?}");
        }
    }

    #[test]
    fn imports_are_read_as_gofmt_leaves_them() {
        let text =
            "package a\n\nimport (\n\t\"sync\"\n\tx \"net/http\"\n)\n\nimport \"os\"\n\nvar s = \"x\"\n";
        assert_eq!(imports(text), ["sync", "net/http", "os"]);
    }

    #[test]
    fn tests_are_found_at_line_starts() {
        let text = "package p_test\n\nfunc TestA(t *testing.T) {\n\tfunc TestInner(t *testing.T)\nfunc Test_b(_ *testing.T) {}\n\
                    func Test1(t *testing.T) {}\nfunc Testimony(t *testing.T) {}\nfunc Test(t *testing.T) {}\n\
                    func TestMain(m *testing.M) {}\nfunc TestX(t *testing.T, n int) {}\nfunc (s S) TestM(t *testing.T) {}\n\
                    // func TestC(t *testing.T)\nfunc TestUnnamed(*testing.T) {}\n";
        let seen: Vec<_> = test_functions(text).into_iter().map(|t| (t.name, t.line, t.fits)).collect();
        assert_eq!(
            seen,
            [
                ("TestA", 3, true),
                ("Test_b", 5, true),
                ("Test1", 6, true),
                ("TestMain", 9, false),
                ("TestX", 10, false),
                ("TestUnnamed", 13, false),
            ]
        );
        let text =
            "func BenchmarkA(b *testing.B) {\nfunc BenchmarkT(t *testing.T) {}\nfunc Benchmarked() {}\n";
        let seen: Vec<_> = benchmark_functions(text).into_iter().map(|t| (t.name, t.line, t.fits)).collect();
        assert_eq!(seen, [("BenchmarkA", 1, true), ("BenchmarkT", 2, false)]);
    }
}
