use super::{coupons, stepped};
use crate::{
    customers::{self, CustomerId},
    loyalty::{
        points::{self, EntryId, Source},
        rewards::{
            domain::{CouponId, RedemptionId, RedemptionState, Refusal, RewardId, Step},
            store::{self, Redemption, Reward},
        },
        tiers,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
};
use chrono::{DateTime, Utc};

/// The system that the ledger knows redemptions by.
const SYSTEM: &str = "reward";
/// Why points come back, where nobody says.
const CANCELLED: &str = "redemption cancelled";

/// Redeems a reward: pays its price, takes it from the stock, and waits for its confirmation.
///
/// The lock of the customer makes the limit true. Refuses `unknown_customer`, `insufficient_points` (422),
/// `reward_inactive`, `not_in_window`, `tier_too_low`, `limit_reached`, `out_of_stock`, `customer_merged`,
/// `customer_erased` (409).
pub fn request(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    id: RewardId,
    customer: CustomerId,
) -> Result<Redemption> {
    let reward = store::reward(tx, id)?;
    let held = customers::lock(tx, customer).map_err(|error| match error {
        Error::NotFound(_) => {
            Error::field("/customer_id", "unknown_customer", "is no live customer", "客户不存在")
        }
        other => other,
    })?;
    customers::require_live(held.status, held.merged_into_id)?;
    require_redeemable(tx, actor, &reward, customer)?;
    let id = RedemptionId(ids::next());
    let source = Source { system: SYSTEM.to_owned(), id: id.to_string() };
    let paid = if reward.cost == 0 {
        None
    } else {
        let price = (reward.cost, reward.name.as_str(), Some(source));
        Some(points::pay(tx, actor, key, customer, price)?.entry.id)
    };
    let took_stock = store::take(tx, &reward, actor.at)?;
    let new =
        Redemption { cost: reward.cost, entry_id: paid, ..unpaid(id, actor, &reward, customer, took_stock) };
    store::insert(tx, &new)?;
    Ok(new)
}

/// Returns a redemption without a price that was just asked for.
pub fn unpaid(
    id: RedemptionId,
    actor: &Actor,
    reward: &Reward,
    customer: CustomerId,
    took_stock: bool,
) -> Redemption {
    Redemption {
        id,
        reward_id: reward.id,
        customer_id: customer,
        state: RedemptionState::Requested,
        cost: 0,
        took_stock,
        source_system: None,
        source_id: None,
        entry_id: None,
        reversal_id: None,
        actor_kind: actor.who.kind().to_owned(),
        actor_id: actor.who.id(),
        version: 1,
        requested_at: actor.at,
        confirmed_at: None,
        fulfilled_at: None,
        cancelled_at: None,
    }
}

fn require_redeemable(tx: &mut Tx, actor: &Actor, reward: &Reward, customer: CustomerId) -> Result<()> {
    if !reward.active {
        return Err(Refusal::RewardInactive.into());
    }
    let early = reward.available_from.is_some_and(|from| actor.at < from);
    if early || reward.available_until.is_some_and(|until| until <= actor.at) {
        return Err(Refusal::NotInWindow.into());
    }
    require_tier(tx, reward, customer, actor.at)?;
    if let Some(limit) = reward.per_customer_limit {
        let own = customers::with_merged(tx, customer)?;
        if store::count_of(tx, &own, reward.id)? >= i64::from(limit) {
            return Err(Refusal::LimitReached.into());
        }
    }
    if reward.stock == Some(0) { Err(Refusal::OutOfStock.into()) } else { Ok(()) }
}

/// Refuses `tier_too_low`; nobody stands high enough for a tier that is not there.
fn require_tier(tx: &mut Tx, reward: &Reward, customer: CustomerId, at: DateTime<Utc>) -> Result<()> {
    match &reward.minimum_tier {
        Some(code) if !tiers::reaches(tx, customer, code, at)? => Err(Refusal::TierTooLow.into()),
        _ => Ok(()),
    }
}

/// Says that a redemption will be handed over.
pub fn confirm(tx: &mut Tx, actor: &Actor, id: RedemptionId, expected: &Expected) -> Result<Redemption> {
    let (row, state) = open(tx, id, expected, Step::Confirm)?;
    let row = stepped(Redemption { state, confirmed_at: Some(actor.at), ..row }, actor);
    store::save(tx, &row)?;
    Ok(row)
}

/// Hands a redemption over; returns the coupon that comes of it, with its code.
pub fn fulfil(
    tx: &mut Tx,
    actor: &Actor,
    id: RedemptionId,
    expected: &Expected,
) -> Result<(Redemption, Option<(CouponId, String)>)> {
    let (row, state) = open(tx, id, expected, Step::Fulfil)?;
    let row = stepped(Redemption { state, fulfilled_at: Some(actor.at), ..row }, actor);
    store::save(tx, &row)?;
    let issued = coupons::issue(tx, actor, &row)?;
    Ok((row, issued))
}

/// Cancels a redemption: its points come back and the stock grows, once.
pub fn cancel(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    id: RedemptionId,
    (expected, reason): (&Expected, Option<&str>),
) -> Result<Redemption> {
    let (row, state) = open(tx, id, expected, Step::Cancel)?;
    let reversal_id = match row.entry_id {
        None => None,
        Some(entry) => {
            let words = (None, reason.unwrap_or(CANCELLED));
            Some(points::reverse(tx, actor, key, entry, words)?.entry.id)
        }
    };
    if row.took_stock {
        store::put_back(tx, row.reward_id, actor.at)?;
    }
    let row = stepped(Redemption { state, reversal_id, cancelled_at: Some(actor.at), ..row }, actor);
    store::save(tx, &row)?;
    Ok(row)
}

/// Locks a redemption for a step; refuses `belongs_to_source`, `invalid_transition`.
fn open(
    tx: &mut Tx,
    id: RedemptionId,
    expected: &Expected,
    step: Step,
) -> Result<(Redemption, RedemptionState)> {
    let row = store::lock(tx, id)?;
    expected.check(row.version)?;
    if row.source_id.is_some() {
        return Err(Refusal::BelongsToSource.into());
    }
    match row.state.after(step) {
        Some(state) => Ok((row, state)),
        None => {
            let refused = Error::from(Refusal::InvalidTransition);
            Err(refused.with("allowed_actions", row.state.actions()))
        }
    }
}

/// Refuses `belongs_to_redemption` for the entry of a redemption that its cancellation can still take back; holds the
/// redemption where it is until the transaction is over.
pub fn require_unbound(tx: &mut Tx, entry: EntryId) -> Result<()> {
    match store::lock_paid_with(tx, entry)? {
        Some(row) if row.state.after(Step::Cancel).is_some() => Err(Refusal::BelongsToRedemption.into()),
        _ => Ok(()),
    }
}
