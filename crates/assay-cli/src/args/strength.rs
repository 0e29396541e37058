//! Words that are about the tests of exercises: how strong they are, and how steady.

use std::path::PathBuf;

use assay_core::Slug;
use clap::Args;

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
pub(crate) struct ExploreArgs {
    /// The folder with a program: package main, no tests
    pub(crate) dir: PathBuf,
    /// How many schedules
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) seeds: u64,
    /// The first seed; the others follow one by one
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub(crate) first: u64,
    /// Stop after so many bad ends
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) enough: u64,
    /// Stop after so many seconds
    #[arg(long, value_name = "N", default_value = "300")]
    pub(crate) seconds: u64,
    /// Run this one schedule instead, and show what it prints
    #[arg(long, value_name = "SEED")]
    pub(crate) replay: Option<u64>,
    /// How often
    #[arg(long, value_name = "N", default_value = "1", requires = "replay")]
    pub(crate) times: u32,
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
