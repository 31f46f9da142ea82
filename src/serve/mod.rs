//! One server, from its first check to its last answer.

mod first;
mod home;
mod stop;
mod verify;

use crate::{
    app::{self, Parts},
    demo, openapi,
    platform::{
        auth::{self, Access, AuthParts, Opening},
        clock::Clock,
        config::Config,
        db::{self, Db, DbConfig},
        http::problem::Error,
        jobs::Worker,
        metrics::Metrics,
        search,
    },
};
use actix_web::{HttpServer, dev::Server, rt, web::Data};
use home::Home;
use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    time::Duration,
};
use tokio::select;
use utoipa::openapi::OpenApi;

pub use home::HomeError;
pub use verify::verify;

/// How long a client may take for the head of a request.
const HEAD_LIMIT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How many connections one HTTP thread holds.
const CONNECTIONS: usize = 8192;
/// How long requests that run may take when the server stops, in seconds.
const LAST_REQUESTS: u64 = 25;

/// What is said where only triggers keep history.
const NO_ROLE: &str = "the role hearback_app is missing, or the login role may not take it: history is guarded by \
                       triggers alone (README, Configuration, says how to make it)";

/// How long the background work of the moment may take when the server stops.
const LAST_JOB: Duration = Duration::from_secs(10);

/// Says why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Says that something else, or nobody, may serve on this address.
    #[error("cannot serve on {0} (HEARBACK_BIND): {1}")]
    Bind(SocketAddr, #[source] io::Error),
    /// Says which operations declare nobody who may call them.
    #[error("operations that declare no caller: {}", .0.join(", "))]
    Undeclared(Vec<String>),
    /// Says what is wrong with the database or the data directory.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// Says what else failed.
    #[error("the server: {0}")]
    Io(#[from] io::Error),
    /// Says why nobody could be let in.
    #[error("signing keys: {}", reason(.0))]
    Auth(Error),
    /// Says why an empty database stays empty.
    #[error("filling the empty database: {}", reason(.0))]
    Fill(Error),
    /// Says why there is no demo.
    #[error("the demo: {}", reason(.0))]
    Demo(Error),
    /// Says that not everything holds that must.
    #[error("violations: {0}")]
    Violations(usize),
    /// Says why nothing could be verified.
    #[error("the audit: {}", reason(.0))]
    Audit(Error),
    /// Says that the figures cannot be kept.
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
}

/// Serves until a signal ends it. Call it on the main thread: the private PostgreSQL lives with it.
pub fn run(config: Config) -> Result<(), ServeError> {
    let document = openapi::document();
    let access = Access::of(&document).map_err(ServeError::Undeclared)?;
    // said before anything is started; the socket itself opens when there is something to serve
    drop(TcpListener::bind(config.bind).map_err(|error| ServeError::Bind(config.bind, error))?);
    let mut home = Home::open(&config)?;
    home.migrate(&config)?;
    // nobody waits for the segmenter's dictionary: not the start, and no first request
    std::thread::spawn(search::warm);
    let parts = parts(config, &home, document, access)?;
    let served = rt::System::new().block_on(serve(parts, &mut home));
    home.close();
    served
}

/// Brings the schema up to date, and starts nothing else.
pub fn migrate(config: Config) -> Result<(), ServeError> {
    let mut home = Home::open(&config)?;
    let applied = db::migrate::run(home.direct()).map_err(HomeError::from)?;
    home.close();
    for name in &applied {
        writeln!(io::stdout(), "applied {name}")?;
    }
    writeln!(io::stdout(), "the schema is up to date")?;
    Ok(())
}

/// Fills an organisation without customers with those of a demo, and starts nothing else.
pub fn demo(config: Config) -> Result<(), ServeError> {
    let mut home = Home::open(&config)?;
    home.migrate(&config)?;
    let db = Db::connect(&DbConfig { statement_cache: config.statement_cache, ..DbConfig::new(home.url()) });
    let now = Clock::default().now();
    first::fill(&db, &config, now)?;
    let made = demo::load(&db, config.password_cost, now).map_err(ServeError::Demo);
    drop(db);
    home.close();
    let made = made?;
    let mut out = io::stdout();
    writeln!(
        out,
        "{} customers, {} orders and {} pieces of feedback; everybody signs in with {}:",
        made.customers,
        made.orders,
        made.feedback,
        demo::PASSWORD
    )?;
    for (email, who) in made.people {
        writeln!(out, "  {email:<40} {who}")?;
    }
    Ok(())
}

/// Asks the server on `bind` whether it is ready.
pub fn health(bind: SocketAddr) -> Result<(), String> {
    let address = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (IpAddr::from(Ipv4Addr::LOCALHOST), bind.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (IpAddr::from(Ipv6Addr::LOCALHOST), bind.port()).into(),
        _ => bind,
    };
    let ask = || -> io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(Duration::from_secs(3)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|error| format!("no answer from {address}: {error}"))?;
    if answer.starts_with("HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err(answer.lines().next().unwrap_or("an empty answer").to_owned())
    }
}

fn parts(config: Config, home: &Home, document: OpenApi, access: Access) -> Result<Parts, ServeError> {
    let db = Db::connect(&DbConfig {
        read_url: config.database_read_url.as_ref().map(|url| url.0.clone()),
        write_threads: config.write_threads,
        read_threads: config.read_threads,
        statement_cache: config.statement_cache,
        ..DbConfig::new(home.url())
    });
    let has_role = db.has_ledger_role().map_err(|error| HomeError::Unreachable(reason(&error)))?;
    if !has_role {
        log::warn!("{NO_ROLE}");
    }
    let clock = Data::new(Clock::default());
    let AuthParts { gate, cursor_key } = auth::open(&Opening {
        db: &db,
        url: home.direct(),
        secret: home.secret(),
        password_cost: config.password_cost,
        clock: &clock,
    })
    .map_err(ServeError::Auth)?;
    first::fill(&db, &config, clock.now())?;
    Ok(Parts {
        db,
        clock,
        gate,
        access: Data::new(access),
        cursor_key,
        metrics: Data::new(Metrics::new()?),
        config: Data::new(config),
        document: Arc::new(document),
    })
}

async fn serve(parts: Parts, home: &mut Home) -> Result<(), ServeError> {
    let (bind, metrics, drain) = (parts.config.bind, parts.metrics.clone(), parts.config.drain);
    let signals = stop::Signals::new()?;
    let worker = parts.config.worker.then(|| worker(&parts).start());
    let server = listen(parts).map_err(|error| ServeError::Bind(bind, error))?;
    writeln!(io::stdout(), "Hearback serves http://{bind} (documentation: /docs)")?;
    let served = select! {
        served = stop::until_stopped(server, signals, &metrics, drain) => served,
        () = home.keep() => Ok(()),
    };
    if worker.is_some_and(|worker| !worker.stop(LAST_JOB)) {
        log::warn!("background work goes on elsewhere, once its lease has run out");
    }
    Ok(served?)
}

fn worker(parts: &Parts) -> Worker {
    let (clock, metrics) = (parts.clock.clone(), parts.metrics.clone());
    Worker::new(parts.db.clone(), clock.into_inner(), metrics.into_inner(), app::background(&parts.gate))
}

fn listen(parts: Parts) -> io::Result<Server> {
    let (bind, workers) = (parts.config.bind, parts.config.http_workers);
    let server = HttpServer::new(move || app::build(parts.clone()))
        .workers(workers)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_LIMIT)
        .max_connections(CONNECTIONS)
        .shutdown_timeout(LAST_REQUESTS)
        .disable_signals()
        .bind(bind)?;
    Ok(server.run())
}

/// Says what lies behind an error that callers are told nothing of.
fn reason(error: &Error) -> String {
    match error {
        Error::Internal(source) => source.to_string(),
        Error::Refused(refused) => refused.text.en.to_string(),
        Error::Invalid(faults) => format!("{faults:?}"),
        error => error.to_string(),
    }
}
