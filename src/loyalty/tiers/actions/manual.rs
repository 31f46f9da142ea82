use super::{Held, of};
use crate::{
    customers::{self, CustomerId},
    loyalty::tiers::{
        domain::{MembershipId, TierState},
        store::{self, MembershipRow},
        wire::GiveTierIn,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
};

/// Gives a customer a tier by hand, as a floor until an instant; it takes the place of one given before. Refuses
/// `unknown_tier`, `not_in_future`, `customer_merged`, `customer_erased`.
pub fn give(tx: &mut Tx, actor: &Actor, customer: CustomerId, input: &GiveTierIn) -> Result<Held> {
    let (status, into) = store::lock_customer(tx, customer)?;
    customers::require_live(status, into)?;
    if input.until.0 <= actor.at {
        return Err(Error::field("/until", "not_in_future", "must lie in the future", "必须晚于当前时间"));
    }
    let tier = store::by_code(tx, &input.tier)?
        .ok_or_else(|| Error::field("/tier", "unknown_tier", "is no active tier", "没有该有效等级"))?;
    let rows = store::rows_of(tx, &[customer])?;
    let is_floor = |row: &&MembershipRow| row.state == TierState::Manual && row.membership().covers(actor.at);
    if let Some(before) = rows.iter().find(is_floor) {
        store::end(tx, before.id, actor.at)?;
    }
    let row = MembershipRow {
        id: MembershipId(ids::next()),
        customer_id: customer,
        tier_id: tier.id,
        state: TierState::Manual,
        since: actor.at,
        valid_until: Some(input.until.0),
        ended_at: None,
        reason: Some(input.reason.0.clone()),
        actor_kind: actor.who.kind().to_owned(),
        actor_id: actor.who.id(),
        recorded_at: actor.at,
    };
    store::insert(tx, &[row])?;
    of(tx, customer, actor.at)
}
