//! Which kinds of work there are, and what each does.

use super::{Job, Run};
use crate::platform::{db::Tx, http::problem::Result};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done; a periodic job begins its next period.
    Done,
    /// It goes on at this instant.
    RunAgainAt(DateTime<Utc>),
}

type Once = dyn Fn(&mut Tx, &Job, DateTime<Utc>) -> Result<Outcome> + Send + Sync;
type Steps = dyn Fn(&Run<'_>) -> Result<Outcome> + Send + Sync;
type Parked = dyn Fn(&mut Tx, &Job, DateTime<Utc>) -> Result<()> + Send + Sync;

/// How a kind of work is done.
pub(super) enum How {
    /// In one transaction, together with its result.
    Once(Box<Once>),
    /// In several transactions, each of which renews the lease.
    Steps(Box<Steps>),
}

/// One kind of work.
pub(super) struct Kind {
    pub how: How,
    pub period: Option<TimeDelta>,
    pub parked: Option<Box<Parked>>,
}

/// Every kind of work that this server does.
#[derive(Default)]
pub struct Registry {
    kinds: BTreeMap<&'static str, Kind>,
}

impl Registry {
    /// Returns a registry without any kind.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds work that is one transaction: its effect and its result are written together, so exactly once.
    pub fn once(
        self,
        kind: &'static str,
        work: impl Fn(&mut Tx, &Job, DateTime<Utc>) -> Result<Outcome> + Send + Sync + 'static,
    ) -> Self {
        self.add(kind, How::Once(Box::new(work)), None)
    }

    /// Adds work of several transactions; each runs through [`Run::write`].
    pub fn steps(
        self,
        kind: &'static str,
        work: impl Fn(&Run<'_>) -> Result<Outcome> + Send + Sync + 'static,
    ) -> Self {
        self.add(kind, How::Steps(Box::new(work)), None)
    }

    /// Adds work of one transaction that is done at each full `period`; a missed period is not made up for.
    pub fn every(
        self,
        kind: &'static str,
        period: TimeDelta,
        work: impl Fn(&mut Tx, DateTime<Utc>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let once = move |tx: &mut Tx, _: &Job, at| work(tx, at).map(|()| Outcome::Done);
        self.add(kind, How::Once(Box::new(once)), Some(period))
    }

    /// Adds what happens when a job of an added kind is parked, in the same transaction.
    pub fn when_parked(
        mut self,
        kind: &'static str,
        work: impl Fn(&mut Tx, &Job, DateTime<Utc>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        if let Some(known) = self.kinds.get_mut(kind) {
            known.parked = Some(Box::new(work));
        }
        self
    }

    fn add(mut self, kind: &'static str, how: How, period: Option<TimeDelta>) -> Self {
        self.kinds.insert(kind, Kind { how, period, parked: None });
        self
    }

    /// Returns what is known of a kind.
    pub(super) fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name)
    }

    /// Returns the names of all kinds.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.kinds.keys().copied().collect()
    }

    /// Returns the names of the periodic kinds.
    pub(super) fn periodic(&self) -> Vec<&'static str> {
        let periodic = self.kinds.iter().filter(|(_, kind)| kind.period.is_some());
        periodic.map(|(name, _)| *name).collect()
    }
}

/// Returns the first full `period` after `at`: every hour means at the full hour.
pub(super) fn next_period(at: DateTime<Utc>, period: TimeDelta) -> DateTime<Utc> {
    let length = period.num_milliseconds().max(1);
    let into = at.timestamp_millis().rem_euclid(length);
    at.checked_add_signed(TimeDelta::milliseconds(length.saturating_sub(into))).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_at_its_full_multiple() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let hour = TimeDelta::hours(1);

        assert_eq!(next_period(at("2026-01-09T09:12:34Z"), hour), at("2026-01-09T10:00:00Z"));
        assert_eq!(next_period(at("2026-01-09T10:00:00Z"), hour), at("2026-01-09T11:00:00Z"));
    }
}
