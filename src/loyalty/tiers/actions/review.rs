//! Posts what has become of tiers.

use super::rules;
use crate::{
    loyalty::{
        points::AccountId,
        program,
        tiers::{
            domain::{
                Days, Membership, MembershipId, Rules, TierNoticeId, TierState, catch_up, dues, standing,
            },
            store::{self, MembershipRow, NoticeRow, Portrait, Watch},
        },
    },
    platform::{auth::Actor, db::Tx, http::problem::Result, ids},
};
use chrono::{DateTime, Utc};

/// Looks at the tiers of all customers, once.
pub const ALL: &str = "tiers.all";

/// Posts what has become of the tiers of these groups of accounts by `at`; the accounts are held already.
pub fn review(tx: &mut Tx, groups: &[AccountId], at: DateTime<Utc>) -> Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let program = program::current(tx)?;
    let rules = rules(tx, &program)?;
    let mut watches = Vec::new();
    for portrait in store::portraits(tx, &rules, groups, at)? {
        watches.extend(post(tx, &rules, &portrait, at)?);
    }
    store::watch(tx, &watches)
}

/// Posts what has become of some tiers with which something happens by itself; returns how many there were.
pub fn review_due(tx: &mut Tx, at: DateTime<Utc>, most: i64) -> Result<usize> {
    let mut groups = store::due_groups(tx, at, most)?;
    groups.sort_unstable();
    store::lock_groups(tx, &groups)?;
    review(tx, &groups, at)?;
    Ok(groups.len())
}

/// Posts what has become of the tiers of the groups of accounts after one; returns the last of them.
pub fn review_after(
    tx: &mut Tx,
    after: Option<AccountId>,
    at: DateTime<Utc>,
    most: i64,
) -> Result<Option<AccountId>> {
    let groups = store::groups_after(tx, after, most)?;
    store::lock_groups(tx, &groups)?;
    review(tx, &groups, at)?;
    Ok(groups.last().copied())
}

fn post(tx: &mut Tx, rules: &Rules, portrait: &Portrait, at: DateTime<Utc>) -> Result<Vec<Watch>> {
    let posted = portrait.rows.iter().rfind(|row| row.state != TierState::Manual);
    // another may have been posted by a request that began later and was sooner done
    let at = posted.map_or(at, |row| row.since.max(at));
    let last = posted.map(MembershipRow::membership);
    let new = catch_up(rules, last.as_ref(), &portrait.days, at);
    if let (Some(row), Some(first)) = (posted, new.first())
        && row.membership().covers(first.since)
    {
        store::end(tx, row.id, first.since)?;
    }
    if !new.is_empty() {
        let rows: Vec<MembershipRow> = new.iter().map(|m| stored(portrait, m, at)).collect();
        store::insert(tx, &rows)?;
    }
    let now = new.last().or(last.as_ref());
    let (due_at, told) = dues(rules, now, &portrait.days, at);
    if let (Some(days_before), Some(now)) = (told, now) {
        tell(tx, rules, portrait, (now, days_before), at)?;
    }
    let tier = now.and_then(|now| rules.tier(now.tier)).or_else(|| rules.base());
    let in_grace = now.is_some_and(|now| now.state == TierState::Grace);
    let next = tier.filter(|_| in_grace).or_else(|| rules.above(tier.map_or(0, |tier| tier.rank)));
    let begin = rules.window.begins(rules.day(at));
    let watch = |(account, days): (&AccountId, &Days)| {
        let bound = days.since(begin).bound();
        // the others decide nothing while they are linked, and are looked at again when they no longer are
        let is_root = *account == portrait.group;
        let (next, due_at) =
            if is_root { (next.map(|tier| tier.threshold), due_at) } else { (Some(0), None) };
        Watch { account: *account, bound, next, due_at }
    };
    Ok(portrait.accounts.iter().map(watch).collect())
}

fn stored(portrait: &Portrait, membership: &Membership, at: DateTime<Utc>) -> MembershipRow {
    let system = Actor::system(at).who;
    MembershipRow {
        id: MembershipId(ids::next()),
        customer_id: portrait.customer,
        tier_id: membership.tier,
        state: membership.state,
        since: membership.since,
        valid_until: membership.valid_until,
        ended_at: membership.ended_at,
        reason: None,
        actor_kind: system.kind().to_owned(),
        actor_id: system.id(),
        recorded_at: at,
    }
}

/// Writes what the customer is to be told: that grace has begun, or will begin unless more is earned.
fn tell(
    tx: &mut Tx,
    rules: &Rules,
    portrait: &Portrait,
    (now, days_before): (&Membership, u32),
    at: DateTime<Utc>,
) -> Result<()> {
    let begins_at = if now.state == TierState::Grace { Some(now.since) } else { now.valid_until };
    let floors = portrait.rows.iter().filter(|row| row.state == TierState::Manual);
    let rows: Vec<Membership> = floors.map(MembershipRow::membership).chain([now.clone()]).collect();
    let standing = standing(rules, &rows, &portrait.days, (at, false));
    let (Some(begins_at), Some(standing)) = (begins_at, standing) else { return Ok(()) };
    // a floor may keep it for longer than grace does
    let over = rules.days_after(begins_at, rules.grace_days);
    if standing.tier.id != now.tier || !standing.projected.is_some_and(|end| end.lower && end.at <= over) {
        return Ok(());
    }
    let last_day = rules.day(begins_at).pred_opt().unwrap_or(rules.day(begins_at));
    let kept = rules.qualifying(&portrait.days, last_day);
    let notice = NoticeRow {
        id: TierNoticeId(ids::next()),
        customer_id: portrait.customer,
        tier_id: now.tier,
        grace_begins_at: begins_at,
        days_before: i32::try_from(days_before).unwrap_or(i32::MAX),
        points_missing: standing.tier.threshold.saturating_sub(kept).max(0),
        created_at: at,
    };
    store::insert_notice(tx, &notice)
}
