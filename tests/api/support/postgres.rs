//! One private PostgreSQL for all test processes of this checkout, and a database of its own for each test.
//!
//! The first process starts the product's own binary as `pg-supervise FOLDER`. Every process holds a shared
//! lock on `FOLDER/users` until it ends, however it ends; the supervisor stops PostgreSQL and itself when
//! nobody has held it for two seconds. `TEST_DATABASE_URL` (a role that may create databases) replaces it all.

use super::{
    people::{ADMIN, PASSWORD},
    source::sources,
};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use hearback::{
    defaults::{self, DefaultsIn},
    platform::{
        auth::passwords,
        db::{embedded, migrate},
        http::problem::Result,
    },
};
use std::{
    env, fs,
    fs::{File, OpenOptions},
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, MutexGuard, OnceLock},
    thread,
    time::{Duration, Instant},
};

/// What a cluster with a few hundred small databases may need.
const ROOM_MIB: u64 = 2048;

/// When the organisation of the tests began.
const FILLED: &str = "2026-01-01T00:00:00Z";

/// A database of one test; dropped with it.
pub struct Database {
    pub url: String,
    name: String,
}

impl Database {
    /// Returns a copy of the template: migrated, and filled with the defaults.
    pub fn new() -> Self {
        let mut cluster = cluster();
        let template = cluster.template.clone();
        Self::made(&mut cluster, &format!("TEMPLATE {template}"))
    }

    /// Returns a database without tables.
    pub fn empty() -> Self {
        Self::made(&mut cluster(), "TEMPLATE template0")
    }

    fn made(cluster: &mut Cluster, template: &str) -> Self {
        let name = format!("t_{}", uuid::Uuid::new_v4().simple());
        let sql = format!("CREATE DATABASE {name} {template} STRATEGY file_copy");
        cluster.connection.batch_execute(&sql).unwrap();
        Self { url: with_database(&cluster.url, &name), name }
    }

    /// Returns a database that somebody else makes, migrates and drops.
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), name: String::new() }
    }

    /// Returns a connection of the test's own.
    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.name.is_empty() {
            return;
        }
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        cluster().connection.batch_execute(&sql).ok();
    }
}

struct Cluster {
    url: String,
    template: String,
    connection: PgConnection,
    /// Tells the supervisor that this process is there.
    _presence: Option<File>,
}

fn cluster() -> MutexGuard<'static, Cluster> {
    static CLUSTER: OnceLock<Mutex<Cluster>> = OnceLock::new();
    let open = || {
        let (url, presence) = match env::var("TEST_DATABASE_URL") {
            Ok(url) => (url, None),
            Err(_) => private(),
        };
        let mut connection = PgConnection::establish(&url).unwrap();
        connection.batch_execute("SET client_min_messages = warning").unwrap();
        Mutex::new(Cluster {
            template: template(&mut connection, &url),
            url,
            connection,
            _presence: presence,
        })
    };
    CLUSTER.get_or_init(open).lock().unwrap_or_else(|e| e.into_inner())
}

/// Returns the address of the private cluster, which is started when nobody has done so.
fn private() -> (String, Option<File>) {
    let folder = folder();
    fs::create_dir_all(&folder).unwrap();
    let folder = folder.canonicalize().unwrap();
    let url = embedded::url(&folder, "postgres");
    let presence = lock_file(&folder.join("users"));
    presence.lock_shared().unwrap();
    let gate = lock_file(&folder.join("gate"));
    gate.lock().unwrap();
    let runs = folder.join("ready").exists() && PgConnection::establish(&url).is_ok();
    if !runs && !started(&folder) {
        // a crash of the machine leaves files that are worth nothing
        fs::remove_dir_all(folder.join("data")).ok();
        assert!(
            started(&folder),
            "the test PostgreSQL did not start: see supervisor.log and postgres.log in {}",
            folder.display()
        );
    }
    if !runs {
        sweep(&mut PgConnection::establish(&url).unwrap());
    }
    (url, Some(presence))
}

/// Names one folder for each user and checkout, as other checkouts have other programs and migrations.
fn folder() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    fs::read_link("/proc/self/ns/user").ok().hash(&mut hasher);
    env::var("USER").ok().hash(&mut hasher);
    let memory = PathBuf::from("/dev/shm");
    let base = Some(memory).filter(|path| has_room(path)).unwrap_or_else(env::temp_dir);
    base.join(format!("hearback-test-{:016x}", hasher.finish()))
}

