use std::str::FromStr;
use std::sync::Arc;

use assay_sandbox::{Installed, Jail, JailConfig, Oci, OciConfig, Sandbox, Wasi, WasiConfig, installed};

use crate::places::Places;
use crate::problem::Problem;

/// Which kind of box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Backend {
    /// This kernel's namespaces, cgroups, seccomp and Landlock.
    #[default]
    Jail,
    /// Containers of the runtime of this name; of the first that works, without one.
    Oci(Option<String>),
    /// WebAssembly, with no namespaces around it.
    Wasi,
}

const RUNTIMES: [&str; 3] = ["crun", "runc", "runsc"];

impl FromStr for Backend {
    type Err = String;

    fn from_str(word: &str) -> Result<Backend, String> {
        match (word, word.strip_prefix("oci:")) {
            ("jail", _) => Ok(Backend::Jail),
            ("oci", _) => Ok(Backend::Oci(None)),
            ("wasi", _) => Ok(Backend::Wasi),
            (_, Some(name)) if RUNTIMES.contains(&name) => Ok(Backend::Oci(Some(name.to_owned()))),
            _ => Err(format!(
                "there is no backend `{word}`; there are jail, wasi, oci, oci:{}",
                RUNTIMES.join(", oci:")
            )),
        }
    }
}

impl Backend {
    /// Places for WebAssembly, in this kind of box.
    pub(crate) fn wasi(&self, slots: usize, places: &Places) -> Result<Arc<Wasi>, Problem> {
        let around = if *self == Backend::Wasi { weak(slots)? } else { self.open(slots, places)? };
        Ok(Arc::new(Wasi::start(WasiConfig::new(around))?))
    }

    /// A box with `slots` places.
    pub(crate) fn open(&self, slots: usize, places: &Places) -> Result<Arc<dyn Sandbox>, Problem> {
        match self {
            Backend::Jail => {
                let allow_fallback = places.allow_fallback;
                Ok(Arc::new(Jail::start(JailConfig { slots, allow_fallback, ..JailConfig::default() })?))
            }
            Backend::Oci(wanted) => oci(wanted.as_deref(), slots),
            Backend::Wasi => Ok(self.wasi(slots, places)?),
        }
    }
}

/// A box without namespaces and cgroups, for workers of the backend wasi.
fn weak(slots: usize) -> Result<Arc<dyn Sandbox>, Problem> {
    Ok(Arc::new(Jail::start(JailConfig { slots, force_fallback: true, ..JailConfig::default() })?))
}

/// The runtimes of this machine.
pub(crate) fn runtimes() -> Vec<Installed> {
    installed(&std::env::var_os("PATH").unwrap_or_default())
}

/// The first that works; if none does, why the last one does not.
fn oci(wanted: Option<&str>, slots: usize) -> Result<Arc<dyn Sandbox>, Problem> {
    let named = wanted.unwrap_or("container runtime");
    let mut came: Result<Arc<dyn Sandbox>, Problem> = Err(Problem::input(
        format!("there is no {named} on this machine"),
        format!("install one of {}, or use the backend jail", RUNTIMES.join(", ")),
    ));
    for found in runtimes().into_iter().filter(|found| wanted.is_none_or(|name| found.name == name)) {
        match Oci::start(OciConfig { slots, ..OciConfig::new(&found.path) }) {
            Ok(oci) => return Ok(Arc::new(oci)),
            Err(fault) => came = Err(fault.into()),
        }
    }
    came
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backends_have_names_and_others_are_refused() {
        assert_eq!("jail".parse(), Ok(Backend::Jail));
        assert_eq!("oci".parse(), Ok(Backend::Oci(None)));
        assert_eq!("wasi".parse(), Ok(Backend::Wasi));
        assert_eq!("oci:runc".parse(), Ok(Backend::Oci(Some("runc".into()))));
        for word in ["", "oci:", "oci:/bin/sh", "docker"] {
            let why = word.parse::<Backend>().unwrap_err();
            assert!(why.contains("jail, wasi, oci, oci:crun, oci:runc, oci:runsc"), "{why}");
        }
    }
}
