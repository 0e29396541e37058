mod measure;
mod operate;
mod remote;
mod strength;

use std::net::SocketAddr;
use std::path::PathBuf;

use assay_core::{Slug, SubmissionId};
use clap::{Args, Parser, Subcommand};

use crate::backend::Backend;
pub(crate) use measure::{
    AttackArgs, BenchCommand, BoxArgs, CorpusArgs, CorpusName, FleetBenchArgs, GradeBenchArgs,
    SandboxBenchArgs, WasiBenchArgs,
};
pub(crate) use operate::{
    BackupArgs, ExportArgs, ForgetArgs, JobState, JobsArgs, JobsCommand, RestoreArgs, StorageArgs, WorkArgs,
};
pub(crate) use remote::{LoginArgs, LogoutArgs, StartArgs, SubmitArgs, WatchArgs};
pub(crate) use strength::{Chosen, ExploreArgs, FlakeArgs, MutateArgs};

/// Runs Go submissions in a box and answers with a verdict and its proof.
#[derive(Debug, Parser)]
#[command(name = "assay", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) places: PlaceArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 accepted, proven or healthy · 1 another verdict · 2 wrong command or input · 3 our fault";

/// Where assay reads and keeps things.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PlaceArgs {
    /// Read exercises from this folder instead of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) content: Option<PathBuf>,
    /// Keep runs here [default: $XDG_DATA_HOME/assay or ~/.local/share/assay]
    #[arg(long, global = true, value_name = "DIR", env = "ASSAY_DATA", hide_env_values = true)]
    pub(crate) data: Option<PathBuf>,
    /// Where the Go toolchain and its prepared standard library are.
    #[arg(long, global = true, value_name = "DIR", env = "ASSAY_TOOLS", hide = true)]
    pub(crate) tools: Option<PathBuf>,
    /// Which kind of box: jail, or wasi (WebAssembly, where there is no jail), or containers of an installed runtime by oci:crun, oci:runc,
    /// oci:runsc, oci for any of them
    #[arg(
        long,
        visible_alias = "sandbox",
        global = true,
        value_name = "BACKEND",
        default_value = "jail",
        env = "ASSAY_BACKEND",
        hide_env_values = true
    )]
    pub(crate) backend: Backend,
    /// Run in a weaker box where this machine allows no namespaces or no cgroups
    #[arg(long, global = true, env = "ASSAY_ALLOW_FALLBACK", hide_env_values = true)]
    pub(crate) allow_fallback: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the pages and the API
    Serve(ServeArgs),
    /// Grade what a server takes, on this machine
    Work(WorkArgs),
    /// See what waits and what was set aside, and do something about it
    Jobs(JobsArgs),
    /// Write everything that is kept into one file, while the server goes on
    Backup(BackupArgs),
    /// Put a backup into an empty database, of either kind
    Restore(RestoreArgs),
    /// Write everything that is kept of somebody, as JSON
    Export(ExportArgs),
    /// Delete everything that is kept of somebody
    Forget(ForgetArgs),
    /// List the exercises, questions and interviews
    List(ListArgs),
    /// Plan an interview of any length
    Plan(PlanArgs),
    /// Make a folder to work on an exercise in
    Start(StartArgs),
    /// Make the folder of a new exercise, with everything that its author has to write
    New(NewArgs),
    /// Grade the Go files of a folder, on this machine
    Check(CheckArgs),
    /// Hand in the Go files of a folder at a server
    Submit(SubmitArgs),
    /// Follow a run on a server, and show its report
    Watch(WatchArgs),
    /// Log in at a server, with the code of a browser or as a new visitor
    Login(LoginArgs),
    /// Forget a login
    Logout(LogoutArgs),
    /// Show that exercises hold: right solutions pass, wrong ones get their declared verdicts
    Prove(ProveArgs),
    /// Measure how strong an exercise's tests are: spoil its right solutions a little, many times, and grade that
    Mutate(MutateArgs),
    /// Run the tests of right solutions again and again with too many processes: what fails then is the tests' fault
    Flake(FlakeArgs),
    /// Run a program under thousands of schedules, each of which can be repeated exactly
    Explore(ExploreArgs),
    /// Say what this machine offers and what is missing
    Doctor(JsonArg),
    /// Run any program in the box and say what came of it
    Box(BoxArgs),
    /// Run real hostile programs in the box and say what came of each
    Attack(AttackArgs),
    /// Measure what things cost on this machine
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Grade a collection that lies in a folder, of known bugs or of exercises, and say how much comes out as known
    Corpus(CorpusArgs),
    /// Grade a kept run again, with its files and its seed
    Replay(ReplayArgs),
    /// Compile Go's standard library, once, and stop
    Prepare,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Gradings at once; 0 where other machines grade [default: half the processors, at least 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=256))]
    pub(crate) graders: Option<u16>,
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
    /// What hands out work to other machines: nats://HOST:4222, a nats-server with JetStream
    #[arg(long, value_name = "URL", env = "ASSAY_BROKER", hide_env_values = true, requires = "database")]
    pub(crate) broker: Option<String>,
    /// How many submissions may wait
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) queue: u32,
    /// Seconds after which a grader that is not heard of has lost its submission
    #[arg(long, value_name = "S", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub(crate) lease: u16,
    /// Delete what has been over for so many days [default: keep everything]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep_days: Option<u32>,
    /// All requests come through a proxy: tell clients apart by the last address in X-Forwarded-For
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// Refuse to start without these layers of the box, as `assay doctor` names them, or passes (race, bench)
    #[arg(long, value_name = "LAYERS", value_delimiter = ',')]
    pub(crate) require: Vec<String>,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct JsonArg {
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ListArgs {
    /// Only these [default: all; in JSON the exercises]
    pub(crate) what: Option<Shelved>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be listed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shelved {
    /// What is solved in code
    Exercises,
    /// What is answered in prose
    Questions,
    /// What is held with a candidate
    Interviews,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Which interview; `assay list interviews` names them
    pub(crate) interview: Slug,
    /// How long it may take [default: the interview's own length]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=480))]
    pub(crate) minutes: Option<u32>,
    /// Topics to put first, e.g. errors,locking
    #[arg(long, value_name = "TOPIC", num_args = 1.., value_delimiter = ',')]
    pub(crate) focus: Vec<String>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// Its name
    pub(crate) slug: Slug,
    /// What the candidate is asked to give
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: NewKind,
}

/// A kind of exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum NewKind {
    /// A package against a given API
    Implement,
    /// A fix of a given package with a bug
    Repair,
    /// A program that shows a phenomenon
    Exhibit,
}

impl From<NewKind> for assay_content::Kind {
    fn from(kind: NewKind) -> assay_content::Kind {
        match kind {
            NewKind::Implement => assay_content::Kind::Implement,
            NewKind::Repair => assay_content::Kind::Repair,
            NewKind::Exhibit => assay_content::Kind::Exhibit,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Folder with the .go files; an Exercism exercise brings its own tests
    pub(crate) dir: PathBuf,
    /// Which exercise [default: what .assay.toml in the folder says]
    #[arg(long, value_name = "SLUG")]
    pub(crate) exercise: Option<Slug>,
    /// Answer with the report in JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Take every random choice from this number
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Run only the tests that you can read
    #[arg(long)]
    pub(crate) visible: bool,
    /// Run once more under the tracer and the profilers, and show what the goroutines did
    #[arg(long)]
    pub(crate) observe: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// Which exercises, questions or interviews
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "SLUG")]
    pub(crate) slugs: Vec<Slug>,
    /// All of them; wrong code that plain runs show races once
    #[arg(long)]
    pub(crate) all: bool,
    /// Prove again whenever a file is saved, only what changed, until Ctrl-C
    #[arg(long, conflicts_with_all = ["all", "json"])]
    pub(crate) watch: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The run's id, as `assay check` and the page show it
    #[arg(value_name = "RUN", required_unless_present = "report", conflicts_with = "report")]
    pub(crate) run: Option<SubmissionId>,
    /// A report of another machine instead, as `assay check --json` prints it
    #[arg(long, value_name = "FILE", requires = "files")]
    pub(crate) report: Option<PathBuf>,
    /// The folder with the files that it is about
    #[arg(long, value_name = "DIR", requires = "report")]
    pub(crate) files: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
