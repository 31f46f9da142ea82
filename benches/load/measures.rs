//! What is measured, and the table of it, beside the floor that each ratio has to reach.

use super::{
    Arguments,
    cluster::Running,
    data::{self, RARE},
    http::{self, Request, Sample},
    pgbench, scripts,
    server::Server,
};
use std::time::Duration;

/// How many pages are turned at most: the last is compared with the first.
const PAGES: usize = 10_000;
/// How often one page, or one search, is asked for.
const TIMES: usize = 300;

/// Returns what is asked for the n-th time.
pub type Ask = std::rc::Rc<dyn Fn(usize) -> Request>;

/// One operation, and what does the same without us.
struct Measure {
    name: &'static str,
    /// The ratios that are due at 16 connections and at 64.
    floors: [Option<f64>; 2],
    ask: Ask,
    statements: Vec<String>,
    script: String,
}

/// Measures everything that the arguments name.
pub fn run(arguments: &Arguments, cluster: &Running, server: &Server) {
    println!(
        "\n{:<22} {:>5} {:>9} {:>9} {:>7} {:>6} {:>8} {:>8} {:>8} {:>5}",
        "operation", "conn.", "pgbench/s", "HTTP/s", "ratio", "floor", "p50 ms", "p99 ms", "p99/p50", "SQL"
    );
    for make in [customer, page, register] {
        let measure = make(arguments, cluster, server);
        if measure.name.contains(&arguments.only) {
            take_turns(arguments, cluster, server, &measure);
        }
    }
    if "last page".contains(&arguments.only) {
        last_page(server);
    }
    if "search".contains(&arguments.only) {
        search(arguments, cluster, server);
    }
}

fn customer(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let (list, count) = (server.at("/api/v1/customers/"), arguments.customers);
    let ask: Ask = std::rc::Rc::new(move |number| get(format!("{list}{}", scattered(number, count))));
    let statements = scripts::statements(cluster, server, &ask);
    let values = [data::customer_id(":i::bigint"), "1".into()];
    Measure {
        name: "customer by id",
        floors: [Some(0.5), Some(0.6)],
        script: scripts::reading(&statements, count, &values.each_ref().map(String::as_str)),
        ask,
        statements,
    }
}

fn page(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let list = server.at("/api/v1/feedback?limit=50");
    let ask: Ask = std::rc::Rc::new(move |_| get(list.clone()));
    let statements = scripts::statements(cluster, server, &ask);
    let values = ["'confirmation'", "now()", "51"];
    Measure {
        name: "page of 50 feedback",
        floors: [Some(0.5), None],
        script: scripts::reading(&statements, arguments.customers, &values),
        ask,
        statements,
    }
}

fn register(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let (list, count) = (server.at("/api/v1/feedback"), arguments.customers);
    let ask: Ask = std::rc::Rc::new(move |number| Request {
        url: list.clone(),
        body: Some(data::body_of(
            &scattered(number, count),
            &data::text(1 + number % 4999),
            "希望更换房间。",
        )),
    });
    Measure {
        name: "feedback created",
        floors: [Some(1.2), Some(1.5)],
        statements: scripts::statements(cluster, server, &ask),
        script: scripts::registering(cluster, server, count),
        ask,
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
        let (mut without, mut with, mut latencies) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..arguments.rounds {
            without.push(pgbench::run(cluster, &measure.script, *connections, arguments.seconds));
            let sample = http::load(&authorization, *connections, length, &measure.ask);
            with.push(sample.rate);
            latencies.extend(sample.latencies);
        }
        latencies.sort_unstable();
        let (without, with) = (median(without), median(with));
        let sample = Sample { rate: with, latencies };
        let floor = measure.floors[usize::from(*connections > 16)];
        let floor = floor.map_or("-".to_owned(), |floor| floor.to_string());
        let (p50, p99) = (sample.within(0.5), sample.within(0.99));
        println!(
            "{:<22} {connections:>5} {without:>9.0} {with:>9.0} {:>7.2} {floor:>6} {p50:>8.2} {p99:>8.2} {:>8.1} {:>5}",
            measure.name,
            with / without,
            p99 / p50,
            measure.statements.len(),
        );
    }
}

/// Compares the last page with the first.
fn last_page(server: &Server) {
    let authorization = server.authorization();
    let first = server.at("/api/v1/feedback?limit=50");
    let (last, pages) = http::turn(&authorization, &first, PAGES);
    let time =
        |url: String| http::repeat(&authorization, TIMES, &move |_: usize| get(url.clone())).within(0.5);
    time(first.clone());
    let (near, far) = (time(first), time(last));
    println!("\npage {pages} / page 1: {far:.2} ms / {near:.2} ms = {:.2} (floor 1.5)", far / near);
}

/// Compares a search for a rare word of two characters with what a database without an index must do.
fn search(arguments: &Arguments, cluster: &Running, server: &Server) {
    let authorization = server.authorization();
    let word: String = RARE.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let url = server.at(&format!("/api/v1/feedback?limit=50&q={word}"));
    let ask = move |_: usize| get(url.clone());
    http::repeat(&authorization, TIMES, &ask);
    let ours = http::repeat(&authorization, TIMES, &ask).within(0.5);
    let script = format!(
        "SELECT f.id, f.number, f.status, d.description FROM feedback f JOIN feedback_detail d ON d.feedback_id = f.id
         WHERE concat_ws(' ', d.subject, d.description, d.demand) ILIKE '%{RARE}%'
         ORDER BY f.registered_at DESC, f.id DESC LIMIT 50;"
    );
    let theirs = 1000.0 / pgbench::run(cluster, &script, 1, arguments.seconds.max(4));
    println!(
        "rare word, ILIKE / search: {theirs:.1} ms / {ours:.2} ms = {:.0} (floor 200 at 2M rows)",
        theirs / ours
    );
}

fn get(url: String) -> Request {
    Request { url, body: None }
}

/// Returns the id of a generated customer, another one each time.
fn scattered(number: usize, count: i64) -> String {
    let count = usize::try_from(count).unwrap();
    let chosen = 1 + number.wrapping_mul(2_654_435_761) % count;
    format!("00000000-0000-7000-8000-{chosen:012x}")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
