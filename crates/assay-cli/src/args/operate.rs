use std::net::SocketAddr;
use std::path::PathBuf;

use assay_core::SubmissionId;
use clap::{Args, Subcommand, ValueEnum};

/// Which database.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct StorageArgs {
    /// Keep everything in PostgreSQL: postgres://USER@HOST/DATABASE [default: a file in the data folder]
    #[arg(long, global = true, value_name = "URL", env = "ASSAY_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct WorkArgs {
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    /// What hands out the work: nats://HOST:4222 [default: ask the database]
    #[arg(long, value_name = "URL", env = "ASSAY_BROKER", hide_env_values = true)]
    pub(crate) broker: Option<String>,
    /// Gradings at once [default: half the processors, at least 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) graders: Option<u16>,
    /// Where /livez, /readyz and /metrics are; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// Seconds after which a grader that is not heard of has lost its submission; as the server has it
    #[arg(long, value_name = "S", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub(crate) lease: u16,
}

#[derive(Debug, Args)]
pub(crate) struct JobsArgs {
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    #[command(subcommand)]
    pub(crate) command: JobsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// Those that were set aside, or of another state
    List {
        /// Of which state
        #[arg(long, value_name = "STATE", default_value = "set-aside")]
        state: JobState,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        most: u32,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Everything about one
    Show {
        /// Its id
        id: SubmissionId,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Put those that were set aside back into the queue
    Retry {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<SubmissionId>,
    },
    /// Take those off the list that were set aside, or call back what waits or runs
    Drop {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<SubmissionId>,
    },
}

/// A state as operators call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum JobState {
    Queued,
    Running,
    SetAside,
    Finished,
    Canceled,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    /// A new file; - for standard output
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    /// The file that `assay backup` wrote
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    /// Addresses, `visitor …` words, or ids of submissions: their visitor is meant, or else the address they came from
    #[arg(required = true, value_name = "WHO")]
    pub(crate) who: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    /// Addresses, `visitor …` words, or ids of submissions: their visitor is meant, or else the address they came from
    #[arg(required = true, value_name = "WHO")]
    pub(crate) who: Vec<String>,
    /// Do it; without this it only says what would go
    #[arg(long)]
    pub(crate) yes: bool,
}
