//! One connection: how it is made, and how a piece of work runs on it and survives its loss.

use std::{
    ops::{Deref, DerefMut},
    panic::{AssertUnwindSafe, catch_unwind},
};

use diesel::{
    Connection, PgConnection,
    connection::{AnsiTransactionManager, CacheSize, SimpleConnection, TransactionManager},
    r2d2::{ConnectionManager, Error as ConnectError, ManageConnection, R2D2Connection},
};
use r2d2::{Pool, PooledConnection};

use super::{DbConfig, Tx};
use crate::platform::http::problem::{Error, Result};

/// Serialization failures, deadlocks and stale plans: how often work is run again.
const RETRIES: u32 = 2;

/// Says how a piece of work meets the database.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mode {
    /// Is a transaction at read committed.
    Write,
    /// Is no transaction: each statement stands alone, in one round trip.
    Read,
    /// Is a read-only transaction in which all statements see the same moment.
    Snapshot,
}

/// Makes sessions for r2d2.
pub(super) struct Manager {
    connections: ConnectionManager<PgConnection>,
    setup: String,
    statement_cache: bool,
}

/// Is a connection that knows when it is of no more use.
pub(super) struct Session {
    connection: PgConnection,
    broken: bool,
}

impl Manager {
    pub(super) fn new(url: &str, config: &DbConfig, mode: Mode) -> Manager {
        Manager {
            connections: ConnectionManager::new(with_limits(url)),
            setup: setup(config, mode),
            statement_cache: config.statement_cache,
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Session;
    type Error = ConnectError;

    fn connect(&self) -> Result<Session, ConnectError> {
        let mut connection = self.connections.connect()?;
        if !self.statement_cache {
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        connection.batch_execute(&self.setup).map_err(ConnectError::QueryError)?;
        Ok(Session { connection, broken: false })
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), ConnectError> {
        session.connection.ping().map_err(ConnectError::QueryError)
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        session.broken || self.connections.has_broken(&mut session.connection)
    }
}

impl Deref for Session {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// Bounds what no server-side limit can: a connection attempt, and a peer that went silently.
pub(super) fn with_limits(url: &str) -> String {
    if url.contains("connect_timeout") {
        return url.to_owned();
    }
    let limits = [
        "connect_timeout=3",
        "keepalives_idle=15",
        "keepalives_interval=5",
        "keepalives_count=3",
        "tcp_user_timeout=20000",
    ];
    match url.contains("://") {
        false => format!("{url} {}", limits.join(" ")),
        true => format!("{url}{}{}", if url.contains('?') { '&' } else { '?' }, limits.join("&")),
    }
}

/// Returns what each new connection is told, in one round trip.
fn setup(config: &DbConfig, mode: Mode) -> String {
    let try_set = |what: &str| {
        format!(
            "DO $$ BEGIN SET {what}; EXCEPTION WHEN undefined_object OR invalid_parameter_value \
             OR insufficient_privilege THEN NULL; END $$;"
        )
    };
    let role = if config.ledger_role { try_set("ROLE hearback_app") } else { String::new() };
    format!(
        "{lc_messages} SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET application_name = 'hearback';
         SET statement_timeout = {statement}; SET lock_timeout = {lock};
         SET idle_in_transaction_session_timeout = {idle};
         SET default_transaction_read_only = {read_only}; {role}",
        lc_messages = try_set("lc_messages = 'C'"),
        statement = config.statement_timeout_ms,
        lock = config.lock_timeout_ms,
        idle = config.idle_in_transaction_ms,
        read_only = if mode == Mode::Write { "off" } else { "on" },
    )
}

/// Is what came of one attempt.
enum Attempt<T> {
    /// The work is done or refused, and the connection is sound.
    Done(Result<T>),
    /// PostgreSQL undid the work and asks for it again.
    Again,
    /// The connection was dead before anything had begun, or nothing was written: it may run again.
    Stale(Error),
    /// The connection died, or is not to be trusted, in the middle of the work.
    Broken(Error),
}

/// Is a place at the pool: keeps its connection between two pieces of work.
pub(super) struct Place {
    pool: Pool<Manager>,
    held: Option<PooledConnection<Manager>>,
}

impl Place {
    pub(super) fn new(pool: &Pool<Manager>) -> Place {
        Place { pool: pool.clone(), held: None }
    }

    /// Runs the work, again when that is safe and of use.
    pub(super) fn run<T>(&mut self, mode: Mode, work: &dyn Fn(&mut Tx) -> Result<T>) -> Result<T> {
        let (mut retries, mut was_stale) = (0, false);
        loop {
            match attempt(self.connection()?, mode, work) {
                Attempt::Done(result) => return result,
                Attempt::Again if retries < RETRIES => {
                    retries += 1;
                    log::warn!("the database asks to run a transaction again ({retries} of {RETRIES})");
                    if retries == RETRIES {
                        self.discard(); // a stale plan lives as long as its connection
                    }
                }
                Attempt::Again => return Err(Error::Unavailable),
                Attempt::Stale(_) if !was_stale => {
                    was_stale = true;
                    self.discard();
                }
                Attempt::Stale(error) | Attempt::Broken(error) => {
                    self.discard();
                    return Err(error);
                }
            }
        }
    }

    fn connection(&mut self) -> Result<&mut PgConnection> {
        if self.held.is_none() {
            self.held =
                self.pool.get().map_err(|error| log::warn!("no connection to the database: {error}")).ok();
        }
        self.held.as_mut().map(|session| &mut session.connection).ok_or(Error::Unavailable)
    }

    fn discard(&mut self) {
        if let Some(mut session) = self.held.take() {
            session.broken = true;
        }
    }
}

fn attempt<T>(tx: &mut Tx, mode: Mode, work: &dyn Fn(&mut Tx) -> Result<T>) -> Attempt<T> {
    let begin = match mode {
        Mode::Read => return attempt_read(tx, work),
        Mode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        Mode::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    if let Err(error) = AnsiTransactionManager::begin_transaction_sql(tx, begin) {
        return Attempt::Stale(error.into());
    }
    let result = match guarded(tx, work) {
        Err(panic) => return Attempt::Broken(panic),
        Ok(Ok(value)) => AnsiTransactionManager::commit_transaction(tx).map(|()| value).map_err(Error::from),
        Ok(Err(error)) => match AnsiTransactionManager::rollback_transaction(tx) {
            Ok(()) => Err(error),
            Err(_) => return Attempt::Broken(error),
        },
    };
    judge(tx, result, Attempt::Broken)
}

/// A read leaves nothing behind, so that it may run again even if it was the work that found the loss.
fn attempt_read<T>(tx: &mut Tx, work: &dyn Fn(&mut Tx) -> Result<T>) -> Attempt<T> {
    match guarded(tx, work) {
        Err(panic) => Attempt::Broken(panic),
        Ok(result) => judge(tx, result, Attempt::Stale),
    }
}

fn judge<T>(tx: &mut Tx, result: Result<T>, lost: impl Fn(Error) -> Attempt<T>) -> Attempt<T> {
    match result {
        Err(Error::Retry) => Attempt::Again,
        Err(error @ (Error::Unavailable | Error::Internal(_))) if tx.ping().is_err() => lost(error),
        result => Attempt::Done(result),
    }
}

fn guarded<T>(tx: &mut Tx, work: &dyn Fn(&mut Tx) -> Result<T>) -> Result<Result<T>> {
    catch_unwind(AssertUnwindSafe(|| work(tx)))
        .map_err(|_| Error::internal("work on the database panicked; the log has its message"))
}

#[cfg(test)]
mod tests {
    use super::with_limits;

    #[test]
    fn limits_join_every_form_of_address() {
        assert!(with_limits("postgres://h/d").starts_with("postgres://h/d?connect_timeout=3&"));
        assert!(with_limits("postgres://h/d?sslmode=require").contains("require&connect_timeout=3&"));
        assert!(with_limits("host=h dbname=d").starts_with("host=h dbname=d connect_timeout=3 "));
        assert_eq!(with_limits("postgres://h/d?connect_timeout=9"), "postgres://h/d?connect_timeout=9");
    }
}
