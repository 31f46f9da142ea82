//! Who would move if the rules were others.

use super::rules;
use crate::{
    customers::CustomerId,
    loyalty::{
        points::AccountId,
        program,
        tiers::{
            domain::{Membership, Rules, Standing, check, standing},
            store::{self, MembershipRow, Portrait},
            wire::RehearsalIn,
        },
    },
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
};
use chrono::{DateTime, Utc};

/// How many customers one step looks at.
const AT_ONCE: i64 = 200;
/// How many one request looks at, about.
const MOST: usize = 2000;

/// A customer that would move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mover {
    /// Who.
    pub customer: CustomerId,
    /// The tier as it will be by the present rules.
    pub from: String,
    /// The tier as it would be by the others.
    pub to: String,
    /// When it would be another; at once, when absent.
    pub at: Option<DateTime<Utc>>,
    /// The qualifying points by the other rules.
    pub qualifying: i64,
}

/// Returns customers after one that would move, in the order of their accounts, and where to go on; there may be more
/// even where none is found.
pub fn rehearse(
    tx: &mut Tx,
    input: &RehearsalIn,
    (mut after, limit): (Option<AccountId>, usize),
    at: DateTime<Utc>,
) -> Result<(Vec<Mover>, Option<AccountId>)> {
    let program = program::current(tx)?;
    let present = rules(tx, &program)?;
    let other = changed(&present, input)?;
    let (mut movers, mut seen) = (Vec::new(), 0_usize);
    loop {
        let groups = store::groups_after(tx, after, AT_ONCE)?;
        if groups.is_empty() {
            return Ok((movers, None));
        }
        // the longer of two windows shows both
        let wide = if horizon(&other, at) < horizon(&present, at) { &other } else { &present };
        let mut portraits = store::portraits(tx, wide, &groups, at)?;
        portraits.sort_by_key(|portrait| portrait.group);
        for portrait in portraits {
            movers.extend(mover(&present, &other, &portrait, at));
            if movers.len() >= limit {
                return Ok((movers, Some(portrait.group)));
            }
        }
        after = groups.last().copied();
        seen = seen.saturating_add(groups.len());
        if seen >= MOST {
            return Ok((movers, after));
        }
    }
}

fn horizon(rules: &Rules, at: DateTime<Utc>) -> chrono::NaiveDate {
    rules.window.horizon(rules.day(at))
}

/// Returns the present rules with what is to change; refuses `unknown_tier`, `unknown_window` and
/// `thresholds_not_rising`.
fn changed(present: &Rules, input: &RehearsalIn) -> Result<Rules> {
    let mut rules = present.clone();
    for (index, change) in input.thresholds.iter().flatten().enumerate() {
        let tier = rules.tiers.iter_mut().find(|tier| tier.active && tier.code == *change.tier);
        let pointer = format!("/thresholds/{index}/tier");
        tier.ok_or_else(|| Error::field(pointer, "unknown_tier", "is no active tier", "没有该有效等级"))?
            .threshold = change.threshold;
    }
    if let Some(window) = &input.qualifying_window {
        rules.window = window.parse().map_err(|()| program::unknown_window())?;
    }
    rules.grace_days =
        input.tier_grace_days.and_then(|days| u32::try_from(days).ok()).unwrap_or(rules.grace_days);
    rules.downgrade = input.tier_downgrade.unwrap_or(rules.downgrade);
    check(&rules.tiers)?;
    Ok(rules)
}

fn mover(present: &Rules, other: &Rules, portrait: &Portrait, at: DateTime<Utc>) -> Option<Mover> {
    let rows: Vec<Membership> = portrait.rows.iter().map(MembershipRow::membership).collect();
    let before = standing(present, &rows, &portrait.days, (at, false))?;
    let after = standing(other, &rows, &portrait.days, (at, false))?;
    let found = |from: &str, to: &str, at: Option<DateTime<Utc>>| Mover {
        customer: portrait.customer,
        from: from.to_owned(),
        to: to.to_owned(),
        at,
        qualifying: after.qualifying,
    };
    if before.tier.id != after.tier.id {
        return Some(found(&before.tier.code, &after.tier.code, None));
    }
    let fate = |standing: &Standing| standing.projected.clone().map(|end| (end.tier.code, end.at));
    let (was, becomes) = (fate(&before)?, fate(&after)?);
    (was.0 != becomes.0).then(|| found(&was.0, &becomes.0, Some(becomes.1)))
}
