//! The only reader of the environment. Every fault is reported at once, and secrets are in no log.

mod checks;
mod reader;

use super::db::embedded::Options;
use reader::Reader;
use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf, time::Duration};

/// Every variable that is read, with what it means: the README's table is compared with this list.
pub const VARIABLES: &[(&str, &str)] = &[
    ("HEARBACK_BIND", "address to serve on (`127.0.0.1:8080`)"),
    (
        "HEARBACK_DATA_DIR",
        "where the private PostgreSQL and the secret live (`~/.local/share/hearback`; root: `/var/lib/hearback`)",
    ),
    (
        "HEARBACK_SECRET",
        "32 bytes or more that seal the signing keys; required with `DATABASE_URL` (made in the data directory)",
    ),
    ("DATABASE_URL", "PostgreSQL to use instead of the private one"),
    (
        "DATABASE_DIRECT_URL",
        "PostgreSQL itself, where `DATABASE_URL` is a pooler; required with `HEARBACK_STATEMENT_CACHE=off` (`DATABASE_URL`)",
    ),
    ("DATABASE_READ_URL", "a replica for lists (the same database)"),
    ("HEARBACK_ADMIN_EMAIL", "e-mail of the first administrator (`admin@hearback.local`)"),
    ("HEARBACK_ADMIN_PASSWORD", "password of the first administrator (made, and printed once)"),
    ("HEARBACK_MIGRATE", "`off` checks the schema at start instead of migrating it (`on`)"),
    ("HEARBACK_WORKER", "`off` runs no background work in this server (`on`)"),
    ("HEARBACK_CORS_ORIGINS", "origins of front ends, separated by commas (none)"),
    ("HEARBACK_TRUSTED_PROXIES", "addresses whose `X-Forwarded-For` is believed, separated by commas (none)"),
    ("HEARBACK_WRITE_THREADS", "database threads for changes (`8`)"),
    ("HEARBACK_READ_THREADS", "database threads for reads (`4`)"),
    ("HEARBACK_HTTP_WORKERS", "HTTP threads (half the cores)"),
    ("HEARBACK_STATEMENT_CACHE", "`off` behind a pooler that shares connections by transaction (`on`)"),
    ("HEARBACK_DRAIN_SECONDS", "how long a stopping server keeps serving before it closes (`5`)"),
    ("HEARBACK_PASSWORD_COST", "memory of Argon2id in KiB (`19456`)"),
    ("PG_BIN_DIR", "where PostgreSQL's programs are, for the private one (searched)"),
    ("RUST_LOG", "what is logged, as env_logger reads it (`info`)"),
];

/// What is logged where `RUST_LOG` says nothing: our own words, and others' only when they matter.
const LOG: &str = "info,actix_server=warn,actix_http=error,r2d2=off";

/// A value that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How this server runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to serve on.
    pub bind: SocketAddr,
    /// Where the private PostgreSQL and the secret live.
    pub data_dir: PathBuf,
    /// Seals the signing keys; made in the data directory in private mode.
    pub secret: Option<Secret>,
    /// PostgreSQL to use; none for a private one.
    pub database_url: Option<Secret>,
    /// PostgreSQL itself, where the former is a pooler.
    pub database_direct_url: Option<Secret>,
    /// A replica for lists.
    pub database_read_url: Option<Secret>,
    /// E-mail of the first administrator.
    pub admin_email: String,
    /// Password of the first administrator.
    pub admin_password: Option<Secret>,
    /// Whether to migrate at start.
    pub migrate: bool,
    /// Whether to run background work.
    pub worker: bool,
    /// Origins of front ends.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Database threads for changes.
    pub write_threads: usize,
    /// Database threads for reads.
    pub read_threads: usize,
    /// HTTP threads.
    pub http_workers: usize,
    /// Whether connections are ours alone and keep prepared statements.
    pub statement_cache: bool,
    /// How long a stopping server keeps serving.
    pub drain: Duration,
    /// Memory of Argon2id in KiB.
    pub password_cost: u32,
    /// Where the programs of PostgreSQL are.
    pub programs: Options,
    /// What is logged.
    pub log: String,
}

impl Config {
    /// Reads the environment of this process; returns every fault.
    pub fn from_env() -> Result<Self, Vec<String>> {
        Self::of(environment())
    }

    /// Reads the given variables; returns every fault.
    pub fn of(variables: BTreeMap<String, String>) -> Result<Self, Vec<String>> {
        let mut reader = Reader { variables, faults: Vec::new() };
        let config = Self {
            bind: reader.parsed("HEARBACK_BIND", SocketAddr::from(([127, 0, 0, 1], 8080))),
            data_dir: reader
                .text("HEARBACK_DATA_DIR")
                .map_or_else(|| reader.default_data_dir(), PathBuf::from),
            secret: reader.text("HEARBACK_SECRET").map(Secret),
            database_url: reader.text("DATABASE_URL").map(Secret),
            database_direct_url: reader.text("DATABASE_DIRECT_URL").map(Secret),
            database_read_url: reader.text("DATABASE_READ_URL").map(Secret),
            admin_email: reader.text("HEARBACK_ADMIN_EMAIL").unwrap_or_else(|| "admin@hearback.local".into()),
            admin_password: reader.text("HEARBACK_ADMIN_PASSWORD").map(Secret),
            migrate: reader.switch("HEARBACK_MIGRATE"),
            worker: reader.switch("HEARBACK_WORKER"),
            cors_origins: reader.list("HEARBACK_CORS_ORIGINS"),
            trusted_proxies: reader.parsed_list("HEARBACK_TRUSTED_PROXIES"),
            write_threads: reader.number("HEARBACK_WRITE_THREADS", 8, 1, 64),
            read_threads: reader.number("HEARBACK_READ_THREADS", 4, 1, 64),
            http_workers: reader.number("HEARBACK_HTTP_WORKERS", half_the_cores(), 1, 64),
            statement_cache: reader.switch("HEARBACK_STATEMENT_CACHE"),
            drain: reader.seconds("HEARBACK_DRAIN_SECONDS", 5, 300),
            password_cost: reader.parsed("HEARBACK_PASSWORD_COST", 19_456),
            programs: reader.programs(),
            log: reader.text("RUST_LOG").unwrap_or_else(|| LOG.into()),
        };
        reader.faults.extend(checks::faults(&config));
        if reader.faults.is_empty() { Ok(config) } else { Err(reader.faults) }
    }
}

/// Returns where the programs of PostgreSQL may be, whatever else the environment says.
pub fn postgres_programs() -> Options {
    let variables = environment();
    let faults = Vec::new();
    Reader { variables, faults }.programs()
}

/// Returns the variables of this process; what is no text is as good as mistyped.
fn environment() -> BTreeMap<String, String> {
    let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
}

fn half_the_cores() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().div_ceil(2))
}
