//! Arguments of the commands that speak to a server.

use std::path::PathBuf;

use assay_core::Slug;
use clap::Args;

use crate::remote::{RunName, ServerUrl};

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// The server: https://HOST, or http://HOST:PORT for one on this machine
    #[arg(value_name = "URL")]
    pub(crate) server: ServerUrl,
    /// A code that the server's progress page made, to go on with what that browser has [default: asks on a terminal]
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LogoutArgs {
    /// The server [default: the only one you are logged in at]
    #[arg(value_name = "URL")]
    pub(crate) server: Option<ServerUrl>,
}

#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// Which exercise; `assay list` names the built-in ones
    pub(crate) slug: Slug,
    /// Where; a new or an empty folder [default: the exercise's name]
    pub(crate) dir: Option<PathBuf>,
    /// Take it from this server [default: the one of the latest login, else the built-in ones]
    #[arg(long, value_name = "URL", conflicts_with_all = ["local", "content"])]
    pub(crate) server: Option<ServerUrl>,
    /// Go on with what you wrote in the browser
    #[arg(long, conflicts_with_all = ["local", "content"])]
    pub(crate) draft: bool,
    /// Take it from the built-in exercises, whatever you are logged in at
    #[arg(long)]
    pub(crate) local: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SubmitArgs {
    /// Folder with the .go files
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Which exercise [default: what .assay.toml in the folder says]
    #[arg(long, value_name = "SLUG")]
    pub(crate) exercise: Option<Slug>,
    /// Hand in at this server [default: what .assay.toml says, else the one of the latest login]
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<ServerUrl>,
    /// Run only the tests that you can read
    #[arg(long)]
    pub(crate) visible: bool,
    /// Wait for the verdict, and show the report as `assay check` does
    #[arg(long)]
    pub(crate) watch: bool,
    /// Take every random choice from this number
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Answer in JSON: with the run's id and page, with --watch with the report
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// The run's id, or the address of its page
    #[arg(value_name = "RUN")]
    pub(crate) run: RunName,
    /// The server that has it [default: that of the address, else the one of the latest login]
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<ServerUrl>,
    /// Answer with the report in JSON
    #[arg(long)]
    pub(crate) json: bool,
}