/// Returns whether a RAM disk is there and large enough.
fn has_room(path: &Path) -> bool {
    let answer = Command::new("df").arg("-Pm").arg(path).output();
    let text = answer.map(|a| String::from_utf8_lossy(&a.stdout).into_owned());
    let free = text
        .unwrap_or_default()
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    free.is_some_and(|free| free >= ROOM_MIB) && tempfile::tempfile_in(path).is_ok()
}

fn started(folder: &Path) -> bool {
    let ready = folder.join("ready");
    fs::remove_file(&ready).ok();
    let log = File::create(folder.join("supervisor.log")).unwrap();
    let mut supervisor = Command::new(env!("CARGO_BIN_EXE_hearback"))
        .arg("pg-supervise")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .process_group(0)
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !ready.exists() {
        if supervisor.try_wait().unwrap().is_some() || start.elapsed() > Duration::from_secs(60) {
            supervisor.kill().ok();
            supervisor.wait().ok();
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    thread::spawn(move || supervisor.wait());
    true
}

fn lock_file(path: &Path) -> File {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o666).open(path).unwrap()
}

/// Drops what earlier processes left behind when they were killed.
fn sweep(connection: &mut PgConnection) {
    for row in names(connection, "datname LIKE 't\\_%'") {
        connection.batch_execute(&format!("DROP DATABASE IF EXISTS {row} WITH (FORCE)")).ok();
    }
}

/// Returns the name of the template, which is made when it is not there.
fn template(connection: &mut PgConnection, url: &str) -> String {
    let name = format!("tmpl_{:016x}", digest());
    connection.batch_execute("SELECT pg_advisory_lock(4711)").unwrap();
    if names(connection, &format!("datname = '{name}' AND datistemplate")).is_empty() {
        for old in names(connection, "datname LIKE 'tmpl\\_%'") {
            let drop = format!("ALTER DATABASE {old} IS_TEMPLATE false");
            connection.batch_execute(&drop).ok();
            connection.batch_execute(&format!("DROP DATABASE IF EXISTS {old}")).ok();
        }
        let mut run = |sql: &str| connection.batch_execute(sql).unwrap();
        run(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        fill(&with_database(url, &name));
        run(&format!("ALTER DATABASE {name} IS_TEMPLATE true ALLOW_CONNECTIONS false"));
    }
    connection.batch_execute("SELECT pg_advisory_unlock(4711)").unwrap();
    name
}

/// Makes the tables and the first organisation.
fn fill(url: &str) {
    migrate::run(url).unwrap();
    let hash = passwords::hash_now(PASSWORD, 8).unwrap();
    let input = DefaultsIn::new(ADMIN, hash, FILLED.parse().unwrap());
    let mut connection = PgConnection::establish(url).unwrap();
    let filled: Result<bool> = connection.transaction(|tx| defaults::fill(tx, &input));
    assert!(filled.unwrap());
}

/// Returns a digest of all that the template is made from.
fn digest() -> u64 {
    let mut hasher = DefaultHasher::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    (migrate::digest(&folder).unwrap(), FILLED, PASSWORD).hash(&mut hasher);
    let makers = ["defaults", "settings", "calendars", "departments", "sla", "routing"];
    for file in sources() {
        if makers.iter().any(|slice| file.within(slice)) {
            file.text.hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn names(connection: &mut PgConnection, condition: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let sql = format!("SELECT datname::text AS name FROM pg_database WHERE {condition}");
    let rows: Vec<Row> = sql_query(sql).load(connection).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// Returns the address with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (path, query) =
        url.split_once('?').map_or((url, String::new()), |(path, query)| (path, format!("?{query}")));
    let (server, _) = path.rsplit_once('/').unwrap();
    format!("{server}/{name}{query}")
}

/// Returns the one number that a query answers.
pub fn number(connection: &mut PgConnection, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    sql_query(format!("SELECT ({sql})::bigint AS n")).get_result::<Row>(connection).unwrap().n
}

/// Returns the texts that a query answers.
pub fn texts(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let rows: Vec<Row> =
        sql_query(format!("SELECT t.line::text FROM ({sql}) t(line)")).load(connection).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}
