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

    /// Returns the points that qualify at the end of a local day.
    pub fn qualifying(&self, days: &Days, day: NaiveDate) -> i64 {
        days.sum(self.window.begins(day), day)
    }

    /// Returns the points that qualify at `at`, when no day of `days` is to come, though one may bear the date of
    /// tomorrow where the program has moved to another zone.
    pub fn qualifying_now(&self, days: &Days, at: DateTime<Utc>) -> i64 {
        days.sum(self.window.begins(self.day(at)), NaiveDate::MAX)
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

    /// Returns the rises that come by time alone after `last` began, earliest first: a day on which points were taken
    /// back leaves the window.
    pub(super) fn freed(&self, last: Option<&Membership>, days: &Days) -> impl Iterator<Item = Membership> {
        let since = last.map(|last| last.since);
        days.iter().filter(|(_, earned)| *earned < 0).filter_map(move |(day, _)| {
            let free = self.window.leaves(day);
            let at = self.midnight(free);
            let left = days.sum(self.window.begins(free), free.pred_opt()?);
            if since.is_some_and(|since| at <= since) { None } else { self.rise(last, left, at) }
        })
    }

    /// Returns what a customer with so many points rises to at `at`, if to anything.
    fn rise(&self, last: Option<&Membership>, qualifying: i64, at: DateTime<Utc>) -> Option<Membership> {
        let today = self.day(at);
        let reached = self.reached(qualifying)?;
        let rank = last.and_then(|last| self.tier(last.tier)).or_else(|| self.base())?.rank;
        let in_grace = last.is_some_and(|last| last.state == TierState::Grace);
        let rises = reached.rank > rank || (in_grace && reached.rank == rank);
        rises.then(|| self.begin(reached, at, self.window.risen_until(today)))
    }
}

/// Returns what has become of `last`, what was posted last of an earned tier, by `at`, and nobody has posted yet:
/// renewals, graces, downgrades and rises that come by time alone, at their own instants.
pub fn passed(rules: &Rules, last: Option<&Membership>, days: &Days, at: DateTime<Utc>) -> Vec<Membership> {
    let mut new: Vec<Membership> = Vec::new();
    loop {
        let now = new.last().or(last);
        let due = now.and_then(|now| now.valid_until.filter(|end| *end <= at).map(|end| (now, end)));
        let free = rules.freed(now, days).next().filter(|rise| rise.since <= at);
        let next = match (due, free) {
            (Some((now, end)), free) => {
                free.filter(|rise| rise.since < end).or_else(|| rules.successor(now, end, days))
            }
            (None, free) => free,
        };
        let Some(next) = next else { break };
        cut(&mut new, next.since);
        new.push(next);
    }
    new
}

/// Returns what [`passed`] returns, and a rise at `at`, which is now: an earning posts its own, and what else raises a
/// tier at once is a change of the rules.
pub fn catch_up(rules: &Rules, last: Option<&Membership>, days: &Days, at: DateTime<Utc>) -> Vec<Membership> {
    let mut new = passed(rules, last, days, at);
    if let Some(risen) = rules.rise(new.last().or(last), rules.qualifying_now(days, at), at) {
        cut(&mut new, at);
        new.push(risen);
    }
    new
}

/// Ends the last of these where another begins before its end.
fn cut(new: &mut [Membership], at: DateTime<Utc>) {
    if let Some(last) = new.last_mut().filter(|last| last.valid_until.is_none_or(|end| at < end)) {
        last.ended_at = Some(at);
    }
}
