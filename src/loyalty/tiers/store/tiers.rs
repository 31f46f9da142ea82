use crate::{
    loyalty::tiers::domain::{Tier, TierId},
    platform::{
        db::{Tx, on_constraints},
        http::problem::{Error, Result},
    },
    schema::{tier, tier_membership},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};

/// A tier as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tier, check_for_backend(Pg))]
pub struct TierRow {
    /// Which one.
    pub id: TierId,
    /// What other systems call it.
    pub code: String,
    /// What people call it in English.
    pub name: String,
    /// What people call it in Chinese.
    pub name_zh: String,
    /// The higher, the better.
    pub rank: i32,
    /// How many qualifying points it takes.
    pub threshold: i64,
    /// What earning rules that heed tiers pay, in percent of the usual.
    pub multiplier_percent: i32,
    /// What it brings, in words.
    pub benefits: Vec<String>,
    /// Whether it can be reached.
    pub active: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl From<TierRow> for Tier {
    fn from(row: TierRow) -> Self {
        Self {
            id: row.id,
            code: row.code,
            rank: row.rank,
            threshold: row.threshold,
            multiplier_percent: row.multiplier_percent,
            active: row.active,
        }
    }
}

/// Returns all tiers, lowest first.
pub fn all(tx: &mut Tx) -> Result<Vec<TierRow>> {
    Ok(tier::table.order((tier::rank, tier::id)).select(TierRow::as_select()).load(tx)?)
}

/// Returns the tiers after the position, lowest first.
pub fn page(
    tx: &mut Tx,
    active: Option<bool>,
    after: Option<(i32, TierId)>,
    rows: i64,
) -> Result<Vec<TierRow>> {
    let mut query = tier::table.select(TierRow::as_select()).into_boxed();
    if let Some(active) = active {
        query = query.filter(tier::active.eq(active));
    }
    if let Some((rank, id)) = after {
        query = query.filter(tier::rank.gt(rank).or(tier::rank.eq(rank).and(tier::id.gt(id))));
    }
    Ok(query.order((tier::rank, tier::id)).limit(rows).load(tx)?)
}

/// Returns a tier.
pub fn find(tx: &mut Tx, id: TierId) -> Result<TierRow> {
    let found = tier::table.find(id).select(TierRow::as_select()).first(tx);
    found.optional()?.ok_or(Error::NotFound("tier"))
}

/// Returns a tier and holds it until the transaction is over.
pub fn lock(tx: &mut Tx, id: TierId) -> Result<TierRow> {
    let found = tier::table.find(id).select(TierRow::as_select()).for_update().first(tx);
    found.optional()?.ok_or(Error::NotFound("tier"))
}

/// Returns the active tier with a code, and keeps it active until the transaction is over.
pub fn by_code(tx: &mut Tx, code: &str) -> Result<Option<TierRow>> {
    let known = tier::table.filter(tier::code.eq(code.to_owned())).filter(tier::active);
    Ok(known.select(TierRow::as_select()).for_share().first(tx).optional()?)
}

/// Writes a new tier.
pub fn insert(tx: &mut Tx, row: &TierRow) -> Result<()> {
    written(diesel::insert_into(tier::table).values(row).execute(tx))
}

/// Writes a tier as it is now.
pub fn save(tx: &mut Tx, row: &TierRow) -> Result<()> {
    written(diesel::update(tier::table.find(row.id)).set(row).execute(tx))
}

fn written(done: QueryResult<usize>) -> Result<()> {
    let code = Error::conflict("code_taken", "Another tier has this code.", "该编码已被其他等级使用。");
    let rank = Error::conflict("rank_taken", "Another tier has this rank.", "该级别已被其他等级占用。");
    on_constraints(done, [("tier_code_key", code), ("tier_rank_key", rank)]).map(|_| ())
}

/// Returns whether a customer has the tier at `at` or later.
pub fn in_use(tx: &mut Tx, id: TierId, at: DateTime<Utc>) -> Result<bool> {
    let lasts = |end: DateTime<Utc>| {
        tier_membership::valid_until
            .is_null()
            .or(tier_membership::valid_until.gt(end))
            .and(tier_membership::ended_at.is_null().or(tier_membership::ended_at.gt(end)))
    };
    let held = tier_membership::table.filter(tier_membership::tier_id.eq(id)).filter(lasts(at));
    Ok(diesel::select(diesel::dsl::exists(held)).get_result(tx)?)
}
