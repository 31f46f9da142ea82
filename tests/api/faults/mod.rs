//! What happens to the database while we use it, and what we say of it.

mod batches;
mod embedded;
mod outages;
mod roles;
mod server;

mod texts;
mod work;

use crate::support::postgres::Database;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use hearback::platform::{
    db::{
        Db, DbConfig, Tx,
        embedded::{Cluster, Options, PgError},
    },
    http::problem::{Error, Result},
};
use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PID: &str = "SELECT pg_backend_pid()::bigint AS n";

/// A PostgreSQL of one test, which may come to harm.
struct Victim {
    cluster: Option<Cluster>,
    options: Options,
    _folder: TempDir,
}

impl Victim {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("hb").tempdir_in("/tmp").unwrap();
        let options =
            Options { base: folder.path().into(), ..hearback::platform::config::postgres_programs() };
        Self { cluster: Some(Cluster::start(&options).unwrap()), options, _folder: folder }
    }

    fn url(&self) -> String {
        self.cluster.as_ref().unwrap().url("postgres")
    }

    fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }

    fn db(&self) -> Db {
        db(&self.url())
    }

    /// Returns the postmaster and its children: they work in the data directory.
    fn pids(&self) -> Vec<String> {
        let data = self.options.base.canonicalize().unwrap().join("data");
        let all = fs::read_dir("/proc").unwrap().flatten();
        all.filter(|e| fs::read_link(e.path().join("cwd")).is_ok_and(|cwd| cwd == data))
            .map(|e| e.file_name().into_string().unwrap())
            .collect()
    }

    fn signal(&self, name: &str) {
        // it fails when a child has ended by itself meanwhile
        Command::new("kill").arg(name).args(self.pids()).status().unwrap();
    }

    fn kill(&mut self) {
        self.signal("-KILL");
        self.cluster.as_mut().unwrap().stop();
    }

    fn restart(&mut self) {
        self.cluster = None;
        let start = Instant::now();
        // a program that another test starts at this moment may share the lock until it runs
        self.cluster = loop {
            match Cluster::start(&self.options) {
                Err(PgError::Busy(_)) if start.elapsed() < Duration::from_secs(5) => {
                    thread::sleep(Duration::from_millis(20));
                }
                started => break Some(started.unwrap()),
            }
        };
    }
}

fn db(url: &str) -> Db {
    Db::connect(&DbConfig {
        write_threads: 2,
        read_threads: 2,
        queue: 8,
        ledger_role: false,
        ..DbConfig::new(url)
    })
}

/// Returns a database without tables in the cluster that all tests share, and the way to it.
fn quiet() -> (Database, Db) {
    let database = Database::empty();
    let db = db(&database.url);
    (database, db)
}

fn number(tx: &mut Tx, sql: &str) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    Ok(sql_query(sql).get_result::<Row>(tx)?.n)
}

fn code(error: Error) -> String {
    match error {
        Error::Internal(source) => format!("internal: {source}"),
        other => other.code().to_owned(),
    }
}
