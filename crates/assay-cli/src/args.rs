use std::net::SocketAddr;
use std::path::PathBuf;

use assay_core::{Slug, SubmissionId};
use clap::{Args, Parser, Subcommand};

use crate::backend::Backend;
use crate::limits::LimitWords;

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
    /// Which kind of box: jail, or containers of an installed runtime by oci:crun, oci:runc, oci:runsc, oci for any of them
    #[arg(
        long,
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
    /// List the exercises, questions and interviews
    List(ListArgs),
    /// Plan an interview of any length
    Plan(PlanArgs),
    /// Make a folder to work on an exercise in
    Start(StartArgs),
    /// Make the folder of a new exercise, with everything that its author has to write
    New(NewArgs),
    /// Grade the Go files of a folder
    Check(CheckArgs),
    /// Show that exercises hold: right solutions pass, wrong ones get their declared verdicts
    Prove(ProveArgs),
    /// Measure how strong an exercise's tests are: spoil its right solutions a little, many times, and grade that
    Mutate(MutateArgs),
    /// Run the tests of right solutions again and again with too many processes: what fails then is the tests' fault
    Flake(FlakeArgs),
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
    /// Gradings at once [default: half the processors, at least 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) graders: Option<u16>,
    /// All requests come through a proxy: tell clients apart by the last address in X-Forwarded-For
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// Refuse to start without these layers of the box, as `assay doctor` names them
    #[arg(long, value_name = "LAYERS", value_delimiter = ',')]
    pub(crate) require: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BoxArgs {
    /// What it allows, e.g. wall=5,cpu=2,memory=256m,pids=64,output=1m,disk=16m
    #[arg(long, value_name = "LIMITS", default_value = "")]
    pub(crate) limits: LimitWords,
    /// One variable of the program's environment, which is empty otherwise
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) env: Vec<Variable>,
    /// What the program reads from standard input; - for our own [default: nothing]
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The program, and its arguments
    #[arg(required = true, last = true, value_name = "PROGRAM")]
    pub(crate) program: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AttackArgs {
    /// Only these attacks [default: all]
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// So many short runs of every kind instead, counting what there is before and after
    #[arg(long, value_name = "RUNS", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) soak: Option<u32>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// The box beside plain starts and other sandboxes
    Sandbox(SandboxBenchArgs),
    /// A grading beside `go test` on the same files
    Grade(GradeBenchArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SandboxBenchArgs {
    /// How often each is started
    #[arg(long, value_name = "N", default_value = "60", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rounds: u32,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GradeBenchArgs {
    /// Which exercises; the first gives the ratio
    #[arg(value_name = "SLUG", default_values = ["worker-pool", "leaky-fanout", "seat-inventory"])]
    pub(crate) slugs: Vec<Slug>,
    /// How often each is graded, its code changed every time
    #[arg(long, value_name = "N", default_value = "20", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rounds: u32,
    /// Only single gradings: no cold cache, no restart, no load, no long queue
    #[arg(long)]
    pub(crate) quick: bool,
    /// Draw where the time of a grading of the first goes, as SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) picture: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl std::str::FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Variable, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Variable { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("not of the form NAME=VALUE".to_owned()),
        }
    }
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
pub(crate) struct StartArgs {
    /// Which exercise; `assay list` names them
    pub(crate) slug: Slug,
    /// Where; a new or an empty folder [default: the exercise's name]
    pub(crate) dir: Option<PathBuf>,
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
    /// All of them
    #[arg(long)]
    pub(crate) all: bool,
    /// Prove again whenever a file is saved, only what changed, until Ctrl-C
    #[arg(long, conflicts_with_all = ["all", "json"])]
    pub(crate) watch: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Some exercises, or all.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Which exercises
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "SLUG")]
    pub(crate) slugs: Vec<Slug>,
    /// All of them
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FlakeArgs {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// How often all tests run, for each right solution, plain and with the race detector
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) iterations: u32,
    /// Processes for each processor
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u32).range(1..=16))]
    pub(crate) load: u32,
    /// Where the orders of tests come from
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
    /// Keep the counts in the content's figures.toml
    #[arg(long)]
    pub(crate) keep: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MutateArgs {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// Most mutants of an exercise
    #[arg(long, value_name = "N", default_value = "40", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) most: u32,
    /// Only mutants whose id contains this
    #[arg(long, value_name = "WORD", conflicts_with = "keep")]
    pub(crate) only: Option<String>,
    /// How often each is graded; it must be killed in 99 of 100 gradings
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) times: u32,
    /// Where the choice of mutants comes from
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
    /// Keep the counts in the content's figures.toml
    #[arg(long)]
    pub(crate) keep: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CorpusArgs {
    /// Which collection lies there
    pub(crate) name: CorpusName,
    /// Its folder
    pub(crate) dir: PathBuf,
    /// Only cases whose name contains one of these words
    #[arg(long, value_name = "WORD")]
    pub(crate) only: Vec<String>,
    /// Time for a case of goker
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(7..=3600))]
    pub(crate) seconds: u64,
    /// Also run each under `go test -race`, without a box: only for code that you trust
    #[arg(long)]
    pub(crate) bare: bool,
    /// Take every random choice from this number
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Tell each case as soon as it is done, on standard error
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A collection of bugs, or of exercises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum CorpusName {
    /// GoKer: `gobench/goker` of timmyyuan/gobench
    Goker,
    /// The race detector's own tests: `src/runtime/race/testdata` of a Go tree
    Race,
    /// Go's tests of its goroutine leak profile: `src/runtime/testdata/testgoroutineleakprofile` of a Go tree
    Leak,
    /// Exercism's Go track: a checkout of exercism/go
    Exercism,
}

impl CorpusName {
    /// As people write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            CorpusName::Goker => "GoKer",
            CorpusName::Race => "Go's race tests",
            CorpusName::Leak => "Go's leak tests",
            CorpusName::Exercism => "Exercism's Go track",
        }
    }

    /// Which folder is meant.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            CorpusName::Goker => "name the folder `gobench/goker` of a gobench checkout",
            CorpusName::Race => "name the folder `src/runtime/race/testdata` of a Go tree",
            CorpusName::Leak => {
                "name the folder `src/runtime/testdata/testgoroutineleakprofile` of a Go tree"
            }
            CorpusName::Exercism => "name a checkout of exercism/go, or a folder in it",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The run's id, as `assay check` and the page show it
    #[arg(value_name = "RUN")]
    pub(crate) run: SubmissionId,
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
