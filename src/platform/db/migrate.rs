//! The schema of the database: brought up to date by one server at a time, or only looked at.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::Path,
    thread,
    time::Duration,
};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    migration::{Migration, MigrationSource, MigrationVersion},
    pg::Pg,
    sql_query,
    sql_types::{Bool, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Tx;
use crate::platform::http::problem;

/// Is every migration, in the program itself.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Guards discovery and run: without it, servers that start together trip over each other.
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock(hashtext('hearback.migrations')) AS held";

/// Says why the schema is not what this program needs.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// Says that the database does not let us in.
    #[error("cannot connect to the database: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// Says that a query about the schema failed.
    #[error("cannot read the schema's version: {0}")]
    Read(#[from] diesel::result::Error),
    /// Says that a migration failed; those before it stay.
    #[error("a migration failed: {0}")]
    Run(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Says that migrations are missing from the database.
    #[error("the database is older than this program; run `hearback migrate` for: {}", .0.join(", "))]
    Older(Vec<String>),
    /// Says that the database has migrations that this program does not know.
    #[error("the database is newer than this program, which does not know: {}", .0.join(", "))]
    Newer(Vec<String>),
}

/// Runs the pending migrations under a lock and returns their names; any number may call it at once.
pub fn run(url: &str) -> Result<Vec<String>, MigrateError> {
    let mut connection = PgConnection::establish(url)?;
    connection.batch_execute("SET lc_messages = 'C'").ok(); // only a superuser may
    connection.batch_execute(
        "SET statement_timeout = 0; SET lock_timeout = 0; SET client_min_messages = warning",
    )?;
    // A waiting statement would hold a snapshot, and CREATE INDEX CONCURRENTLY would wait for that.
    while !holds(&mut connection, TRY_LOCK)? {
        thread::sleep(Duration::from_millis(50));
    }
    let applied = connection.run_pending_migrations(MIGRATIONS).map_err(MigrateError::Run)?;
    let names: BTreeMap<String, String> = embedded()?;
    Ok(applied.iter().map(|version| name_of(&names, version)).collect())
    // the lock goes with the connection
}

/// Verifies that the database has exactly the embedded migrations, and writes nothing.
pub fn check(url: &str) -> Result<(), MigrateError> {
    compare(&mut PgConnection::establish(url)?)
}

/// Returns whether the database has exactly the embedded migrations.
pub fn fits(tx: &mut Tx) -> problem::Result<bool> {
    match compare(tx) {
        Ok(()) => Ok(true),
        Err(MigrateError::Read(error)) => Err(error.into()),
        Err(_) => Ok(false),
    }
}

fn compare(connection: &mut PgConnection) -> Result<(), MigrateError> {
    let embedded = embedded()?;
    let applied = applied(connection)?;
    let older: Vec<_> = embedded
        .iter()
        .filter(|(version, _)| !applied.contains(version))
        .map(|(_, name)| name.clone())
        .collect();
    let newer: Vec<_> = applied.into_iter().filter(|version| !embedded.contains_key(version)).collect();
    match (older.is_empty(), newer.is_empty()) {
        (true, true) => Ok(()),
        (false, _) => Err(MigrateError::Older(older)),
        (true, false) => Err(MigrateError::Newer(newer)),
    }
}

/// Returns a digest of the names and the text of all migrations in a folder.
pub fn digest(folder: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for migration in fs::read_dir(folder)? {
        for file in fs::read_dir(migration?.path()).into_iter().flatten() {
            files.push(file?.path());
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(folder).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Returns the name of each embedded migration by its version.
fn embedded() -> Result<BTreeMap<String, String>, MigrateError> {
    let migrations: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(MigrateError::Run)?;
    Ok(migrations.iter().map(|m| (m.name().version().to_string(), m.name().to_string())).collect())
}

fn name_of(names: &BTreeMap<String, String>, version: &MigrationVersion<'_>) -> String {
    let version = version.to_string();
    names.get(&version).cloned().unwrap_or(version)
}

fn applied(connection: &mut PgConnection) -> Result<Vec<String>, MigrateError> {
    #[derive(QueryableByName)]
    struct Applied {
        #[diesel(sql_type = Text)]
        version: String,
    }
    if !holds(connection, "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS held")? {
        return Ok(Vec::new());
    }
    let rows: Vec<Applied> =
        sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version").load(connection)?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

fn holds(connection: &mut PgConnection, sql: &str) -> Result<bool, MigrateError> {
    #[derive(QueryableByName)]
    struct Held {
        #[diesel(sql_type = Bool)]
        held: bool,
    }
    Ok(sql_query(sql).get_result::<Held>(connection)?.held)
}
