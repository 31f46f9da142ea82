//! The program: serve (the default) | migrate | demo | verify | openapi, and what the program says to itself.

use clap::{Parser, Subcommand};
use hearback::{
    openapi,
    platform::{
        config::{self, Config},
        db::embedded,
    },
    serve,
};
use std::{fmt::Display, io::Write, path::PathBuf, process::ExitCode};

/// Answers are many small things that one thread makes and another drops, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a faulty configuration exits with.
const FAULTY: u8 = 2;

/// Every word from a customer gets an answer, and every case gets an ending.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (the default)
    Serve,
    /// Bring the database's schema up to date, and stop
    Migrate,
    /// Fill an empty organisation with people, customers and feedback to look at, and stop
    Demo,
    /// Audit all data and print what breaks a rule, a line of JSON each; beside a server or without one
    Verify,
    /// Print the OpenAPI document
    Openapi,
    /// Ask the server on HEARBACK_BIND whether it is ready; for health checks of containers
    #[command(hide = true)]
    Health,
    /// Serve a throw-away PostgreSQL in a folder, for tests
    #[command(hide = true)]
    PgSupervise {
        /// Holds everything of that PostgreSQL
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => configured(serve::run),
        Command::Migrate => configured(serve::migrate),
        Command::Demo => configured(serve::demo),
        Command::Verify => configured(serve::verify),
        Command::Openapi => ended(std::io::stdout().write_all(openapi::printed().as_bytes())),
        Command::Health => ended(Config::from_env().map_err(list).and_then(|c| serve::health(c.bind))),
        Command::PgSupervise { folder } => {
            let options = config::postgres_programs();
            ended(embedded::supervise(&embedded::Options { base: folder, ..options }))
        }
    }
}

/// Runs `work` with the configuration of the environment; names all its faults before anything starts.
fn configured<E: Display>(work: impl FnOnce(Config) -> Result<(), E>) -> ExitCode {
    match Config::from_env() {
        Ok(config) => {
            env_logger::Builder::new().parse_filters(&config.log).init();
            ended(work(config))
        }
        Err(faults) => {
            say(&list(faults));
            ExitCode::from(FAULTY)
        }
    }
}

fn ended<E: Display>(outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn list(faults: Vec<String>) -> String {
    format!("the configuration has faults:\n  {}", faults.join("\n  "))
}

fn say(text: &str) {
    writeln!(std::io::stderr(), "hearback: {text}").ok();
}
