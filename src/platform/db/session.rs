//! One connection: how it is made, and how a piece of work runs on it and survives its loss.

use std::{
    borrow::Cow,
    ops::{Deref, DerefMut},
    panic::{AssertUnwindSafe, catch_unwind},
};

use diesel::{
    Connection, PgConnection, QueryResult,
    connection::{AnsiTransactionManager, CacheSize, SimpleConnection, TransactionManager},
    r2d2::{ConnectionManager, Error as ConnectError, ManageConnection},
};
use r2d2::{Pool, PooledConnection};

use super::{DbConfig, Tx, address::with_limits};
use crate::platform::http::problem::{Error, Result};

/// Serialization failures, deadlocks and stale plans: how often work is run again.
const RETRIES: u32 = 2;

/// Says how a piece of work meets the database.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mode {
    /// Is a transaction at read committed.
    Write,
    /// Is no transaction where the connection is ours alone: each statement stands alone, in one round trip.
    Read,
    /// Is a read-only transaction in which all statements see the same moment.
    Snapshot,
}

/// Makes sessions for r2d2.
pub(super) struct Manager {
    connections: ConnectionManager<PgConnection>,
    told: Told,
}

/// What a connection is told of limits, time zone and role.
#[derive(Clone)]
enum Told {
    /// Is told once, to a connection that is ours alone.
    Once(String),
    /// Is told each transaction, where the next one may run on another connection.
    Each(String),
}

/// Is a connection that knows when it is of no more use.
pub(super) struct Session {
    connection: PgConnection,
    each: Option<String>,
    broken: bool,
}

impl Manager {
    pub(super) fn new(url: &str, config: &DbConfig, mode: Mode) -> Manager {
        Manager { connections: ConnectionManager::new(with_limits(url)), told: told(config, mode) }
    }
}

impl ManageConnection for Manager {
    type Connection = Session;
    type Error = ConnectError;

