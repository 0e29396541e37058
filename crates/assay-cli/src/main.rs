//! The `assay` binary: arguments to calls, results to terminal and exit code.

mod args;
mod attack;
mod backend;
mod bench;
mod boxed;
mod check;
mod corpus;
mod doctor;
mod engine;
mod exit;
mod explore;
mod figures;
mod flake;
mod folder;
mod formats;
mod jobs;
mod keep;
mod limits;
mod list;
mod login;
mod marker;
mod mutate;
mod new;
mod out;
mod places;
mod plan;
mod prepare;
mod problem;
mod progress;
mod prove;
mod remote;
mod replay;
mod report;
mod require;
mod runs;
mod serve;
mod shelf;
mod shell;
mod start;
mod submit;
mod telemetry;
mod text;
mod watch;
mod watch_run;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
use exit::Exit;
use places::Places;
use problem::Problem;

fn main() -> ExitCode {
    assay_sandbox::helper_main_if_asked();
    let exit = run(Cli::parse()).unwrap_or_else(|problem| {
        out::problem(&problem);
        problem.exit()
    });
    exit.into()
}

fn run(cli: Cli) -> Result<Exit, Problem> {
    let serves = matches!(cli.command, Command::Serve(_) | Command::Work(_));
    let _telemetry = telemetry::start(serves);
    let places = Places::new(cli.places, |name| std::env::var_os(name))?;
    match cli.command {
        Command::Serve(args) => serve::run(args, &places),
        Command::Work(args) => serve::work(args, &places),
        Command::Jobs(args) => jobs::run(args, &places),
        Command::Backup(args) => keep::backup(&args, &places),
        Command::Restore(args) => keep::restore(&args, &places),
        Command::Export(args) => keep::export(&args, &places),
        Command::Forget(args) => keep::forget(&args, &places),
        Command::List(args) => list::run(args, &places),
        Command::Plan(args) => plan::run(args, &places),
        Command::Start(args) => start::run(args, &places),
        Command::New(args) => new::run(&args, &places),
        Command::Check(args) => check::run(args, &places),
        Command::Submit(args) => submit::run(args, &places),
        Command::Watch(args) => watch_run::run(args, &places),
        Command::Login(args) => login::login(args, &places),
        Command::Logout(args) => login::logout(args, &places),
        Command::Prove(args) => prove::run(&args, &places),
        Command::Mutate(args) => mutate::run(&args, &places),
        Command::Flake(args) => flake::run(&args, &places),
        Command::Explore(args) => explore::run(&args, &places),
        Command::Attack(args) => attack::run(args, &places),
        Command::Bench(command) => bench::run(command, &places),
        Command::Corpus(args) => corpus::run(args, &places),
        Command::Box(args) => boxed::run(args, &places),
        Command::Doctor(args) => doctor::run(args, &places),
        Command::Replay(args) => replay::run(args, &places),
        Command::Prepare => prepare::run(&places),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man => shell::man(),
    }
}
