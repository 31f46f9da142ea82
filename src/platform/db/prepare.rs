//! A database that is there before anything else happens: awaited, or made.

use super::address::with_limits;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::Bool,
};
use std::{
    thread,
    time::{Duration, Instant},
};

const PAUSE: Duration = Duration::from_secs(1);

/// What no waiting heals.
const LASTING: &[&str] =
    &["authentication failed", "does not exist", "sslmode", "SSL", "invalid", "no pg_hba.conf entry"];

/// Waits until the database lets us in, but not longer than `patience`; returns what it says else.
pub fn await_database(url: &str, patience: Duration) -> Result<(), String> {
    let start = Instant::now();
    loop {
        let Err(error) = PgConnection::establish(&with_limits(url)) else {
            return Ok(());
        };
        let text = error.to_string().trim().replace('\n', " ");
        if start.elapsed() > patience || LASTING.iter().any(|words| text.contains(words)) {
            return Err(text);
        }
        log::warn!("waiting for the database: {text}");
        thread::sleep(PAUSE);
    }
}

/// Makes the database `name`, a plain word, beside the one that `url` names, if it is not there.
pub fn create_database(url: &str, name: &str) -> Result<(), String> {
    #[derive(QueryableByName)]
    struct Present {
        #[diesel(sql_type = Bool)]
        present: bool,
    }
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let mut connection = PgConnection::establish(url).map_err(|e| text(&e))?;
    let sql = format!("SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') AS present");
    let found: Present = sql_query(sql).get_result(&mut connection).map_err(|e| text(&e))?;
    if found.present {
        return Ok(());
    }
    connection.batch_execute(&format!("CREATE DATABASE {name}")).map_err(|e| text(&e))
}
