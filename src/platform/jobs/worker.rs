//! The worker: claims what is due, does it, writes down what came of it.

use super::{
    Handle, MOST_ATTEMPTS, Outcome, Registry, Run,
    registry::{How, Kind, next_period},
    store,
};
use crate::platform::{
    clock::Clock,
    db::{Db, Tx},
    http::problem::{Error, Result},
    ids,
    metrics::Metrics,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// How long a claim stands without being renewed: so long does the work of a dead server rest.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(20);
/// The longest pause between two attempts.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(30);
/// How much of an error is kept in the row.
const LONGEST_ERROR: usize = 500;
/// Ends [`Worker::run_due_once`] when work asks for itself for ever.
const MOST_AT_ONCE: usize = 100_000;

/// Does background work; clones share everything.
#[derive(Clone)]
pub struct Worker {
    pub(super) parts: Arc<Parts>,
}

pub(super) struct Parts {
    pub db: Db,
    pub clock: Arc<Clock>,
    pub metrics: Arc<Metrics>,
    pub registry: Registry,
    pub kinds: Vec<&'static str>,
    pub stopping: AtomicBool,
    scheduled: AtomicBool,
}

impl Worker {
    /// Returns a worker that does nothing yet.
    pub fn new(db: Db, clock: Arc<Clock>, metrics: Arc<Metrics>, registry: Registry) -> Self {
        let kinds = registry.names();
        Self {
            parts: Arc::new(Parts {
                db,
                clock,
                metrics,
                registry,
                kinds,
                stopping: AtomicBool::new(false),
                scheduled: AtomicBool::new(false),
            }),
        }
    }

    /// Starts the threads that work until the handle is stopped or dropped.
    pub fn start(&self) -> Handle {
        Handle::start(self)
    }

    /// Does what is due now, on this thread, until nothing is due any more; returns how many runs that took.
    pub fn run_due_once(&self) -> Result<usize> {
        for runs in 0..MOST_AT_ONCE {
            if !self.run_one()? {
                return Ok(runs);
            }
        }
        Err(Error::internal("background work asks for itself for ever"))
    }

    /// Claims one job and does it; returns whether there was one.
    pub(super) fn run_one(&self) -> Result<bool> {
        self.schedule()?;
        let parts = &self.parts;
        let at = parts.clock.now();
        let claim = |tx: &mut Tx| store::claim(tx, &parts.kinds, at, later(at, LEASE));
        let Some(job) = parts.db.write_now(claim)? else {
            return Ok(false);
        };
        let (Some(kind), Some(lease)) = (parts.registry.kind(&job.kind), job.lease) else {
            return Err(Error::internal("a job without its kind or its lease"));
        };
        let run = Run::new(parts, &job, lease);
        let spent = kind.period.is_none() && job.attempts > MOST_ATTEMPTS;
        let result = if spent {
            Err(Error::internal("the server died in the midst of it, time and again"))
        } else {
            self.attempt(&run, kind)
        };
        if let Err(error) = result {
            self.fail(&run, kind, &error)?;
        }
        Ok(true)
    }

    fn attempt(&self, run: &Run<'_>, kind: &Kind) -> Result<()> {
        let parts = &self.parts;
        let settle = |tx: &mut Tx, outcome: Outcome, at: DateTime<Utc>| {
            let next = match (outcome, kind.period) {
                (Outcome::RunAgainAt(next), _) => Some(next),
                (Outcome::Done, Some(period)) => Some(next_period(at, period)),
                (Outcome::Done, None) => None,
            };
            owned(store::finish(tx, run.claim(), at, next)?)
        };
        match &kind.how {
            How::Once(work) => parts.db.write_now(|tx| {
                let at = parts.clock.now();
                let outcome = work(tx, run.job(), at)?;
                settle(tx, outcome, at)
            }),
            How::Steps(work) => {
                let outcome = catch_unwind(AssertUnwindSafe(|| work(run)))
                    .unwrap_or_else(|_| Err(Error::internal("background work panicked")))?;
                parts.db.write_now(|tx| settle(tx, outcome, parts.clock.now()))
            }
        }
    }

    /// Notes a failure, and parks what failed too often.
    fn fail(&self, run: &Run<'_>, kind: &Kind, error: &Error) -> Result<()> {
        let (job, attempts, text) = (run.job(), run.attempts(), chain_of(error));
        log::warn!("job={} kind={} attempt={attempts} failed: {text}", job.id, job.kind);
        let at = self.parts.clock.now();
        let spent = kind.period.is_none() && attempts >= MOST_ATTEMPTS;
        let pause = later(at, pause(attempts));
        let next = kind.period.map_or(pause, |period| pause.min(next_period(at, period)));
        self.parts.db.write_now(|tx| {
            if let Some(work) = kind.parked.as_ref().filter(|_| spent) {
                work(tx, job, at)?;
            }
            let own = store::fail(tx, run.claim(), next, spent.then_some(at), &text)?;
            if !own {
                log::warn!("job={} belongs to another worker by now", job.id);
            }
            Ok(())
        })
    }

    /// Makes the rows of periodic work, once; many servers may do so together.
    fn schedule(&self) -> Result<()> {
        let parts = &self.parts;
        if !parts.scheduled.load(Ordering::Acquire) {
            let (kinds, at) = (parts.registry.periodic(), parts.clock.now());
            parts.db.write_now(|tx| store::schedule(tx, &kinds, at))?;
            parts.scheduled.store(true, Ordering::Release);
        }
        Ok(())
    }
}

/// Refuses a result whose lease is no longer the worker's, so that its transaction is undone.
pub(super) fn owned(own: bool) -> Result<()> {
    if own { Ok(()) } else { Err(Error::internal("the lease was lost")) }
}

/// Returns `at` moved by `by`.
pub(super) fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(at)
}

/// Returns a pause that doubles with each attempt, and differs from job to job by a quarter.
fn pause(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
    let base = TimeDelta::seconds(1_i64 << doublings).min(LONGEST_PAUSE);
    let (_, low) = ids::next().as_u64_pair();
    let quarter = base.num_milliseconds() / 4;
    let jitter = i64::try_from(low % 1000).unwrap_or(0) * quarter / 1000;
    base.checked_add(&TimeDelta::milliseconds(jitter)).unwrap_or(base)
}

/// Returns an error with its causes, cut to what a row keeps.
fn chain_of(error: &Error) -> String {
    let mut text = format!("{}: {error}", error.code());
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text.chars().filter(|c| *c != '\0').take(LONGEST_ERROR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        assert!((1000..=1250).contains(&pause(1).num_milliseconds()));
        assert!((8000..=10_000).contains(&pause(4).num_milliseconds()));
        assert!(pause(i32::MAX) <= TimeDelta::minutes(38));
    }
}
