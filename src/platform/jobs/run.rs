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
    cell::Cell,
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
    advanced: Cell<bool>,
}

impl<'a> Run<'a> {
    pub(super) fn new(parts: &'a Parts, job: &'a Job, lease: Uuid) -> Self {
        Self { parts, job, lease, begun: Instant::now(), advanced: Cell::new(false) }
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
        self.renewing(false, work)
    }

    /// Does what `write` does for a step after which less is left to do: earlier attempts are forgotten, so that
    /// long work is given up only when it gets no further.
    pub fn advance<T>(&self, work: impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        let value = self.renewing(true, work)?;
        self.advanced.set(true);
        Ok(value)
    }

    fn renewing<T>(&self, advanced: bool, work: impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        self.parts.db.write_now(|tx| {
            let value = work(tx)?;
            let until = later(self.now(), LEASE);
            owned(store::renew(tx, self.claim(), until, advanced)?)?;
            Ok(value)
        })
    }

    /// Returns the job's id and the lease that it is held by.
    pub(super) fn claim(&self) -> (Uuid, Uuid) {
        (self.job.id, self.lease)
    }

    /// Returns how often the job was begun since it last got on.
    pub(super) fn attempts(&self) -> i32 {
        if self.advanced.get() { 1 } else { self.job.attempts }
    }

    /// Returns for how long this run has been going on.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Returns whether to stop here and ask to be run again at once: the server stops, or others wait.
    pub fn should_yield(&self) -> bool {
        self.parts.stopping.load(Ordering::Relaxed) || self.begun.elapsed() > SLICE
    }
}
