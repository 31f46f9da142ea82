use crate::{
    loyalty::rewards::domain::{Refusal, RewardId, RewardKind},
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::reward,
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};

/// What points can be redeemed for.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = reward, treat_none_as_null = true, check_for_backend(Pg))]
pub struct Reward {
    /// The id.
    pub id: RewardId,
    /// What it is.
    pub kind: RewardKind,
    /// What people call it.
    pub name: String,
    /// What people should know of it.
    pub description: Option<String>,
    /// How many points it costs.
    pub cost: i64,
    /// How many are left; none for any number.
    pub stock: Option<i64>,
    /// How often one customer may redeem it.
    pub per_customer_limit: Option<i32>,
    /// The lowest tier that it is for.
    pub minimum_tier: Option<String>,
    /// From when it is offered.
    pub available_from: Option<DateTime<Utc>>,
    /// Until when it is offered.
    pub available_until: Option<DateTime<Utc>>,
    /// How many whole local days its coupons live.
    pub coupon_validity_days: Option<i32>,
    /// How the codes of its coupons begin.
    pub coupon_prefix: Option<String>,
    /// Whether it is offered at all.
    pub active: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Returns a reward.
pub fn reward(tx: &mut Tx, id: RewardId) -> Result<Reward> {
    let found = reward::table.find(id).select(Reward::as_select()).first(tx);
    found.optional()?.ok_or(Error::NotFound("reward"))
}

/// Returns a reward for a change.
pub fn lock_reward(tx: &mut Tx, id: RewardId) -> Result<Reward> {
    let found = reward::table.find(id).select(Reward::as_select()).for_no_key_update().first(tx);
    found.optional()?.ok_or(Error::NotFound("reward"))
}

/// Returns rewards in the order of their making, after `after`.
pub fn rewards(
    tx: &mut Tx,
    (kind, active): (Option<RewardKind>, Option<bool>),
    after: Option<RewardId>,
    rows: i64,
) -> Result<Vec<Reward>> {
    let mut query = reward::table.select(Reward::as_select()).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(reward::kind.eq(kind));
    }
    if let Some(active) = active {
        query = query.filter(reward::active.eq(active));
    }
    if let Some(id) = after {
        query = query.filter(reward::id.gt(id));
    }
    Ok(query.order(reward::id).limit(rows).load(tx)?)
}

/// Stores a new reward.
pub fn insert_reward(tx: &mut Tx, new: &Reward) -> Result<()> {
    diesel::insert_into(reward::table).values(new).execute(tx)?;
    Ok(())
}

/// Stores a reward as it now is.
pub fn save_reward(tx: &mut Tx, row: &Reward) -> Result<()> {
    diesel::update(reward::table.find(row.id)).set(row).execute(tx)?;
    Ok(())
}

/// Takes one from the stock of a reward that was offered when it was read; returns whether there is a stock. One
/// without a stock stays offered until the transaction is over. Refuses `out_of_stock`.
pub fn take(tx: &mut Tx, seen: &Reward, at: DateTime<Utc>) -> Result<bool> {
    let offered = reward::table.find(seen.id).filter(reward::active);
    let taken = if seen.stock.is_some() {
        let left = (reward::stock.eq(reward::stock - 1), reward::version.eq(reward::version + 1));
        let taken = diesel::update(offered.filter(reward::stock.gt(0)));
        taken.set((left, reward::updated_at.eq(at))).execute(tx)? > 0
    } else {
        let endless = offered.filter(reward::stock.is_null()).select(reward::id).for_share();
        endless.first::<RewardId>(tx).optional()?.is_some()
    };
    match taken {
        true => Ok(seen.stock.is_some()),
        false if reward(tx, seen.id)?.stock == Some(0) => Err(Refusal::OutOfStock.into()),
        // it has changed since it was read: begin again, and see how
        false => Err(Error::Retry),
    }
}

/// Puts one back into the stock, where there is one.
pub fn put_back(tx: &mut Tx, id: RewardId, at: DateTime<Utc>) -> Result<()> {
    let more = (reward::stock.eq(reward::stock + 1), reward::version.eq(reward::version + 1));
    let stocked = reward::table.find(id).filter(reward::stock.is_not_null());
    diesel::update(stocked).set((more, reward::updated_at.eq(at))).execute(tx)?;
    Ok(())
}
