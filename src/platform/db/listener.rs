//! One connection of its own that hears what other servers tell through PostgreSQL, and the time.

use super::{Tx, address::with_limits, statement::static_query};
use crate::platform::http::problem::Result;
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_types::Timestamptz};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How long the listener rests between two rounds.
const REST: Duration = Duration::from_millis(20);
/// How long it waits before it connects again.
const PAUSE: Duration = Duration::from_millis(200);

static_query! {
    /// Asks for the time; what was committed before is heard with the answer.
    struct AskTime {} -> Timestamptz = "SELECT clock_timestamp()"
}

/// What one round of the listener proved.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Everything that was committed before this instant has been heard.
    pub asked: Instant,
    /// What the database's clock said.
    pub at: DateTime<Utc>,
    /// When it had said so.
    pub answered: Instant,
}

/// Keeps something true by what it hears.
pub trait Watcher: Send + 'static {
    /// Runs on each new connection, which hears everything from now on: what was missed must be read.
    fn joined(&mut self, tx: &mut Tx) -> Result<()>;
    /// Runs for each thing that was told.
    fn heard(&mut self, tx: &mut Tx, told: &str) -> Result<()>;
    /// Runs at the end of each round.
    fn current(&mut self, tx: &mut Tx, round: Round) -> Result<()>;
}

/// Ends the listener's thread when it is dropped.
#[derive(Debug)]
pub struct Listener(Arc<AtomicBool>);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Starts a thread that listens on `channel` for as long as the [`Listener`] lives.
pub fn listen(url: &str, channel: &'static str, mut watcher: impl Watcher) -> std::io::Result<Listener> {
    let stop = Arc::new(AtomicBool::new(false));
    let (url, stopped) = (with_limits(url), stop.clone());
    thread::Builder::new().name(format!("listen-{channel}")).spawn(move || {
        while !stopped.load(Ordering::Acquire) {
            if let Err(error) = session(&url, channel, &mut watcher, &stopped) {
                log::warn!("the listener lost the database: {error}");
                thread::sleep(PAUSE);
            }
        }
    })?;
    Ok(Listener(stop))
}

fn session(url: &str, channel: &str, watcher: &mut impl Watcher, stop: &AtomicBool) -> Result<()> {
    let mut connection =
        PgConnection::establish(url).map_err(|_| crate::platform::http::problem::Error::Unavailable)?;
    connection.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET application_name = 'hearback listener';
         SET statement_timeout = 4000; SET lock_timeout = 2000; LISTEN {channel}"
    ))?;
    watcher.joined(&mut connection)?;
    while !stop.load(Ordering::Acquire) {
        round(&mut connection, watcher)?;
        thread::sleep(REST);
    }
    Ok(())
}

fn round(tx: &mut Tx, watcher: &mut impl Watcher) -> Result<()> {
    let asked = Instant::now();
    let at = AskTime {}.get_result(tx)?;
    let answered = Instant::now();
    let told: BTreeSet<String> = tx
        .notifications_iter()
        .map(|heard| heard.map(|notification| notification.payload))
        .collect::<diesel::QueryResult<_>>()?;
    for what in &told {
        watcher.heard(tx, what)?;
    }
    watcher.current(tx, Round { asked, at, answered })
}
