//! Speed beside PostgreSQL: each operation over HTTP takes turns with its SQL by pgbench, on generated data.
//!
//! `cargo bench --bench load -- --customers 100000 --feedback 200000`
//!
//! Server, PostgreSQL and both load generators share this machine, so absolute figures say little and ratios
//! within one run say much. Everything is durable: fsync and synchronous_commit are on.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made should stop"
)]

mod cluster;
mod data;
mod http;
mod measures;
mod pgbench;
mod points;
mod scripts;
mod server;

use clap::Parser;
use std::path::PathBuf;

/// Measures each operation over HTTP beside its SQL by pgbench.
#[derive(Parser)]
struct Arguments {
    /// How many customers are generated
    #[arg(long, default_value_t = 100_000)]
    customers: i64,
    /// How many feedback are generated
    #[arg(long, default_value_t = 200_000)]
    feedback: i64,
    /// How many times the customers have earned points before, one after another
    #[arg(long, default_value_t = 200_000)]
    earnings: i64,
    /// How long each sample lasts
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// How many samples of each kind take turns
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many connections ask at once; several are measured one after another
    #[arg(long, value_delimiter = ',', default_value = "16,64")]
    connections: Vec<usize>,
    /// Only the measures whose names hold this
    #[arg(long, default_value = "")]
    only: String,
    /// Where the data live; they are made anew when their sizes differ
    #[arg(long, default_value = "/tmp/hearback-bench")]
    folder: PathBuf,
    /// Shows the statements of each request
    #[arg(long)]
    statements: bool,
    /// Is given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let cluster = cluster::Running::start(&arguments.folder);
    let server = server::Server::start(&cluster.url());
    data::fill(&arguments, &cluster, &server);
    measures::run(&arguments, &cluster, &server);
}
