//! Where a customer stands, and what comes of it if nothing more is earned.

use super::{Days, Membership, Rules, Tier, TierState, catch_up, passed};
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
/// none where there are no tiers. Of an instant that `is_past` every rise had been posted.
pub fn standing(
    rules: &Rules,
    rows: &[Membership],
    days: &Days,
    (at, is_past): (DateTime<Utc>, bool),
) -> Option<Standing> {
    let base = rules.base()?;
    let posted = last_earned(rows, at);
    let new = match is_past {
        true => passed(rules, posted.as_ref(), days, at),
        false => catch_up(rules, posted.as_ref(), days, at),
    };
    let earned = new.last().or(posted.as_ref());
    let held = higher(rules, earned, floor(rows, at));
    let tier = held.and_then(|row| rules.tier(row.tier)).unwrap_or(base);
    let in_grace = held.filter(|row| row.state == TierState::Grace);
    Some(Standing {
        tier: tier.clone(),
        state: held.map_or(TierState::Active, |row| row.state),
        since: held.map(|row| row.since),
        valid_until: in_grace.map(|row| row.since).or_else(|| held.and_then(|row| row.valid_until)),
        grace_until: in_grace.and_then(|row| row.valid_until),
        qualifying: rules.qualifying_now(days, at),
        next: rules.above(tier.rank).cloned(),
        projected: held.and_then(|held| projected(rules, (held, earned), rows, days, at)),
    })
}

/// Returns what was given by hand and holds at an instant.
fn floor(rows: &[Membership], at: DateTime<Utc>) -> Option<&Membership> {
    rows.iter().find(|row| row.state == TierState::Manual && row.covers(at))
}

/// Returns which of an earned tier and a floor counts: the higher; of equal ones the floor where the earned one is in
/// grace.
fn higher<'a>(
    rules: &Rules,
    earned: Option<&'a Membership>,
    floor: Option<&'a Membership>,
) -> Option<&'a Membership> {
    let rank = |row: &Membership| rules.tier(row.tier).map(|tier| tier.rank);
    let own = earned.and_then(rank).or_else(|| rules.base().map(|base| base.rank));
    let in_grace = earned.is_some_and(|row| row.state == TierState::Grace);
    floor.filter(|row| rank(row) > own || (rank(row) == own && in_grace)).or(earned)
}

/// Returns what was posted last of earned tiers, as it was known at `at`.
pub(super) fn last_earned(rows: &[Membership], at: DateTime<Utc>) -> Option<Membership> {
    let earned = rows.iter().filter(|row| row.state != TierState::Manual && row.since <= at);
    let last = earned.filter(|row| row.end() != Some(row.since)).max_by_key(|row| row.since)?;
    let ended_at = last.ended_at.filter(|end| *end <= at);
    Some(Membership { ended_at, ..last.clone() })
}

/// Returns the first change of the tier that is to come, or its renewal where none is.
fn projected(
    rules: &Rules,
    (held, earned): (&Membership, Option<&Membership>),
    rows: &[Membership],
    days: &Days,
    at: DateTime<Utc>,
) -> Option<Projection> {
    let tier = rules.tier(held.tier)?;
    let first = earned.and_then(|row| row.valid_until);
    let then = first.and_then(|end| passed(rules, earned, days, end).pop()?.valid_until);
    let mut ends: Vec<DateTime<Utc>> =
        [first, then, floor(rows, at).and_then(Membership::end)].into_iter().flatten().collect();
    ends.sort_unstable();
    let at_end = |end: DateTime<Utc>| {
        let later = passed(rules, earned, days, end);
        let row = higher(rules, later.last().or(earned), floor(rows, end));
        let tier = row.and_then(|row| rules.tier(row.tier)).or_else(|| rules.base())?;
        Some((tier.clone(), end))
    };
    let changed = ends.into_iter().filter_map(at_end).find(|(after, _)| after.id != tier.id);
    let (after, at) = changed.or_else(|| Some((tier.clone(), held.valid_until?)))?;
    Some(Projection { lower: after.rank < tier.rank, tier: after, at })
}

/// Returns when the worker has to look at a tier again after `at`, and how many days before its grace a customer is to
/// be told by now, if it is to be told.
pub fn dues(
    rules: &Rules,
    last: Option<&Membership>,
    days: &Days,
    at: DateTime<Utc>,
) -> (Option<DateTime<Utc>>, Option<u32>) {
    let free = rules.freed(last, days).map(|rise| rise.since).find(|since| *since > at);
    let sooner = |due: DateTime<Utc>| Some(free.map_or(due, |free| free.min(due)));
    let Some((row, end)) = last.and_then(|row| row.valid_until.map(|end| (row, end))) else {
        return (free, None);
    };
    if row.state == TierState::Grace {
        return (sooner(end), (row.since <= at).then_some(0));
    }
    let before = |days: u32| {
        let day = rules.day(end);
        rules.midnight(day.checked_sub_days(DayCount::new(days.into())).unwrap_or(day))
    };
    let told = rules.notice_days.iter().map(|days| (before(*days), *days));
    let told: Vec<(DateTime<Utc>, u32)> = told.filter(|(instant, _)| *instant > row.since).collect();
    let next = told.iter().map(|(instant, _)| *instant).filter(|instant| *instant > at).min();
    let now = told.iter().filter(|(instant, _)| *instant <= at).map(|(_, days)| *days).min();
    (sooner(next.unwrap_or(end)), now)
}
