//! Words that are about the machine and the grader: the box by itself, attacks on it, costs, collections of known bugs.

use std::path::PathBuf;

use assay_core::Slug;
use clap::{Args, Subcommand};

use crate::limits::LimitWords;

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
    /// WebAssembly beside the native program
    Wasi(WasiBenchArgs),
    /// The queue of a fleet: real database and broker, 1 to 1,000 graders that only take the time of recorded gradings
    Fleet(FleetBenchArgs),
}

#[derive(Debug, Args)]
pub(crate) struct FleetBenchArgs {
    /// A PostgreSQL database of its own, empty: postgres://USER@HOST/DATABASE [default: SQLite in a temporary folder]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// What hands out the work: nats://HOST:4222, a nats-server of its own [default: ask the database]
    #[arg(long, value_name = "URL", requires = "database")]
    pub(crate) broker: Option<String>,
    /// How many graders, one measurement for each number; 0 measures the limit alone
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [1, 10, 100, 1000],
        value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) workers: Vec<u32>,
    /// Graders in one process: each process says by itself that it is alive
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) graders: u32,
    /// Gradings, and what they say in between, go so many times faster than was recorded
    #[arg(long, value_name = "X", default_value = "1", value_parser = pace)]
    pub(crate) pace: f64,
    /// Length of each measurement, beside what begins and ends it
    #[arg(long, value_name = "S", default_value = "20", value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub(crate) seconds: u16,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn pace(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|pace| (0.1..=100.0).contains(pace)).ok_or("not from 0.1 to 100".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct WasiBenchArgs {
    /// How often each is measured
    #[arg(long, value_name = "N", default_value = "20", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rounds: u32,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
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
