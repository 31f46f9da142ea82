//! One run of a job of several transactions: every one of them counts only under the lease.

use super::{
    Job, store,
    worker::{LEASE, Parts, later, owned},
};
use crate::platform::{
    db::{Db, Tx},
    http::problem::Result,
};
use chrono::{DateTime, Utc};
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How long one run goes on before it lets others go first.
const SLICE: Duration = Duration::from_secs(5);

/// A claimed job in the hands of the worker that does it.
pub struct Run<'a> {
    parts: &'a Parts,
    job: &'a Job,
    lease: Uuid,
    begun: Instant,
}

impl<'a> Run<'a> {
    pub(super) fn new(parts: &'a Parts, job: &'a Job, lease: Uuid) -> Self {
        Self {
            parts,
            job,
            lease,
            begun: Instant::now(),
        }
    }

    /// Returns what is to be done.
    pub fn job(&self) -> &Job {
        self.job
    }

    /// Returns the present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.parts.clock.now()
    }

    /// Returns the database, for reads.
    pub fn db(&self) -> &Db {
        &self.parts.db
    }

    /// Runs `work` in a transaction that renews the lease, and is undone if the lease is no longer ours.
    pub fn write<T>(&self, work: impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        self.parts.db.write_now(|tx| {
            let value = work(tx)?;
            let until = later(self.now(), LEASE);
            owned(store::renew(tx, self.job.id, self.lease, until)?)?;
            Ok(value)
        })
    }

    /// Returns whether to stop here and ask to be run again at once: the server stops, or others wait.
    pub fn should_yield(&self) -> bool {
        self.parts.stopping.load(Ordering::Relaxed) || self.begun.elapsed() > SLICE
    }
}
