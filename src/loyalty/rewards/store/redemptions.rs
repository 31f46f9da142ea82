use crate::{
    customers::CustomerId,
    loyalty::{
        points::EntryId,
        rewards::domain::{CouponId, RedemptionId, RedemptionState, RewardId},
    },
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    schema::{coupon, redemption},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, sql_types::Uuid as SqlUuid};
use uuid::Uuid;

/// A reward for a customer.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = redemption, treat_none_as_null = true, check_for_backend(Pg))]
pub struct Redemption {
    /// The id.
    pub id: RedemptionId,
    /// The reward.
    pub reward_id: RewardId,
    /// The customer.
    pub customer_id: CustomerId,
    /// Where it stands.
    pub state: RedemptionState,
    /// How many points were paid.
    pub cost: i64,
    /// Whether one was taken from the stock.
    pub took_stock: bool,
    /// For what it is given without a price: the system.
    pub source_system: Option<String>,
    /// The id there.
    pub source_id: Option<String>,
    /// The entry that paid.
    pub entry_id: Option<EntryId>,
    /// The entry that paid back.
    pub reversal_id: Option<EntryId>,
    /// Who took the last step: what kind of actor.
    pub actor_kind: String,
    /// Which person or program.
    pub actor_id: Option<Uuid>,
    /// Grows with every change.
    pub version: i64,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was handed over.
    pub fulfilled_at: Option<DateTime<Utc>>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// A redemption with its coupon.
type WithCoupon = (Redemption, Option<CouponId>);

/// Returns a redemption with its coupon.
pub fn redemption(tx: &mut Tx, id: RedemptionId) -> Result<WithCoupon> {
    let query = redemption::table.left_join(coupon::table).filter(redemption::id.eq(id));
    let found = query.select((Redemption::as_select(), coupon::id.nullable())).first(tx);
    found.optional()?.ok_or(Error::NotFound("redemption"))
}

/// Returns a redemption for a step.
pub fn lock(tx: &mut Tx, id: RedemptionId) -> Result<Redemption> {
    let found = redemption::table.find(id).select(Redemption::as_select()).for_no_key_update().first(tx);
    found.optional()?.ok_or(Error::NotFound("redemption"))
}

static_query! {
    /// Finds the redemption that an entry, or one of the same command on a linked account, has paid for.
    struct PaidWith { entry: EntryId => SqlUuid } -> SqlUuid =
        "SELECT r.id FROM redemption r WHERE r.entry_id = $entry OR r.entry_id IN (SELECT o.id FROM ledger_entry e \
         JOIN ledger_entry o ON o.group_id = e.group_id WHERE e.id = $entry)"
}

/// Returns the redemption that an entry has paid for, for a step.
pub fn lock_paid_with(tx: &mut Tx, entry: EntryId) -> Result<Option<Redemption>> {
    let found: Option<RedemptionId> = PaidWith { entry }.get_result(tx).optional()?;
    found.map(|id| lock(tx, id)).transpose()
}

/// Whose redemptions, or those of which reward.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Those of one customer, under all its ids.
    Customer(Vec<CustomerId>),
    /// Those of one reward.
    Reward(RewardId),
}

/// Where a page begins.
pub type Position = (DateTime<Utc>, RedemptionId);

/// Returns redemptions, newest first, after `after`.
pub fn page(
    tx: &mut Tx,
    wanted: &Wanted,
    state: Option<RedemptionState>,
    after: Option<Position>,
    rows: i64,
) -> Result<Vec<WithCoupon>> {
    let mut query = redemption::table.left_join(coupon::table).into_boxed();
    query = match wanted {
        Wanted::Customer(ids) => query.filter(redemption::customer_id.eq_any(ids.clone())),
        Wanted::Reward(id) => query.filter(redemption::reward_id.eq(*id)),
    };
    if let Some(state) = state {
        query = query.filter(redemption::state.eq(state));
    }
    if let Some((at, id)) = after {
        let same = redemption::requested_at.eq(at).and(redemption::id.lt(id));
        query = query.filter(redemption::requested_at.lt(at).or(same));
    }
    let order = (redemption::requested_at.desc(), redemption::id.desc());
    Ok(query.order(order).limit(rows).select((Redemption::as_select(), coupon::id.nullable())).load(tx)?)
}

/// Counts how often a customer, under all its ids, has redeemed a reward; what was cancelled or given without a price
/// does not count.
pub fn count_of(tx: &mut Tx, customers: &[CustomerId], reward: RewardId) -> Result<i64> {
    Ok(redemption::table
        .filter(redemption::customer_id.eq_any(customers.to_vec()))
        .filter(redemption::reward_id.eq(reward))
        .filter(redemption::state.ne(RedemptionState::Cancelled))
        .filter(redemption::source_id.is_null())
        .count()
        .get_result(tx)?)
}

/// Stores a new redemption.
pub fn insert(tx: &mut Tx, new: &Redemption) -> Result<()> {
    diesel::insert_into(redemption::table).values(new).execute(tx)?;
    Ok(())
}

/// Stores a redemption as it now is.
pub fn save(tx: &mut Tx, row: &Redemption) -> Result<()> {
    diesel::update(redemption::table.find(row.id)).set(row).execute(tx)?;
    Ok(())
}
