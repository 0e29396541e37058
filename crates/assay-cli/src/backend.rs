use std::str::FromStr;

use assay_sandbox::{Jail, JailConfig, Sandbox};

use crate::places::Places;
use crate::problem::Problem;

/// Which kind of box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Backend {
    /// This kernel's namespaces, cgroups, seccomp and Landlock.
    #[default]
    Jail,
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(word: &str) -> Result<Backend, String> {
        match word {
            "jail" => Ok(Backend::Jail),
            _ => Err(format!("there is no backend `{word}`; there is jail")),
        }
    }
}

impl Backend {
    /// A box with `slots` places.
    pub(crate) fn open(&self, slots: usize, places: &Places) -> Result<Box<dyn Sandbox>, Problem> {
        match self {
            Backend::Jail => {
                let allow_fallback = places.allow_fallback;
                Ok(Box::new(Jail::start(JailConfig { slots, allow_fallback, ..JailConfig::default() })?))
            }
        }
    }
}
