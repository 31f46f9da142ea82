//! The only reader of the environment. Every fault is reported at once, and secrets are in no log.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf, time::Duration};

/// Every variable that is read, with what it means: the README's table is compared with this list.
pub const VARIABLES: &[(&str, &str)] = &[
    ("HEARBACK_BIND", "address to serve on (127.0.0.1:8080)"),
    (
        "HEARBACK_DATA_DIR",
        "where the private PostgreSQL and the secret live",
    ),
    (
        "HEARBACK_SECRET",
        "32 bytes or more; seals the signing keys; required with DATABASE_URL",
    ),
    ("DATABASE_URL", "PostgreSQL to use instead of a private one"),
    ("DATABASE_READ_URL", "a replica for lists and metrics"),
    (
        "HEARBACK_ADMIN_EMAIL",
        "e-mail of the first administrator (admin@hearback.local)",
    ),
    (
        "HEARBACK_ADMIN_PASSWORD",
        "password of the first administrator; made and printed once when absent",
    ),
    (
        "HEARBACK_MIGRATE",
        "`off` checks the schema instead of migrating it (on)",
    ),
    (
        "HEARBACK_WORKER",
        "`off` runs no background work in this server (on)",
    ),
    (
        "HEARBACK_CORS_ORIGINS",
        "origins of front ends, separated by commas (none)",
    ),
    (
        "HEARBACK_TRUSTED_PROXIES",
        "addresses whose X-Forwarded-For is believed, separated by commas (none)",
    ),
    ("HEARBACK_WRITE_THREADS", "database threads for changes (8)"),
    ("HEARBACK_READ_THREADS", "database threads for reads (4)"),
    ("HEARBACK_HTTP_WORKERS", "HTTP threads (half the cores)"),
    (
        "HEARBACK_STATEMENT_CACHE",
        "`off` for transaction-level poolers (on)",
    ),
    (
        "HEARBACK_DRAIN_SECONDS",
        "how long a stopping server keeps serving before it closes (5)",
    ),
    ("HEARBACK_PASSWORD_COST", "memory of Argon2id in KiB (19456)"),
    (
        "PG_BIN_DIR",
        "where the programs of PostgreSQL are, for the private one",
    ),
    ("RUST_LOG", "what is logged (info)"),
];

/// Secrets that everybody knows.
const WEAK: &[&str] = &[
    "changeme",
    "secret",
    "password",
    "hearback",
    "0123456789",
    "abcdefgh",
];

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
    /// Whether connections keep prepared statements.
    pub statement_cache: bool,
    /// How long a stopping server keeps serving.
    pub drain: Duration,
    /// Memory of Argon2id in KiB.
    pub password_cost: u32,
    /// Where the programs of PostgreSQL are.
    pub pg_bin_dir: Option<PathBuf>,
    /// The search path for programs.
    pub path: Option<std::ffi::OsString>,
}

impl Config {
    /// Reads the environment of this process; returns every fault.
    pub fn from_env() -> Result<Self, Vec<String>> {
        Self::of(std::env::vars().collect())
    }

