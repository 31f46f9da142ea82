//! What time does with a tier that was earned.

use super::{Days, Downgrade, Rules, Tier, TierId, TierState, Window};
use crate::platform::time::start_of_day;
use chrono::{DateTime, Days as DayCount, NaiveDate, Utc};

/// A period in which a customer has a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which tier.
    pub tier: TierId,
    /// How: active, in grace, or by hand.
    pub state: TierState,
    /// From when on.
    pub since: DateTime<Utc>,
    /// Until when, as it was given; none for the lowest tier.
    pub valid_until: Option<DateTime<Utc>>,
    /// When another took its place before that.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Membership {
    /// Returns when it is over.
    pub fn end(&self) -> Option<DateTime<Utc>> {
        match (self.ended_at, self.valid_until) {
            (Some(ended), Some(valid)) => Some(ended.min(valid)),
            (ended, valid) => ended.or(valid),
        }
    }

    /// Returns whether it holds at an instant.
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.since <= at && self.end().is_none_or(|end| at < end)
    }
}

impl Rules {
    /// Returns the local day of an instant.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Returns the qualifying points of a local day: of all of it, or of what is past of it.
    pub fn qualifying(&self, days: &Days, today: NaiveDate) -> i64 {
        days.sum(self.window.begins(today), today)
    }

    /// Returns the instant at which a local day begins.
    pub fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        start_of_day(self.zone, day)
    }

    /// Returns the midnight so many local days after the day of an instant.
    pub fn days_after(&self, at: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        let day = self.day(at);
        self.midnight(day.checked_add_days(DayCount::new(days.into())).unwrap_or(day))
    }

    fn begin(&self, tier: &Tier, since: DateTime<Utc>, until: NaiveDate) -> Membership {
        let is_base = self.base().is_some_and(|base| base.id == tier.id);
        let valid_until = (!is_base).then(|| self.midnight(until));
        Membership { tier: tier.id, state: TierState::Active, since, valid_until, ended_at: None }
    }

    /// Returns what follows a membership at its end, `end`, which is a local midnight.
    pub(super) fn successor(&self, last: &Membership, end: DateTime<Utc>, days: &Days) -> Option<Membership> {
        let last_day = self.day(end).pred_opt()?;
        let qualifying = self.qualifying(days, last_day);
        let tier = self.tier(last.tier)?;
        if tier.active && qualifying >= tier.threshold {
            return Some(self.begin(tier, end, self.window.kept_until(self.day(end))));
        }
        if last.state == TierState::Active && self.grace_days > 0 {
            let valid_until = Some(self.days_after(end, self.grace_days));
            return Some(Membership {
                state: TierState::Grace,
                since: end,
                valid_until,
                ended_at: None,
                ..last.clone()
            });
        }
        let decided = match self.window {
            Window::Fixed { .. } if last.state == TierState::Grace => self.day(last.since).pred_opt(),
            _ => None,
        };
        let before = decided.map_or(i64::MIN, |day| self.qualifying(days, day));
        let lower = match self.downgrade {
            Downgrade::OneDown => self.below(tier.rank),
            Downgrade::Requalify => {
                self.reached(qualifying.max(before)).filter(|reached| reached.rank < tier.rank)
            }
        };
        let lower = lower.or_else(|| self.base())?;
        Some(self.begin(lower, end, self.window.kept_until(self.day(end))))
    }

    /// Returns what a customer with these points rises to at `at`, if to anything.
    fn risen(&self, last: Option<&Membership>, days: &Days, at: DateTime<Utc>) -> Option<Membership> {
        let today = self.day(at);
        let reached = self.reached(self.qualifying(days, today))?;
        let rank = last.and_then(|last| self.tier(last.tier)).or_else(|| self.base())?.rank;
        let in_grace = last.is_some_and(|last| last.state == TierState::Grace);
        let rises = reached.rank > rank || (in_grace && reached.rank == rank);
        rises.then(|| self.begin(reached, at, self.window.risen_until(today)))
    }
}

/// Returns what has become of `last`, what was posted last of an earned tier, by `at`, and nobody has posted yet:
/// renewals, graces and downgrades at their own instants, and a rise at `at`.
pub fn catch_up(rules: &Rules, last: Option<&Membership>, days: &Days, at: DateTime<Utc>) -> Vec<Membership> {
    let mut new: Vec<Membership> = Vec::new();
    loop {
        let now = new.last().or(last);
        let due = now.and_then(|now| now.valid_until.filter(|end| *end <= at).map(|end| (now, end)));
        let Some(next) = due.and_then(|(now, end)| rules.successor(now, end, days)) else { break };
        new.push(next);
    }
    if let Some(risen) = rules.risen(new.last().or(last), days, at) {
        if let Some(now) = new.last_mut() {
            now.ended_at = Some(at);
        }
        new.push(risen);
    }
    new
}
