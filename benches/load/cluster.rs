//! A PostgreSQL of its own, durable, that counts its statements.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use hearback::platform::{
    config::postgres_programs,
    db::{
        embedded::{Cluster, Options},
        prepare,
    },
};
use std::path::{Path, PathBuf};

const DATABASE: &str = "hearback";

/// The settings that the floors were measured with.
const SETTINGS: &[(&str, &str)] = &[
    ("shared_preload_libraries", "pg_stat_statements"),
    ("pg_stat_statements.track_utility", "on"),
    ("shared_buffers", "1GB"),
    ("work_mem", "64MB"),
    ("maintenance_work_mem", "512MB"),
    ("max_wal_size", "8GB"),
    ("checkpoint_timeout", "15min"),
    ("random_page_cost", "1.1"),
    ("effective_cache_size", "8GB"),
    ("jit", "off"),
    ("max_connections", "200"),
];

/// A PostgreSQL that runs.
pub struct Running {
    cluster: Cluster,
    folder: PathBuf,
}

/// One statement and how often it ran.
#[derive(QueryableByName)]
pub struct Statement {
    #[diesel(sql_type = Text)]
    pub query: String,
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
}

impl Running {
    pub fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let folder = folder.canonicalize().unwrap();
        let options = Options { base: folder.clone(), durable: true, ..postgres_programs() };
        let mut cluster = Cluster::start(&options).unwrap();
        configure(&cluster.url("postgres"));
        cluster.stop(); // what is preloaded is read at start
        drop(cluster);
        let cluster = Cluster::start(&options).unwrap();
        prepare::create_database(&cluster.url("postgres"), DATABASE).unwrap();
        let running = Self { cluster, folder };
        running.batch("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        running
    }

    pub fn url(&self) -> String {
        self.cluster.url(DATABASE)
    }

    /// Returns the folder of its socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("run")
    }

    /// Returns a program that came with this PostgreSQL.
    pub fn program(&self, name: &str) -> PathBuf {
        let options = std::fs::read_to_string(self.folder.join("data/postmaster.opts")).unwrap();
        let server = PathBuf::from(options.split(' ').next().unwrap());
        let program = server.with_file_name(name);
        assert!(
            program.exists(),
            "{} is missing: it comes with PostgreSQL's server or client programs",
            program.display()
        );
        program
    }

    pub fn database(&self) -> &'static str {
        DATABASE
    }

    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }

    pub fn batch(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    /// Returns the one number that a query answers.
    pub fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = BigInt)]
            number: i64,
        }
        let sql = format!("SELECT ({sql})::bigint AS number");
        sql_query(sql).get_result::<Number>(&mut self.connect()).unwrap().number
    }

    /// Returns the texts that a query answers.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct One {
            #[diesel(sql_type = Text)]
            one: String,
        }
        let sql = format!("SELECT one::text AS one FROM ({sql}) rows (one)");
        let rows = sql_query(sql).load::<One>(&mut self.connect()).unwrap();
        rows.into_iter().map(|row| row.one).collect()
    }

    pub fn forget_statements(&self) {
        self.texts("SELECT pg_stat_statements_reset()::text");
    }

    /// Returns the statements that ran at least so often.
    pub fn statements(&self, least: i64) -> Vec<Statement> {
        let sql = format!(
            "SELECT query, calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
             WHERE d.datname = '{DATABASE}' AND calls >= {least} ORDER BY calls DESC, query"
        );
        sql_query(sql).load(&mut self.connect()).unwrap()
    }
}

fn configure(url: &str) {
    let mut connection = PgConnection::establish(url).unwrap();
    for (name, value) in SETTINGS {
        let sql = format!("ALTER SYSTEM SET {name} = '{value}'");
        connection.batch_execute(&sql).ok(); // settings of what is not loaded yet are refused
    }
}
