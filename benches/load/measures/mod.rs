//! What is measured, one file an operation, and the table of it beside the floor that each ratio has to reach.
//!
//! A new measure is a function here that returns a [`Measure`], and a line in [`MEASURES`].

mod customer;
mod last_page;
mod page;
mod points;
mod register;
mod search;

use super::{
    Arguments,
    cluster::Running,
    http::{self, Request, Sample},
    pgbench,
    server::Server,
};
use std::time::Duration;

/// Returns what is asked for the n-th time.
pub type Ask = std::rc::Rc<dyn Fn(usize) -> Request>;

/// One operation, and what does the same without us.
pub struct Measure {
    pub name: &'static str,
    /// The ratios that are due at 16 connections and at 64.
    pub floors: [Option<f64>; 2],
    pub ask: Ask,
    /// What PostgreSQL is asked by one request that comes alone.
    pub statements: Vec<String>,
    /// What pgbench runs.
    pub script: String,
    /// Looks afterwards at what came of it.
    pub verify: Option<fn(&Running)>,
}

type Make = fn(&Arguments, &Running, &Server) -> Measure;

/// Those that take turns with pgbench.
const MEASURES: &[(&str, Make)] = &[
    ("customer by id", customer::by_id),
    ("page of 50 feedback", page::of_feedback),
    ("feedback created", register::created),
    ("points earned", points::earned),
    ("earned by one account", points::earned_by_one),
    ("points redeemed", points::redeemed),
];

/// Measures everything that the arguments name.
pub fn run(arguments: &Arguments, cluster: &Running, server: &Server) {
    println!(
        "\n{:<21} {:>5} {:>9} {:>8} {:>6} {:>13} {:>6} {:>8} {:>8} {:>8} {:>4}",
        "operation",
        "conn.",
        "pgbench/s",
        "HTTP/s",
        "ratio",
        "spread",
        "floor",
        "p50 ms",
        "p99 ms",
        "p99/p50",
        "SQL"
    );
    for (name, make) in MEASURES {
        if name.contains(&arguments.only) {
            take_turns(arguments, cluster, server, &make(arguments, cluster, server));
        }
    }
    if "last page".contains(&arguments.only) {
        last_page::compare(server);
    }
    if "search".contains(&arguments.only) {
        search::compare(arguments, cluster, server);
    }
}

/// Lets HTTP and pgbench take turns, so that both see the same machine.
fn take_turns(arguments: &Arguments, cluster: &Running, server: &Server, measure: &Measure) {
    if arguments.statements {
        println!("{}\n-- pgbench:\n{}", measure.statements.join(";\n"), measure.script);
    }
    let length = Duration::from_secs(arguments.seconds);
    for connections in &arguments.connections {
        let authorization = server.authorization();
        let turn = || {
            let without = pgbench::run(cluster, &measure.script, *connections, arguments.seconds);
            (without, http::load(&authorization, *connections, length, &measure.ask))
        };
        let turns: Vec<(f64, Sample)> = (0..arguments.rounds).map(|_| turn()).collect();
        print(measure, *connections, turns);
    }
    measure.verify.iter().for_each(|verify| verify(cluster));
}

fn print(measure: &Measure, connections: usize, turns: Vec<(f64, Sample)>) {
    let ratios: Vec<f64> = turns.iter().map(|(without, with)| with.rate / without).collect();
    let (least, most) = (ratios.iter().copied().reduce(f64::min), ratios.iter().copied().reduce(f64::max));
    let without = median(turns.iter().map(|(without, _)| *without).collect());
    let with = median(turns.iter().map(|(_, with)| with.rate).collect());
    let mut latencies: Vec<u128> = turns.into_iter().flat_map(|(_, with)| with.latencies).collect();
    latencies.sort_unstable();
    let sample = Sample { rate: with, latencies };
    let (p50, p99) = (sample.within(0.5), sample.within(0.99));
    let floor = measure.floors[usize::from(connections > 16)];
    println!(
        "{:<21} {connections:>5} {without:>9.0} {with:>8.0} {:>6.2} {:>13} {:>6} {p50:>8.2} {p99:>8.2} {:>8.1} {:>4}",
        measure.name,
        median(ratios),
        format!("{:.2} - {:.2}", least.unwrap_or(0.0), most.unwrap_or(0.0)),
        floor.map_or("-".to_owned(), |floor| floor.to_string()),
        p99 / p50,
        measure.statements.len(),
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
