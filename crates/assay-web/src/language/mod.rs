//! What pages say, in the language of whoever reads: messages of Project Fluent, a folder for each language (`assay-web/language/`).
//!
//! The language of a request is known to everything that runs for it, so a template says `{{ say("key") }}` and no page carries it.
//! Verdicts, evidence and exercises are what they are in reports and files: English.

mod reader;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

pub(crate) use reader::{choose, follow};

/// A language that pages can be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| Language::ALL.map(Language::bundle));

impl Language {
    /// All, the one first that is complete and stands in for the others.
    pub(crate) const ALL: [Language; 2] = [Language::English, Language::German];

    /// Its BCP 47 tag, as `lang` has it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// What those who read it call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
        }
    }

    /// The language of the request that this runs for; English outside of one.
    pub(crate) fn of_reader() -> Language {
        reader::language()
    }

    /// Does work that says something in this language, on another thread than its request too.
    pub(crate) fn during<T>(self, work: impl FnOnce() -> T) -> T {
        reader::during(self, work)
    }

    fn source(self) -> &'static str {
        macro_rules! files {
            ($folder:literal) => {
                concat!(
                    include_str!(concat!("../../language/", $folder, "/evidence.ftl")),
                    include_str!(concat!("../../language/", $folder, "/frame.ftl")),
                    include_str!(concat!("../../language/", $folder, "/inside.ftl")),
                    include_str!(concat!("../../language/", $folder, "/learning.ftl")),
                    include_str!(concat!("../../language/", $folder, "/questions.ftl")),
                    include_str!(concat!("../../language/", $folder, "/report.ftl")),
                    include_str!(concat!("../../language/", $folder, "/workbench.ftl")),
                )
            };
        }
        match self {
            Language::English => files!("en"),
            Language::German => files!("de"),
        }
    }

    /// Its messages. What does not parse is left out, which the tests do not let happen.
    fn bundle(self) -> Bundle {
        let resource = FluentResource::try_new(self.source().to_owned()).unwrap_or_else(|(read, _)| read);
        let mut bundle = FluentBundle::new_concurrent(self.tag().parse().into_iter().collect());
        // Names and code of candidates are made inert elsewhere (`Shown`); invisible marks would be copied along with them.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        bundle
    }
}

/// The message of that key, to be shown as it is or filled by [`Message::with`].
pub(crate) fn say(key: &str) -> Message<'_> {
    Message { key, args: FluentArgs::new() }
}

/// The messages whose keys begin so, as the JSON object that scripts read: key to text, places to fill as `{$name}`.
pub(crate) fn for_scripts(prefix: &str) -> String {
    let keys = KEYS.iter().filter(|key| key.starts_with(prefix));
    let texts: serde_json::Map<String, serde_json::Value> =
        keys.map(|key| (key.clone(), say(key).to_string().into())).collect();
    // Inside of a script element nothing may look like its end.
    serde_json::Value::Object(texts).to_string().replace('<', "\\u003c")
}

static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| keys(Language::English));

/// The keys of a language's messages, in the order of its file.
fn keys(language: Language) -> Vec<String> {
    let entries = language.source().lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    entries.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
}

/// A message with what fills it.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    key: &'a str,
    args: FluentArgs<'a>,
}

impl<'a> Message<'a> {
    /// Puts a text or a number in the place called `name`; numbers also choose among plural forms.
    pub(crate) fn with(mut self, name: &'a str, value: impl Fills<'a>) -> Message<'a> {
        self.args.set(name, value.value());
        self
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [english, german] = &*BUNDLES;
        let bundle = match Language::of_reader() {
            Language::English => english,
            Language::German => german,
        };
        for bundle in [bundle, english] {
            if let Some(pattern) = bundle.get_message(self.key).and_then(|message| message.value()) {
                // A place that nothing fills is shown as it stands in the file.
                return f.write_str(&bundle.format_pattern(pattern, Some(&self.args), &mut vec![]));
            }
        }
        f.write_str(self.key)
    }
}

/// What can fill a place of a message.
pub(crate) trait Fills<'a> {
    /// As Fluent has it.
    fn value(self) -> FluentValue<'a>;
}

macro_rules! fills {
    ($($kind:ty),*) => {$(
        impl<'a> Fills<'a> for $kind {
            fn value(self) -> FluentValue<'a> {
                self.into()
            }
        }
        impl<'a> Fills<'a> for &$kind {
            fn value(self) -> FluentValue<'a> {
                self.clone().into()
            }
        }
    )*};
}

fills!(String, u16, u32, u64, usize);

impl<'a> Fills<'a> for &'a str {
    fn value(self) -> FluentValue<'a> {
        self.into()
    }
}

impl<'a> Fills<'a> for &&'a str {
    fn value(self) -> FluentValue<'a> {
        (*self).into()
    }
}
