use super::{Held, alone, of};
use crate::{
    customers::{self, CustomerId},
    loyalty::{
        points::AccountId,
        tiers::{
            domain::{MembershipId, TierId, TierState},
            store::{self, MembershipRow},
            wire::GiveTierIn,
        },
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
};
use chrono::{DateTime, Utc};

/// Gives a customer a tier by hand, as a floor until an instant; it takes the place of one given before. Refuses
/// `unknown_tier`, `not_in_future`, `customer_merged`, `customer_erased`.
pub fn give(tx: &mut Tx, actor: &Actor, customer: CustomerId, input: &GiveTierIn) -> Result<Held> {
    let (status, into) = store::lock_customer(tx, customer)?;
    customers::require_live(status, into)?;
    let tier = store::by_code(tx, &input.tier)?
        .ok_or_else(|| Error::field("/tier", "unknown_tier", "is no active tier", "没有该有效等级"))?;
    let at = put(tx, actor, customer, (tier.id, input.until.0), &input.reason)?;
    of(tx, customer, at)
}

/// Lets a customer keep the tier that one which has become a part of it has by its own accounts, as a floor, where that
/// is higher.
pub fn inherit(
    tx: &mut Tx,
    (merged, accounts): (CustomerId, &[AccountId]),
    into: CustomerId,
    at: DateTime<Utc>,
) -> Result<()> {
    let Some(own) = alone(tx, merged, accounts, at)? else { return Ok(()) };
    let until = own.grace_until.or(own.valid_until).filter(|until| *until > at);
    let Some(until) = until else { return Ok(()) };
    if of(tx, into, at)?.standing.tier.rank < own.tier.rank {
        put(tx, &Actor::system(at), into, (own.tier.id, until), &inherited(merged))?;
    }
    Ok(())
}

/// Ends what a group of accounts has inherited from a customer that parts from it.
pub fn disinherit(tx: &mut Tx, group: AccountId, merged: CustomerId, at: DateTime<Utc>) -> Result<()> {
    store::end_floors(tx, group, &inherited(merged), at)
}

/// Returns the reason of what comes from a merged customer.
fn inherited(merged: CustomerId) -> String {
    format!("merged:{merged}")
}

/// Posts a floor in the place of the one before, at the later of now and that one's beginning, which it returns;
/// refuses `not_in_future`.
fn put(
    tx: &mut Tx,
    actor: &Actor,
    customer: CustomerId,
    (tier, until): (TierId, DateTime<Utc>),
    reason: &str,
) -> Result<DateTime<Utc>> {
    let rows = store::rows_of(tx, &[customer])?;
    let floors: Vec<&MembershipRow> = rows.iter().filter(|row| row.state == TierState::Manual).collect();
    // another may have been given by a request that began later and was sooner done
    let at = floors.iter().map(|row| row.since).fold(actor.at, DateTime::max);
    if until <= at {
        return Err(Error::field("/until", "not_in_future", "must lie in the future", "必须晚于当前时间"));
    }
    if let Some(before) = floors.iter().find(|row| row.membership().covers(at)) {
        store::end(tx, before.id, at)?;
    }
    let row = MembershipRow {
        id: MembershipId(ids::next()),
        customer_id: customer,
        tier_id: tier,
        state: TierState::Manual,
        since: at,
        valid_until: Some(until),
        ended_at: None,
        reason: Some(reason.to_owned()),
        actor_kind: actor.who.kind().to_owned(),
        actor_id: actor.who.id(),
        recorded_at: at,
    };
    store::insert(tx, &[row])?;
    Ok(at)
}
