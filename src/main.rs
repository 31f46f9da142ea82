//! The program: `serve` and what goes with it.

use clap::{Parser, Subcommand};
use hearback::platform::db::embedded;
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the throw-away PostgreSQL of the tests in a folder, until no test uses it
    #[command(hide = true)]
    PgSupervise { folder: PathBuf },
}

fn main() -> ExitCode {
    env_logger::init();
    let Command::PgSupervise { folder } = Arguments::parse().command;
    let options = embedded::Options {
        base: folder,
        ..Default::default()
    };
    match embedded::supervise(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
