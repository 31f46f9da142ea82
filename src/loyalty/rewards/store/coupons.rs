use crate::{
    customers::CustomerId,
    loyalty::rewards::domain::{CouponId, CouponState, RedemptionId, RewardId},
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::{coupon, redemption},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use uuid::Uuid;

/// What a customer shows to get what a redemption promised, as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = coupon, treat_none_as_null = true, check_for_backend(Pg))]
pub struct StoredCoupon {
    /// The id.
    pub id: CouponId,
    /// The redemption that it came of.
    pub redemption_id: RedemptionId,
    /// SHA-256 of its code.
    pub code_hash: Vec<u8>,
    /// Where it stands, as posted.
    pub state: CouponState,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When its lock ends by itself.
    pub locked_until: Option<DateTime<Utc>>,
    /// For what it was used: the system.
    pub source_system: Option<String>,
    /// The id there.
    pub source_id: Option<String>,
    /// Who took the last step: what kind of actor.
    pub actor_kind: String,
    /// Which person or program.
    pub actor_id: Option<Uuid>,
    /// Grows with every change.
    pub version: i64,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was made void.
    pub voided_at: Option<DateTime<Utc>>,
}

/// A coupon, of what reward it is, and whose.
#[derive(Clone, Debug)]
pub struct Coupon {
    /// The coupon.
    pub row: StoredCoupon,
    /// The reward.
    pub reward: RewardId,
    /// The customer.
    pub customer: CustomerId,
}

impl From<(StoredCoupon, RewardId, CustomerId)> for Coupon {
    fn from((row, reward, customer): (StoredCoupon, RewardId, CustomerId)) -> Self {
        Self { row, reward, customer }
    }
}

#[diesel::dsl::auto_type]
fn owned() -> _ {
    let columns: diesel::dsl::AsSelect<StoredCoupon, Pg> = StoredCoupon::as_select();
    let joined = coupon::table.inner_join(redemption::table);
    joined.select((columns, redemption::reward_id, redemption::customer_id))
}

fn one(found: QueryResult<(StoredCoupon, RewardId, CustomerId)>) -> Result<Coupon> {
    found.optional()?.map(Coupon::from).ok_or(Error::NotFound("coupon"))
}

/// Returns a coupon.
pub fn coupon(tx: &mut Tx, id: CouponId) -> Result<Coupon> {
    one(owned().filter(coupon::id.eq(id)).first(tx))
}

/// Returns a coupon for a step.
pub fn lock_coupon(tx: &mut Tx, id: CouponId) -> Result<Coupon> {
    let locked = coupon::table.find(id).select(coupon::id).for_no_key_update().first::<CouponId>(tx);
    match locked.optional()? {
        Some(id) => coupon(tx, id),
        None => Err(Error::NotFound("coupon")),
    }
}

/// Returns the coupon whose code has this hash, for a step.
pub fn lock_coupon_by_hash(tx: &mut Tx, hash: &[u8]) -> Result<Coupon> {
    let known = coupon::table.filter(coupon::code_hash.eq(hash)).select(coupon::id);
    match known.for_no_key_update().first::<CouponId>(tx).optional()? {
        Some(id) => coupon(tx, id),
        None => Err(Error::NotFound("coupon")),
    }
}

/// Returns the coupon of a redemption, for a step.
pub fn coupon_of(tx: &mut Tx, id: RedemptionId) -> Result<Option<StoredCoupon>> {
    let query = coupon::table.filter(coupon::redemption_id.eq(id)).select(StoredCoupon::as_select());
    Ok(query.for_no_key_update().first(tx).optional()?)
}

/// Returns the coupons of a customer, under all its ids, newest first, after `after`.
pub fn coupons_of(
    tx: &mut Tx,
    customers: &[CustomerId],
    after: Option<(DateTime<Utc>, CouponId)>,
    rows: i64,
) -> Result<Vec<Coupon>> {
    let mut query = owned().filter(redemption::customer_id.eq_any(customers.to_vec())).into_boxed();
    if let Some((at, id)) = after {
        let same = coupon::issued_at.eq(at).and(coupon::id.lt(id));
        query = query.filter(coupon::issued_at.lt(at).or(same));
    }
    let newest = query.order((coupon::issued_at.desc(), coupon::id.desc())).limit(rows);
    let found: Vec<(StoredCoupon, RewardId, CustomerId)> = newest.load(tx)?;
    Ok(found.into_iter().map(Coupon::from).collect())
}

/// Stores a new coupon.
pub fn insert_coupon(tx: &mut Tx, new: &StoredCoupon) -> Result<()> {
    diesel::insert_into(coupon::table).values(new).execute(tx)?;
    Ok(())
}

/// Stores a coupon as it now is.
pub fn save_coupon(tx: &mut Tx, row: &StoredCoupon) -> Result<()> {
    diesel::update(coupon::table.find(row.id)).set(row).execute(tx)?;
    Ok(())
}
