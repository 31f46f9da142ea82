//! Rewards that are given without a price, for a source: kept first, and then given or let go.
//!
//! These redemptions have no entry, so their rows may be locked after a points account.

use super::{coupons, redemptions::unpaid, stepped};
use crate::{
    customers::CustomerId,
    loyalty::{
        points::Source,
        rewards::{
            domain::{CouponState, RedemptionId, RedemptionState, Refusal, RewardId, Step},
            store::{self, Redemption},
        },
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
};

/// Refuses a reward that is unknown, or offered no more.
pub fn require_offered(tx: &mut Tx, id: RewardId) -> Result<()> {
    if store::reward(tx, id)?.active { Ok(()) } else { Err(Refusal::RewardInactive.into()) }
}

/// Keeps a reward for a customer: takes it from the stock; refuses `reward_inactive`, `out_of_stock`.
pub fn reserve(
    tx: &mut Tx,
    actor: &Actor,
    customer: CustomerId,
    id: RewardId,
    source: Source,
) -> Result<RedemptionId> {
    let reward = store::reward(tx, id)?;
    if !reward.active {
        return Err(Refusal::RewardInactive.into());
    }
    let took_stock = store::take(tx, &reward, actor.at)?;
    let id = RedemptionId(ids::next());
    let kept = Redemption {
        state: RedemptionState::Confirmed,
        confirmed_at: Some(actor.at),
        source_system: Some(source.system),
        source_id: Some(source.id),
        ..unpaid(id, actor, &reward, customer, took_stock)
    };
    store::insert(tx, &kept)?;
    Ok(id)
}

/// Gives a reward that was kept to a customer, with its coupon.
pub fn give(tx: &mut Tx, actor: &Actor, id: RedemptionId, customer: CustomerId) -> Result<()> {
    let row = store::lock(tx, id)?;
    let state = after(&row, Step::Fulfil)?;
    let given = Redemption { state, customer_id: customer, fulfilled_at: Some(actor.at), ..row };
    let given = stepped(given, actor);
    store::save(tx, &given)?;
    coupons::issue(tx, actor, &given)?;
    Ok(())
}

/// Lets a reward go that was kept.
pub fn release(tx: &mut Tx, actor: &Actor, id: RedemptionId) -> Result<()> {
    let row = store::lock(tx, id)?;
    undo(tx, actor, row, Step::Cancel)
}

/// Takes a reward back that was given, with its coupon; one whose coupon was used, or is over, stays given.
pub fn take_back(tx: &mut Tx, actor: &Actor, id: RedemptionId) -> Result<()> {
    let row = store::lock(tx, id)?;
    if let Some(coupon) = store::coupon_of(tx, id)? {
        match coupon.state.at(actor.at, coupon.expires_at, coupon.locked_until) {
            CouponState::Used | CouponState::Expired => return Ok(()),
            CouponState::Void => {}
            CouponState::Issued | CouponState::Locked => coupons::void(tx, actor, coupon)?,
        }
    }
    undo(tx, actor, row, Step::TakeBack)
}

fn undo(tx: &mut Tx, actor: &Actor, row: Redemption, step: Step) -> Result<()> {
    let state = after(&row, step)?;
    if row.took_stock {
        store::put_back(tx, row.reward_id, actor.at)?;
    }
    store::save(tx, &stepped(Redemption { state, cancelled_at: Some(actor.at), ..row }, actor))
}

fn after(row: &Redemption, step: Step) -> Result<RedemptionState> {
    row.state.after(step).ok_or_else(|| Error::internal("a kept reward is not where its source believes"))
}
