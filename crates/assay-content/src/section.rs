//! Reading a TOML table key by key, with the line of every fault.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Problems, line_of};

/// A table of a TOML file from which keys are taken one by one. Each fault is noted and reading goes on; keys that nobody
/// took are faults too.
pub(crate) struct Section<'t> {
    file: &'t Path,
    text: &'t str,
    /// Name in messages: empty for the top, else `limits`, `start.passes`, …
    name: String,
    /// Line of the table's header; none for the top.
    line: Option<u32>,
    table: DeTable<'t>,
    known: Vec<&'static str>,
    problems: &'t Problems,
}

/// A value with the line it stands in.
pub(crate) struct At<T> {
    pub(crate) line: u32,
    pub(crate) value: T,
}

impl<'t> Section<'t> {
    /// The whole file; none when it is no TOML.
    pub(crate) fn parse(file: &'t Path, text: &'t str, problems: &'t Problems) -> Option<Section<'t>> {
        match DeTable::parse(text) {
            Ok(table) => Some(Section {
                file,
                text,
                name: String::new(),
                line: None,
                table: table.into_inner(),
                known: Vec::new(),
                problems,
            }),
            Err(e) => {
                let line = line_of(text, e.span().map_or(0, |s| s.start));
                problems.at_line(file, line, format!("this is no TOML: {}", e.message()));
                None
            }
        }
    }

    fn take(&mut self, key: &'static str) -> Option<At<DeValue<'t>>> {
        self.known.push(key);
        let value: Spanned<DeValue<'t>> = self.table.remove(key)?;
        Some(At { line: line_of(self.text, value.span().start), value: value.into_inner() })
    }

    /// Note a fault of this table.
    pub(crate) fn fault(&self, line: Option<u32>, message: String) {
        match line.or(self.line) {
            Some(line) => self.problems.at_line(self.file, line, message),
            None => self.problems.at(self.file, message),
        }
    }

    fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn wrong(&self, at: &At<DeValue<'t>>, key: &str, want: &str) {
        let is = at.value.type_str();
        self.fault(Some(at.line), format!("`{}` must be {want}, not {} {is}", self.full(key), article(is)));
    }

    /// Note that `key` is not there.
    pub(crate) fn missing(&self, key: &str, want: &str) {
        self.fault(None, format!("`{}` is missing; add {want}", self.full(key)));
    }

    /// A table below this one.
    pub(crate) fn section(&mut self, key: &'static str) -> Option<Section<'t>> {
        let at = self.take(key)?;
        let name = self.full(key);
        let line = Some(at.line);
        let DeValue::Table(table) = at.value else {
            self.wrong(&at, key, &format!("a table `[{name}]`"));
            return None;
        };
        let (file, text, problems) = (self.file, self.text, self.problems);
        Some(Section { file, text, name, line, table, known: Vec::new(), problems })
    }

    /// The tables of a list `[[key]]`, in order; empty when the key is not there.
    pub(crate) fn sections(&mut self, key: &'static str) -> Vec<Section<'t>> {
        let Some(at) = self.take(key) else { return Vec::new() };
        let name = self.full(key);
        let DeValue::Array(items) = at.value else {
            self.wrong(&at, key, &format!("a list of tables `[[{name}]]`"));
            return Vec::new();
        };
        let (file, text, problems) = (self.file, self.text, self.problems);
        let mut all = Vec::new();
        for item in items {
            let line = line_of(text, item.span().start);
            let at = At { line, value: item.into_inner() };
            match at.value {
                DeValue::Table(table) => {
                    let (name, line) = (name.clone(), Some(line));
                    all.push(Section { file, text, name, line, table, known: Vec::new(), problems });
                }
                _ => self.wrong(&at, key, &format!("a list of tables `[[{name}]]`")),
            }
        }
        all
    }

    /// Line of this table's header; the first line for the whole file.
    pub(crate) fn line(&self) -> u32 {
        self.line.unwrap_or(1)
    }

    /// A text that is not blank, when the key is there.
    pub(crate) fn optional_text(&mut self, key: &'static str) -> Option<At<String>> {
        let at = self.take(key)?;
        match &at.value {
            DeValue::String(s) if s.trim().is_empty() => {
                self.fault(
                    Some(at.line),
                    format!("`{}` is blank; write it or leave the key out", self.full(key)),
                );
                None
            }
            DeValue::String(s) => Some(At { line: at.line, value: s.trim().to_owned() }),
            _ => {
                self.wrong(&at, key, "a text");
                None
            }
        }
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, key: &'static str, want: &str) -> Option<At<String>> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.missing(key, want);
            return None;
        }
        self.optional_text(key)
    }

    /// A list of texts, each with its line; empty when the key is not there.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<At<String>> {
        let Some(at) = self.take(key) else { return Vec::new() };
        let DeValue::Array(items) = &at.value else {
            self.wrong(&at, key, "a list of texts");
            return Vec::new();
        };
        let mut all: Vec<At<String>> = Vec::new();
        for item in items {
            let line = line_of(self.text, item.span().start);
            match item.get_ref() {
                DeValue::String(s) if s.trim().is_empty() => {
                    self.fault(Some(line), format!("`{}` has a blank entry; take it out", self.full(key)));
                }
                DeValue::String(s) if all.iter().any(|a| a.value == s.trim()) => {
                    self.fault(Some(line), format!("`{}` names `{}` twice", self.full(key), s.trim()));
                }
                DeValue::String(s) => all.push(At { line, value: s.trim().to_owned() }),
                other => {
                    let is = other.type_str();
                    let message =
                        format!("`{}` must hold texts only, not {} {is}", self.full(key), article(is));
                    self.fault(Some(line), message);
                }
            }
        }
        all
    }

    /// A whole number between 1 and `most`, when the key is there.
    pub(crate) fn count(&mut self, key: &'static str, most: u32) -> Option<u32> {
        self.within(key, 1, most).map(|at| at.value)
    }

    /// A whole number from `least` to `most`, with its line, when the key is there.
    pub(crate) fn within(&mut self, key: &'static str, least: u32, most: u32) -> Option<At<u32>> {
        let at = self.take(key)?;
        if !matches!(at.value, DeValue::Integer(_)) {
            self.wrong(&at, key, "a whole number");
            return None;
        }
        let n = number(&at.value).filter(|n| (least..=most).contains(n));
        if n.is_none() {
            self.fault(Some(at.line), format!("`{}` must be from {least} to {most}", self.full(key)));
        }
        n.map(|value| At { line: at.line, value })
    }

    /// A whole number from `least` to `most` that must be there.
    pub(crate) fn needed_within(&mut self, key: &'static str, least: u32, most: u32) -> Option<At<u32>> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.missing(key, &format!("a whole number from {least} to {most}"));
            return None;
        }
        self.within(key, least, most)
    }

    /// A whole number between 1 and `most` that must be there.
    pub(crate) fn needed_count(&mut self, key: &'static str, most: u32) -> Option<u32> {
        self.needed_within(key, 1, most).map(|at| at.value)
    }

    /// Two whole numbers `[least, most]`, both from 1 to `top`, the first not above the second, when the key is there.
    pub(crate) fn span(&mut self, key: &'static str, top: u32) -> Option<At<(u32, u32)>> {
        let at = self.take(key)?;
        let pair = match &at.value {
            DeValue::Array(items) => {
                let numbers: Vec<u32> = items.iter().filter_map(|i| number(i.get_ref())).collect();
                if let ([least, most], 2) = (&numbers[..], items.len()) {
                    Some((*least, *most))
                } else {
                    None
                }
            }
            _ => None,
        };
        let sound = pair.filter(|(least, most)| 1 <= *least && least <= most && *most <= top);
        if sound.is_none() {
            let message =
                format!("`{}` must be `[least, most]`, two whole numbers from 1 to {top}", self.full(key));
            self.fault(Some(at.line), message);
        }
        sound.map(|value| At { line: at.line, value })
    }

    /// [`Section::span`] of a key that must be there.
    pub(crate) fn needed_span(&mut self, key: &'static str, top: u32) -> Option<At<(u32, u32)>> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.missing(key, &format!("the time it may take, e.g. `{key} = [5, 6]`"));
            return None;
        }
        self.span(key, top)
    }