    fn connect(&self) -> Result<Session, ConnectError> {
        let mut connection = self.connections.connect()?;
        let each = match &self.told {
            Told::Once(setup) => {
                connection.batch_execute(setup).map_err(ConnectError::QueryError)?;
                None
            }
            Told::Each(setup) => {
                connection.set_prepared_statement_cache_size(CacheSize::Disabled);
                Some(setup.clone())
            }
        };
        Ok(Session { connection, each, broken: false })
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), ConnectError> {
        ping(session).map_err(ConnectError::QueryError)
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

/// Verifies that the connection answers, by the one form of a question that needs no transaction of its own.
fn ping(tx: &mut Tx) -> QueryResult<()> {
    tx.batch_execute("SELECT 1")
}

fn told(config: &DbConfig, mode: Mode) -> Told {
    let read_only = if mode == Mode::Write { "off" } else { "on" };
    match config.statement_cache {
        true => {
            let setup = settings("SET", config);
            Told::Once(format!("{setup} SET default_transaction_read_only = {read_only};"))
        }
        false => Told::Each(settings("SET LOCAL", config)),
    }
}

/// Returns what makes a connection fit, in one round trip. To compile a statement takes seconds, and none of ours runs
/// that long.
fn settings(set: &str, config: &DbConfig) -> String {
    let try_set = |what: &str| {
        format!(
            "DO $$ BEGIN {set} {what}; EXCEPTION WHEN undefined_object OR invalid_parameter_value \
             OR insufficient_privilege THEN NULL; END $$;"
        )
    };
    let role = if config.ledger_role { try_set("ROLE hearback_app") } else { String::new() };
    format!(
        "{lc_messages} {set} TIME ZONE 'UTC'; {set} client_min_messages = warning;
         {set} application_name = 'hearback'; {set} jit = off;
         {set} statement_timeout = {statement}; {set} lock_timeout = {lock};
         {set} idle_in_transaction_session_timeout = {idle}; {role}",
        lc_messages = try_set("lc_messages = 'C'"),
        statement = config.statement_timeout_ms,
        lock = config.lock_timeout_ms,
        idle = config.idle_in_transaction_ms,
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
    /// The connection died, or is not to be trusted, in the middle of the work: PostgreSQL undoes it.
    Broken(Error),
    /// The connection died in the commit: nobody knows whether the work is done.
    Unknown(Error),
}

/// Is why a piece of work is not known to be done.
pub(super) enum Failure {
    /// Nothing of it was stored.
    Undone(Error),
    /// It may have been stored, or there is no connection to store anything by: to run it again is unsafe, or vain.
    Lost(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        match failure {
            Failure::Undone(error) | Failure::Lost(error) => error,
        }
    }
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
    pub(super) fn run<T>(&mut self, mode: Mode, work: &dyn Fn(&mut Tx) -> Result<T>) -> Result<T, Failure> {
        let (mut retries, mut was_stale) = (0, false);
        loop {
            match attempt(self.connection().map_err(Failure::Lost)?, mode, work) {
                Attempt::Done(result) => return result.map_err(Failure::Undone),
                Attempt::Again if retries < RETRIES => {
                    retries += 1;
                    log::warn!("the database asks to run a transaction again ({retries} of {RETRIES})");
                    if retries == RETRIES {
                        self.discard(); // a stale plan lives as long as its connection
                    }
                }
                Attempt::Again => return Err(Failure::Undone(Error::Unavailable)),
                Attempt::Stale(_) if !was_stale => {
                    was_stale = true;
                    self.discard();
                }
                Attempt::Stale(error) | Attempt::Broken(error) => {
                    self.discard();
                    return Err(Failure::Undone(error));
                }
                Attempt::Unknown(error) => {
                    self.discard();
                    return Err(Failure::Lost(error));
                }
            }
        }
    }

    fn connection(&mut self) -> Result<&mut Session> {
        if self.held.is_none() {
            self.held =
                self.pool.get().map_err(|error| log::warn!("no connection to the database: {error}")).ok();
        }
        self.held.as_deref_mut().ok_or(Error::Unavailable)
    }

    fn discard(&mut self) {
        if let Some(mut session) = self.held.take() {
            session.broken = true;
        }
    }
}

fn attempt<T>(session: &mut Session, mode: Mode, work: &dyn Fn(&mut Tx) -> Result<T>) -> Attempt<T> {
    let begin = match mode {
        Mode::Read if session.each.is_none() => return attempt_read(session, work),
        Mode::Read => "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
        Mode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        Mode::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    let begin = match &session.each {
        None => Cow::Borrowed(begin),
        Some(settings) => Cow::Owned(format!("{begin}; {settings}")),
    };
    let tx: &mut Tx = session;
    if let Err(error) = AnsiTransactionManager::begin_transaction_sql(tx, &begin) {
        return Attempt::Stale(error.into());
    }
    match guarded(tx, work) {
        Err(panic) => Attempt::Broken(panic),
        Ok(Ok(value)) => {
            let committed = AnsiTransactionManager::commit_transaction(tx);
            judge(tx, committed.map(|()| value).map_err(Error::from), Attempt::Unknown)
        }
        Ok(Err(error)) => match AnsiTransactionManager::rollback_transaction(tx) {
            Ok(()) => judge(tx, Err(error), Attempt::Broken),
            Err(_) => Attempt::Broken(error),
        },
    }
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
        Err(error @ (Error::Unavailable | Error::Internal(_))) if ping(tx).is_err() => lost(error),
        result => Attempt::Done(result),
    }
}

fn guarded<T>(tx: &mut Tx, work: &dyn Fn(&mut Tx) -> Result<T>) -> Result<Result<T>> {
    catch_unwind(AssertUnwindSafe(|| work(tx)))
        .map_err(|_| Error::internal("work on the database panicked; the log has its message"))
}
