use std::ffi::OsString;
use std::path::PathBuf;

use crate::args::PlaceArgs;
use crate::backend::Backend;
use crate::problem::Problem;

/// Where assay reads and keeps things, decided once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    /// A folder of exercises in place of the built-in ones.
    pub(crate) content: Option<PathBuf>,
    /// Runs.
    pub(crate) data: PathBuf,
    /// The Go toolchain and its prepared standard library.
    pub(crate) tools: PathBuf,
    /// Logins; nowhere where there is no home.
    pub(crate) config: Option<PathBuf>,
    /// Which kind of box.
    pub(crate) backend: Backend,
    /// Whether the weaker box may be used.
    pub(crate) allow_fallback: bool,
}

impl Places {
    /// From arguments and environment; `var` reads the latter.
    pub(crate) fn new(args: PlaceArgs, var: impl Fn(&str) -> Option<OsString>) -> Result<Places, Problem> {
        let base = |xdg: &str, under_home: &str| {
            let absolute = |p: OsString| Some(PathBuf::from(p)).filter(|p| p.is_absolute());
            let home = || var("HOME").and_then(absolute).map(|h| h.join(under_home));
            var(xdg).and_then(absolute).or_else(home).map(|p| p.join("assay"))
        };
        let homeless = |flag: &str| {
            Problem::input(
                "neither HOME nor its XDG variable names a folder",
                format!("give one with {flag}"),
            )
        };
        let given = |p: Option<PathBuf>| p.filter(|p| !p.as_os_str().is_empty());
        Ok(Places {
            content: given(args.content),
            data: given(args.data)
                .or_else(|| base("XDG_DATA_HOME", ".local/share"))
                .ok_or_else(|| homeless("--data DIR"))?,
            tools: given(args.tools)
                .or_else(|| base("XDG_CACHE_HOME", ".cache"))
                .ok_or_else(|| homeless("ASSAY_TOOLS=DIR"))?,
            config: base("XDG_CONFIG_HOME", ".config"),
            backend: args.backend,
            allow_fallback: args.allow_fallback,
        })
    }

    /// The content folder in which an author works: the one given, else that of the repository that we are in.
    pub(crate) fn writable_content(&self) -> Result<PathBuf, Problem> {
        let repository = PathBuf::from("exercises");
        match &self.content {
            Some(dir) => Ok(dir.clone()),
            None if repository.join("coding").is_dir() => Ok(repository),
            None => Err(Problem::input(
                "the built-in exercises are inside the program and do not change",
                "name a folder of your own: --content DIR",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: PlaceArgs, env: &[(&str, &str)], data: Result<&str, &str>, tools: &str) {
        let var = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
        let places = Places::new(args, var);
        match data {
            Ok(data) => {
                let places = places.unwrap();
                assert_eq!((places.data.to_str().unwrap(), places.tools.to_str().unwrap()), (data, tools));
            }
            Err(help) => assert_eq!(places.unwrap_err().help, help),
        }
    }

    #[test]
    fn arguments_before_xdg_before_home() {
        let home = ("HOME", "/h");
        check(PlaceArgs::default(), &[home], Ok("/h/.local/share/assay"), "/h/.cache/assay");
        let xdg = [home, ("XDG_DATA_HOME", "/d"), ("XDG_CACHE_HOME", "relative")];
        check(PlaceArgs::default(), &xdg, Ok("/d/assay"), "/h/.cache/assay");
        let data = PlaceArgs { data: Some("mine".into()), ..PlaceArgs::default() };
        check(data, &[home], Ok("mine"), "/h/.cache/assay");
        check(PlaceArgs::default(), &[], Err("give one with --data DIR"), "");
        let data = PlaceArgs { data: Some("mine".into()), ..PlaceArgs::default() };
        check(data, &[], Err("give one with ASSAY_TOOLS=DIR"), "");
    }
}
