//! Accounts of merged customers are linked: nothing moves, and reads and spending go over all of them.

use crate::{
    customers::CustomerId,
    loyalty::{
        earning,
        points::{domain::Refusal, store},
        program, tiers,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result},
};
use chrono::{DateTime, Utc};

/// Links the accounts of a merged customer with those of the one that stays.
pub fn link(tx: &mut Tx, merged: CustomerId, into: CustomerId, at: DateTime<Utc>) -> Result<()> {
    let Some(group) = store::group_of(tx, merged)? else {
        return tiers::inherit(tx, (merged, &[]), into, at);
    };
    let target = store::ensure_account(tx, into, at)?;
    store::lock_groups(tx, &[group, target])?;
    let moving = store::members(tx, group)?;
    store::regroup(tx, &moving, target)?;
    store::count_members(tx, &[group, target])?;
    earning::forget(tx, &[target])?;
    tiers::review(tx, &[target], at)?;
    tiers::inherit(tx, (merged, &moving), into, at)
}

/// Parts the accounts of a customer, and of those that became a part of it, from all others; refuses `open_holds`.
pub fn unlink(tx: &mut Tx, merged: CustomerId, at: DateTime<Utc>) -> Result<()> {
    let Some(first) = store::accounts_below(tx, merged)?.into_iter().next() else { return Ok(()) };
    let group = store::group_of_account(tx, first)?;
    let root = store::ensure_account(tx, merged, at)?;
    // a hold over both whose time is over must have ended before they part
    let terms = program::current(tx)?.terms()?;
    store::open_accounts(tx, terms, &[group, root], &Actor::system(at))?.close(tx)?;
    let own = store::accounts_below(tx, merged)?;
    if store::has_hold_over_both(tx, &own)? {
        return Err(Refusal::OpenHolds.into());
    }
    tiers::disinherit(tx, group, merged, at)?;
    store::regroup(tx, &own, root)?;
    store::count_members(tx, &[group, root])?;
    earning::forget(tx, &[group, root])?;
    tiers::review(tx, &[group, root], at)
}