    /// `true` or `false`, when the key is there.
    pub(crate) fn flag(&mut self, key: &'static str) -> Option<At<bool>> {
        let at = self.take(key)?;
        match at.value {
            DeValue::Boolean(value) => Some(At { line: at.line, value }),
            _ => {
                self.wrong(&at, key, "true or false");
                None
            }
        }
    }

    /// Seconds from `least` to `most`, whole or not, when the key is there.
    pub(crate) fn seconds(&mut self, key: &'static str, least: f64, most: f64) -> Option<f64> {
        self.decimal(key, least, most, "a number of seconds", " seconds")
    }

    /// A factor from `least` to `most`, whole or not, when the key is there.
    pub(crate) fn ratio(&mut self, key: &'static str, least: f64, most: f64) -> Option<f64> {
        self.decimal(key, least, most, "a number", "")
    }

    /// Whether one of `keys` is there and not yet taken.
    pub(crate) fn holds_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.table.contains_key(*key))
    }

    fn decimal(&mut self, key: &'static str, least: f64, most: f64, want: &str, unit: &str) -> Option<f64> {
        let at = self.take(key)?;
        let digits = match &at.value {
            DeValue::Integer(i) if i.radix() == 10 => i.as_str(),
            DeValue::Float(f) => f.as_str(),
            _ => {
                self.wrong(&at, key, want);
                return None;
            }
        };
        let n = digits.parse::<f64>().ok().filter(|n| *n >= least && *n <= most);
        if n.is_none() {
            self.fault(Some(at.line), format!("`{}` must be from {least} to {most}{unit}", self.full(key)));
        }
        n
    }

    /// All keys are taken: what is left is unknown.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            let line = line_of(self.text, key.span().start);
            let shown = self.full(key.get_ref()).escape_debug().to_string();
            let known = self.known.join(", ");
            self.problems.at_line(self.file, line, format!("unknown key `{shown}`; known here: {known}"));
        }
    }
}

fn number(value: &DeValue<'_>) -> Option<u32> {
    let DeValue::Integer(i) = value else { return None };
    u32::from_str_radix(i.as_str(), i.radix()).ok()
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
