//! Where a customer stands, and what comes of it if nothing more is earned.

use super::{Days, Membership, Rules, Tier, TierState, catch_up};
use chrono::{DateTime, Days as DayCount, Utc};

/// What a tier becomes at its end, with the points that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Which tier.
    pub tier: Tier,
    /// From when on: the end of validity, and of grace where it is not earned again.
    pub at: DateTime<Utc>,
    /// Whether it is a lower one.
    pub lower: bool,
}

/// Where a customer stands at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which tier.
    pub tier: Tier,
    /// How.
    pub state: TierState,
    /// Since when; none for the lowest tier from the beginning.
    pub since: Option<DateTime<Utc>>,
    /// Until when it is valid, or was before grace; none for the lowest tier.
    pub valid_until: Option<DateTime<Utc>>,
    /// Until when grace lasts.
    pub grace_until: Option<DateTime<Utc>>,
    /// The qualifying points.
    pub qualifying: i64,
    /// The next tier above.
    pub next: Option<Tier>,
    /// What the tier becomes at its end; none where it has none.
    pub projected: Option<Projection>,
}

impl Standing {
    /// Returns how many points are missing for the next tier.
    pub fn points_to_next(&self) -> Option<i64> {
        self.next.as_ref().map(|next| next.threshold.saturating_sub(self.qualifying).max(0))
    }
}

/// Returns where a customer stands at `at` by what was posted of its tiers and the points by day as they were then;
/// none where there are no tiers.
pub fn standing(rules: &Rules, rows: &[Membership], days: &Days, at: DateTime<Utc>) -> Option<Standing> {
    let base = rules.base()?;
    let posted = last_earned(rows, at);
    let new = catch_up(rules, posted.as_ref(), days, at);
    let earned = new.last().or(posted.as_ref());
    let tier_of = |row: &Membership| rules.tier(row.tier);
    let floor = rows.iter().find(|row| row.state == TierState::Manual && row.covers(at));
    let rank = earned.and_then(tier_of).map_or(base.rank, |tier| tier.rank);
    let manual = floor.filter(|floor| tier_of(floor).is_some_and(|tier| tier.rank > rank));
    let held = manual.or(earned);
    let tier = held.and_then(tier_of).unwrap_or(base);
    let in_grace = held.filter(|row| row.state == TierState::Grace);
    Some(Standing {
        tier: tier.clone(),
        state: held.map_or(TierState::Active, |row| row.state),
        since: held.map(|row| row.since),
        valid_until: in_grace.map(|row| row.since).or_else(|| held.and_then(|row| row.valid_until)),
        grace_until: in_grace.and_then(|row| row.valid_until),
        qualifying: rules.qualifying(days, rules.day(at)),
        next: rules.above(tier.rank).cloned(),
        projected: held.and_then(|row| projected(rules, row, earned, tier, days)),
    })
}

/// Returns what was posted last of earned tiers, as it was known at `at`.
pub(super) fn last_earned(rows: &[Membership], at: DateTime<Utc>) -> Option<Membership> {
    let earned = rows.iter().filter(|row| row.state != TierState::Manual && row.since <= at);
    let last = earned.filter(|row| row.end() != Some(row.since)).max_by_key(|row| row.since)?;
    let ended_at = last.ended_at.filter(|end| *end <= at);
    Some(Membership { ended_at, ..last.clone() })
}

fn projected(
    rules: &Rules,
    held: &Membership,
    earned: Option<&Membership>,
    tier: &Tier,
    days: &Days,
) -> Option<Projection> {
    let end = held.valid_until?;
    let (after, at) = if held.state == TierState::Manual {
        let new = catch_up(rules, earned, days, end);
        let row = new.last().or(earned);
        (row.and_then(|row| rules.tier(row.tier)).or_else(|| rules.base())?, end)
    } else {
        let mut next = rules.successor(held, end, days)?;
        if next.state == TierState::Grace {
            next = rules.successor(&next, next.valid_until?, days)?;
        }
        (rules.tier(next.tier)?, next.since)
    };
    Some(Projection { tier: after.clone(), at, lower: after.rank < tier.rank })
}

/// Returns when the worker has to look at a tier again after `at`, and how many days before its grace a customer is to
/// be told by now, if it is to be told.
pub fn dues(
    rules: &Rules,
    last: Option<&Membership>,
    at: DateTime<Utc>,
) -> (Option<DateTime<Utc>>, Option<u32>) {
    let Some((row, end)) = last.and_then(|row| row.valid_until.map(|end| (row, end))) else {
        return (None, None);
    };
    if row.state == TierState::Grace {
        return (Some(end), (row.since <= at).then_some(0));
    }
    let before = |days: u32| {
        let day = rules.day(end);
        rules.midnight(day.checked_sub_days(DayCount::new(days.into())).unwrap_or(day))
    };
    let told = rules.notice_days.iter().map(|days| (before(*days), *days));
    let told: Vec<(DateTime<Utc>, u32)> = told.filter(|(instant, _)| *instant > row.since).collect();
    let next = told.iter().map(|(instant, _)| *instant).filter(|instant| *instant > at).min();
    let now = told.iter().filter(|(instant, _)| *instant <= at).map(|(_, days)| *days).min();
    (Some(next.unwrap_or(end)), now)
}
