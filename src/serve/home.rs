//! Where the data lives: the private PostgreSQL or the one that `DATABASE_URL` names, and the secret.

use crate::platform::{
    config::{Config, Secret},
    db::{
        embedded::{self, Cluster, Options, PgError},
        migrate::{self, MigrateError},
        prepare,
    },
};
use aws_lc_rs::rand;
use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::sleep;

/// The database of this product in the private PostgreSQL.
const DATABASE: &str = "hearback";
/// How long a database that starts beside us may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often the private PostgreSQL is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Says why there is no data to serve.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Says why there is no private PostgreSQL.
    #[error(transparent)]
    Postgres(#[from] PgError),
    /// Says where there is nothing yet.
    #[error("there is no database in {0} (HEARBACK_DATA_DIR)")]
    Absent(PathBuf),
    /// Says why the database cannot be used.
    #[error("the database (DATABASE_URL) cannot be reached: {0}")]
    Unreachable(String),
    /// Says why the schema does not fit.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// Says that the secret cannot be made or read.
    #[error("the secret in {0}: {1}")]
    Secret(String, #[source] io::Error),
}

/// The database and the secret of one server.
pub struct Home {
    cluster: Option<Cluster>,
    url: String,
    direct: String,
    secret: String,
}

impl Home {
    /// Starts the private PostgreSQL, or waits for the one that the configuration names.
    pub fn open(config: &Config) -> Result<Self, HomeError> {
        let given = config.secret.as_ref().map(|secret| secret.0.clone());
        if let Some(Secret(url)) = &config.database_url {
            return Self::given(config, url);
        }
        let cluster = Cluster::start(&options(config))?;
        let address = cluster.url("postgres");
        prepare::create_database(&address, DATABASE).map_err(HomeError::Unreachable)?;
        let secret = match given {
            Some(secret) => secret,
            None => kept_secret(&config.data_dir.join("secret"))?,
        };
        let url = cluster.url(DATABASE);
        Ok(Self { direct: url.clone(), url, cluster: Some(cluster), secret })
    }

    /// Opens what is there already, beside a server that may run, and makes nothing.
    pub fn visit(config: &Config) -> Result<Self, HomeError> {
        if let Some(Secret(url)) = &config.database_url {
            return Self::given(config, url);
        }
        if !config.data_dir.join("lock").exists() {
            return Err(HomeError::Absent(config.data_dir.clone()));
        }
        let (cluster, url) = match Cluster::start(&options(config)) {
            Ok(cluster) => {
                let url = cluster.url(DATABASE);
                (Some(cluster), url)
            }
            Err(PgError::Busy(_)) => {
                let base = config.data_dir.canonicalize().map_err(PgError::from)?;
                (None, embedded::url(&base, DATABASE))
            }
            Err(error) => return Err(error.into()),
        };
        prepare::await_database(&url, PATIENCE).map_err(HomeError::Unreachable)?;
        Ok(Self { cluster, direct: url.clone(), url, secret: String::new() }) // a visitor signs nothing
    }

    fn given(config: &Config, url: &str) -> Result<Self, HomeError> {
        let direct = config.database_direct_url.as_ref().map_or(url, |direct| &direct.0);
        for address in BTreeSet::from([url, direct]) {
            prepare::await_database(address, PATIENCE).map_err(HomeError::Unreachable)?;
        }
        let secret = config.secret.as_ref().map(|secret| secret.0.clone());
        Ok(Self {
            cluster: None,
            url: url.to_owned(),
            direct: direct.to_owned(),
            secret: secret.unwrap_or_default(), // the configuration demands one
        })
    }

    /// Migrates the database, or only verifies that it fits.
    pub fn migrate(&self, config: &Config) -> Result<(), HomeError> {
        if config.migrate {
            for name in migrate::run(&self.direct)? {
                log::info!("applied migration {name}");
            }
        }
        self.check()
    }

    /// Verifies that the schema fits.
    pub fn check(&self) -> Result<(), HomeError> {
        Ok(migrate::check(&self.direct)?)
    }

    /// Returns the address of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address of PostgreSQL itself, for what needs a connection of its own.
    pub fn direct(&self) -> &str {
        &self.direct
    }

    /// Returns what the signing keys are sealed with.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Keeps the private PostgreSQL running, for ever; without one there is nothing to do.
    pub async fn keep(&mut self) {
        let Some(cluster) = &mut self.cluster else {
            return std::future::pending().await;
        };
        loop {
            sleep(LOOK).await;
            match cluster.revive() {
                Ok(false) => {}
                Ok(true) => log::error!("the private PostgreSQL had gone; it runs again"),
                Err(error) => log::error!("the private PostgreSQL has gone: {error}"),
            }
        }
    }

    /// Stops the private PostgreSQL, if there is one.
    pub fn close(&mut self) {
        if let Some(cluster) = &mut self.cluster {
            cluster.stop();
        }
    }
}

fn options(config: &Config) -> Options {
    Options { base: config.data_dir.clone(), durable: true, ..config.programs.clone() }
}

/// Returns the secret in the file, which is made when it is absent: 32 random bytes in hexadecimal digits.
fn kept_secret(file: &Path) -> Result<String, HomeError> {
    let fault = |error| HomeError::Secret(file.display().to_string(), error);
    if !file.exists() {
        make_secret(file).map_err(fault)?;
    }
    let secret = fs::read_to_string(file).map_err(fault)?.trim().to_owned();
    if secret.len() < 32 {
        return Err(fault(io::Error::other("it is shorter than 32 bytes")));
    }
    Ok(secret)
}

/// Writes the file under another name first: a half-written secret is never read.
fn make_secret(file: &Path) -> io::Result<()> {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes).map_err(|_| io::Error::other("no random bytes"))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let unfinished = file.with_extension("unfinished");
    let mut new = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()?;
    fs::rename(unfinished, file)
}