    /// Reads the given variables; returns every fault.
    pub fn of(variables: BTreeMap<String, String>) -> Result<Self, Vec<String>> {
        let mut reader = Reader {
            variables,
            faults: Vec::new(),
        };
        let config = Self {
            bind: reader.parsed("HEARBACK_BIND", SocketAddr::from(([127, 0, 0, 1], 8080))),
            data_dir: reader
                .text("HEARBACK_DATA_DIR")
                .map_or_else(|| reader.default_data_dir(), PathBuf::from),
            secret: reader.text("HEARBACK_SECRET").map(Secret),
            database_url: reader.text("DATABASE_URL").map(Secret),
            database_read_url: reader.text("DATABASE_READ_URL").map(Secret),
            admin_email: reader
                .text("HEARBACK_ADMIN_EMAIL")
                .unwrap_or_else(|| "admin@hearback.local".into()),
            admin_password: reader.text("HEARBACK_ADMIN_PASSWORD").map(Secret),
            migrate: reader.switch("HEARBACK_MIGRATE"),
            worker: reader.switch("HEARBACK_WORKER"),
            cors_origins: reader.list("HEARBACK_CORS_ORIGINS"),
            trusted_proxies: reader.parsed_list("HEARBACK_TRUSTED_PROXIES"),
            write_threads: reader.number("HEARBACK_WRITE_THREADS", 8, 1, 64),
            read_threads: reader.number("HEARBACK_READ_THREADS", 4, 1, 64),
            http_workers: reader.number("HEARBACK_HTTP_WORKERS", half_the_cores(), 1, 64),
            statement_cache: reader.switch("HEARBACK_STATEMENT_CACHE"),
            drain: Duration::from_secs(reader.parsed("HEARBACK_DRAIN_SECONDS", 5)),
            password_cost: reader.parsed("HEARBACK_PASSWORD_COST", 19_456),
            pg_bin_dir: reader.text("PG_BIN_DIR").map(PathBuf::from),
            path: reader.variables.get("PATH").map(Into::into),
        };
        reader.check(&config);
        if reader.faults.is_empty() {
            Ok(config)
        } else {
            Err(reader.faults)
        }
    }
}

fn half_the_cores() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().div_ceil(2))
}

struct Reader {
    variables: BTreeMap<String, String>,
    faults: Vec<String>,
}

impl Reader {
    fn text(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T) -> T {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.faults
                    .push(format!("{name} has a value that cannot be read"));
                default
            }
        }
    }

    fn number(&mut self, name: &str, default: usize, least: usize, most: usize) -> usize {
        let value = self.parsed(name, default);
        if !(least..=most).contains(&value) {
            self.faults.push(format!("{name} must be from {least} to {most}"));
        }
        value
    }

    fn switch(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            None | Some("on") => true,
            Some("off") => false,
            Some(_) => {
                self.faults.push(format!("{name} must be `on` or `off`"));
                true
            }
        }
    }

    fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',')
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    }

    fn parsed_list<T: std::str::FromStr>(&mut self, name: &str) -> Vec<T> {
        let read: Vec<Result<T, _>> = self.list(name).iter().map(|part| part.parse()).collect();
        if read.iter().any(Result::is_err) {
            self.faults
                .push(format!("{name} has an entry that cannot be read"));
        }
        read.into_iter().flatten().collect()
    }

    fn default_data_dir(&self) -> PathBuf {
        // the account that PostgreSQL runs under cannot pass root's home
        if self.text("HOME").as_deref().is_none_or(|home| home == "/root") {
            return PathBuf::from("/var/lib/hearback");
        }
        let home = self.text("HOME").unwrap_or_default();
        let base = self
            .text("XDG_DATA_HOME")
            .unwrap_or_else(|| format!("{home}/.local/share"));
        PathBuf::from(base).join("hearback")
    }

    fn check(&mut self, config: &Config) {
        if let Some(Secret(secret)) = &config.secret {
            if secret.len() < 32 {
                self.faults
                    .push("HEARBACK_SECRET must have 32 bytes or more".into());
            }
            let known = WEAK.iter().any(|weak| secret.to_lowercase().contains(weak));
            let distinct = secret.bytes().collect::<std::collections::BTreeSet<_>>().len();
            if known || distinct < 10 {
                self.faults
                    .push("HEARBACK_SECRET can be guessed; take 32 random bytes".into());
            }
        } else if config.database_url.is_some() {
            self.faults
                .push("HEARBACK_SECRET is required with DATABASE_URL".into());
        }
        if !config.admin_email.contains('@') {
            self.faults
                .push("HEARBACK_ADMIN_EMAIL is no e-mail address".into());
        }
        if config
            .admin_password
            .as_ref()
            .is_some_and(|p| p.0.chars().count() < 8)
        {
            self.faults
                .push("HEARBACK_ADMIN_PASSWORD must have 8 characters or more".into());
        }
        if !(8..=1_048_576).contains(&config.password_cost) {
            self.faults
                .push("HEARBACK_PASSWORD_COST must be from 8 to 1048576".into());
        }
    }
}
