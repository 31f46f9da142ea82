//! The way to PostgreSQL: short transactions, on threads of their own, that heal by themselves.
//!
//! Locks are taken in one order: **customer, then order, then feedback, then redemption, then points account, then lots, then
//! reward, then coupon**; rows of the same table by ascending id. Whoever keeps to it cannot deadlock.
//!
//! Nothing but SQL may happen in a piece of work, as it may run more than once. Work that goes on after
//! a failed statement must have run that statement in a [`savepoint`]: without one
//! PostgreSQL turns the commit into a rollback and says nothing.

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use diesel::{
    Connection, RunQueryDsl,
    dsl::sql,
    sql_types::{Bool, Timestamptz},
};

use crate::platform::http::problem::{Error, Result};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

mod address;
mod batch;
mod crew;
pub mod embedded;
mod faults;
pub mod idempotency;
pub mod listener;
pub mod migrate;
pub mod prepare;
mod session;
pub mod statement;

pub(crate) use self::statement::static_query;
pub use self::{
    batch::Batch,
    crew::CrewStatus,
    faults::{on_constraint, on_constraints},
};
use self::{batch::Batches, crew::Crew, session::Mode};

/// Is the connection that a piece of work runs on.
pub type Tx = diesel::PgConnection;

/// Runs `work` in a savepoint: if it refuses, it leaves nothing, and the transaction goes on.
pub fn savepoint<T>(tx: &mut Tx, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    tx.transaction(work)
}

/// Says where the database is and how much of it to use.
#[derive(Clone)]
pub struct DbConfig {
    /// Is the primary's address.
    pub url: String,
    /// Is a replica's address, for lists and analytics.
    pub read_url: Option<String>,
    /// Counts the threads, and so the connections, that write.
    pub write_threads: usize,
    /// Counts the threads that only read.
    pub read_threads: usize,
    /// Is how many jobs may wait before more are refused.
    pub queue: usize,
    /// Is how long an answer is awaited.
    pub deadline: Duration,
    /// Is PostgreSQL's limit for one statement.
    pub statement_timeout_ms: u32,
    /// Is PostgreSQL's limit for waiting on a lock.
    pub lock_timeout_ms: u32,
    /// Is PostgreSQL's limit for an idle transaction.
    pub idle_in_transaction_ms: u32,
    /// Says whether a connection is ours alone and remembers what it was told; off behind a pooler that shares
    /// connections by transaction.
    pub statement_cache: bool,
    /// Says whether to act as the role `hearback_app`, where it exists and we may.
    pub ledger_role: bool,
}

impl DbConfig {
    /// Returns the defaults for an address.
    pub fn new(url: impl Into<String>) -> DbConfig {
        DbConfig {
            url: url.into(),
            read_url: None,
            write_threads: 8,
            read_threads: 4,
            queue: 1024,
            deadline: Duration::from_millis(4500),
            statement_timeout_ms: 4000,
            lock_timeout_ms: 2000,
            idle_in_transaction_ms: 10_000,
            statement_cache: true,
            ledger_role: true,
        }
    }
}

/// Leaves out the addresses, which may hold a password.
impl fmt::Debug for DbConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbConfig")
            .field("write_threads", &self.write_threads)
            .field("read_threads", &self.read_threads)
            .field("queue", &self.queue)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// Is the database, as the rest of the house sees it; clones share everything.
#[derive(Clone)]
pub struct Db(Arc<Crews>);

struct Crews {
    write: Crew,
    read: Crew,
    list: Option<Crew>,
    surveys: Arc<Semaphore>,
    deadline: Duration,
    batches: Batches,
}

impl Db {
    /// Starts the threads, and returns at once whether or not the database is there.
    pub fn connect(config: &DbConfig) -> Db {
        let list = |url: &String| Crew::start("list", url, config.read_threads, config);
        Db(Arc::new(Crews {
            write: Crew::start("write", &config.url, config.write_threads, config),
            read: Crew::start("read", &config.url, config.read_threads, config),
            list: config.read_url.as_ref().map(list),
            surveys: Arc::new(Semaphore::new(1)),
            deadline: config.deadline,
            batches: Batches::new(config),
        }))
    }

    /// Runs `work` in a transaction at read committed; runs it again if PostgreSQL asks for that.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.write.submit(Mode::Write, work).await
    }

    /// Does a hot job together with those that are asked for at the same time; see [`Batch`].
    pub async fn submit<B: Batch>(&self, job: B) -> Result<B::Out> {
        self.0.batches.submit(job).await
    }

    /// Runs `work` on a connection to the primary that PostgreSQL itself holds read-only.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.read.submit(Mode::Read, work).await
    }

    /// Runs `work` as `read` does, on the replica where there is one: it may be a moment behind.
    pub async fn read_list<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.lists().submit(Mode::Read, work).await
    }

    /// Runs several reads of the primary that all see the same moment.
    pub async fn snapshot<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.read.submit(Mode::Snapshot, work).await
    }

    /// Runs `work` as `snapshot` does, on the replica where there is one.
    pub async fn snapshot_list<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.lists().submit(Mode::Snapshot, work).await
    }

    /// Runs a long series of short reads of the primary that all see the same moment, on a thread and a connection
    /// of its own. One runs at a time: a look at all data must not stand in the way of those who work.
    pub async fn survey<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = timeout(self.0.deadline, self.0.surveys.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Unavailable)?.map_err(Error::internal)?;
        let db = self.clone();
        let survey = spawn_blocking(move || {
            let found = db.snapshot_now(work);
            drop(turn); // not before: whoever asked may have gone
            found
        });
        survey.await.map_err(Error::internal)?
    }

    /// Does what `write` does, on the caller's thread and without a deadline.
    pub fn write_now<T>(&self, work: impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        self.0.write.run(Mode::Write, &work)
    }

    /// Does what `read` does, on the caller's thread and without a deadline.
    pub fn read_now<T>(&self, work: impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        self.0.read.run(Mode::Read, &work)
    }

    /// Does what `snapshot` does, on the caller's thread and without a deadline.
    pub fn snapshot_now<T>(&self, work: impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        self.0.read.run(Mode::Snapshot, &work)
    }

    /// Returns whether we act as the role `hearback_app`, which cannot change history.
    pub fn has_ledger_role(&self) -> Result<bool> {
        self.read_now(|tx| Ok(diesel::select(sql::<Bool>("current_user = 'hearback_app'")).get_result(tx)?))
    }

    /// Verifies that the primary answers.
    pub async fn ping(&self) -> Result<()> {
        self.read(|tx| Ok(diesel::sql_query("SELECT 1").execute(tx).map(|_| ())?)).await
    }

    /// Returns what the primary's clock says.
    pub async fn now(&self) -> Result<DateTime<Utc>> {
        self.read(|tx| Ok(diesel::select(sql::<Timestamptz>("clock_timestamp()")).get_result(tx)?)).await
    }

    /// Counts what each crew is doing, and each kind of batches that was asked for so far.
    pub fn status(&self) -> Vec<CrewStatus> {
        let crews = [Some(&self.0.write), Some(&self.0.read), self.0.list.as_ref()];
        crews.into_iter().flatten().map(Crew::status).chain(self.0.batches.status()).collect()
    }
}

impl Crews {
    fn lists(&self) -> &Crew {
        self.list.as_ref().unwrap_or(&self.read)
    }
}
