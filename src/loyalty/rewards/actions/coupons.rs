use crate::{
    loyalty::{
        points::{Source, Terms, Validity},
        program,
        rewards::{
            domain::{CouponId, CouponState, CouponStep, RewardKind},
            store::{self, Coupon, Redemption, StoredCoupon},
        },
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{precondition::Expected, problem::Result},
        ids, secret,
    },
};
use chrono::TimeDelta;

/// How long a lock lives that does not say, in seconds.
const HALF_AN_HOUR: i64 = 1800;

/// Issues the coupon of a redemption, where its reward is one; returns it with its code.
pub fn issue(tx: &mut Tx, actor: &Actor, redemption: &Redemption) -> Result<Option<(CouponId, String)>> {
    let reward = store::reward(tx, redemption.reward_id)?;
    if reward.kind != RewardKind::Coupon {
        return Ok(None);
    }
    let (code, code_hash) = code(reward.coupon_prefix.as_deref());
    let terms = program::current(tx)?.terms()?;
    let days = reward.coupon_validity_days.and_then(|days| u32::try_from(days).ok());
    let validity = days.map_or(Validity::Never, Validity::Days);
    let new = StoredCoupon {
        id: CouponId(ids::next()),
        redemption_id: redemption.id,
        code_hash,
        state: CouponState::Issued,
        expires_at: Terms { validity, ..terms }.expires(actor.at),
        locked_until: None,
        source_system: None,
        source_id: None,
        actor_kind: actor.who.kind().to_owned(),
        actor_id: actor.who.id(),
        version: 1,
        issued_at: actor.at,
        used_at: None,
        voided_at: None,
    };
    store::insert_coupon(tx, &new)?;
    Ok(Some((new.id, code)))
}

/// Returns a new code and its hash.
fn code(prefix: Option<&str>) -> (String, Vec<u8>) {
    let (token, hash) = secret::token();
    match prefix {
        None => (token, hash),
        Some(prefix) => {
            let code = format!("{prefix}-{token}");
            let hash = secret::hash(&code);
            (code, hash)
        }
    }
}

/// Locks the coupon with this code for a while; what is no code of a coupon is not found. Refuses what its state
/// does not allow.
pub fn lock_coupon(tx: &mut Tx, actor: &Actor, code: &str, ttl_seconds: Option<i64>) -> Result<Coupon> {
    let coupon = store::lock_coupon_by_hash(tx, &secret::hash(code))?;
    let ttl = TimeDelta::seconds(ttl_seconds.unwrap_or(HALF_AN_HOUR));
    let locked_until = actor.at.checked_add_signed(ttl);
    saved(tx, coupon, |row| Ok(StoredCoupon { locked_until, ..advanced(actor, row, CouponStep::Lock)? }))
}

/// Uses a coupon for something; refuses what its state does not allow.
pub fn use_coupon(
    tx: &mut Tx,
    actor: &Actor,
    id: CouponId,
    (expected, source): (&Expected, Option<Source>),
) -> Result<Coupon> {
    let coupon = open(tx, id, expected)?;
    let (source_system, source_id) = source.map(|source| (source.system, source.id)).unzip();
    saved(tx, coupon, |row| {
        Ok(StoredCoupon { source_system, source_id, ..advanced(actor, row, CouponStep::Use)? })
    })
}

/// Unlocks or voids a coupon; refuses what its state does not allow.
pub fn step_coupon(
    tx: &mut Tx,
    actor: &Actor,
    id: CouponId,
    (expected, step): (&Expected, CouponStep),
) -> Result<Coupon> {
    let coupon = open(tx, id, expected)?;
    saved(tx, coupon, |row| advanced(actor, row, step))
}

/// Gives a coupon a new code and ends the old one; returns the code. Refuses what its state does not allow.
pub fn renew_code(tx: &mut Tx, actor: &Actor, id: CouponId, expected: &Expected) -> Result<(Coupon, String)> {
    let coupon = open(tx, id, expected)?;
    let (code, code_hash) = code(store::reward(tx, coupon.reward)?.coupon_prefix.as_deref());
    let renewed = |row| Ok(StoredCoupon { code_hash, ..advanced(actor, row, CouponStep::RenewCode)? });
    Ok((saved(tx, coupon, renewed)?, code))
}

/// Makes a coupon void that was issued.
pub fn void(tx: &mut Tx, actor: &Actor, row: StoredCoupon) -> Result<()> {
    store::save_coupon(tx, &advanced(actor, row, CouponStep::Void)?)
}

fn open(tx: &mut Tx, id: CouponId, expected: &Expected) -> Result<Coupon> {
    let coupon = store::lock_coupon(tx, id)?;
    expected.check(coupon.row.version)?;
    Ok(coupon)
}

fn saved(
    tx: &mut Tx,
    coupon: Coupon,
    changed: impl FnOnce(StoredCoupon) -> Result<StoredCoupon>,
) -> Result<Coupon> {
    let row = changed(coupon.row)?;
    store::save_coupon(tx, &row)?;
    Ok(Coupon { row, ..coupon })
}

/// Returns the coupon after a step from where it now stands.
fn advanced(actor: &Actor, row: StoredCoupon, step: CouponStep) -> Result<StoredCoupon> {
    let state = row.state.at(actor.at, row.expires_at, row.locked_until).after(step)?;
    Ok(StoredCoupon {
        state,
        locked_until: None,
        used_at: (state == CouponState::Used).then_some(actor.at),
        voided_at: (state == CouponState::Void).then_some(actor.at),
        actor_kind: actor.who.kind().to_owned(),
        actor_id: actor.who.id(),
        version: row.version.saturating_add(1),
        ..row
    })
}
