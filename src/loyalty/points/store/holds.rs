//! Holds and the lots that they hold.

use super::owners::Owners;
use crate::{
    loyalty::points::domain::{AccountId, Hold, HoldId, HoldState, LotId, Part, Source},
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::{hold_allocation, points_hold},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use std::collections::BTreeMap;

/// A hold as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = points_hold, check_for_backend(Pg))]
pub struct StoredHold {
    /// The id.
    pub id: HoldId,
    /// The account of the customer who was asked.
    pub account_id: AccountId,
    /// How many points.
    pub amount: i64,
    /// How many of them were captured.
    pub captured: i64,
    /// Where it stands, as posted.
    pub state: HoldState,
    /// The other system.
    pub source_system: String,
    /// The id there.
    pub source_id: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Returns a hold.
pub fn hold(tx: &mut Tx, id: HoldId) -> Result<StoredHold> {
    let found = points_hold::table.find(id).select(StoredHold::as_select()).first(tx);
    found.optional()?.ok_or(Error::NotFound("hold"))
}

/// Returns the holds of accounts, newest first, after `after`.
pub fn page(
    tx: &mut Tx,
    owners: &Owners,
    after: Option<(DateTime<Utc>, HoldId)>,
    rows: i64,
) -> Result<Vec<StoredHold>> {
    let mut query = points_hold::table.filter(points_hold::account_id.eq_any(owners.accounts())).into_boxed();
    if let Some((at, id)) = after {
        let earlier =
            points_hold::created_at.lt(at).or(points_hold::created_at.eq(at).and(points_hold::id.lt(id)));
        query = query.filter(earlier);
    }
    Ok(query
        .order((points_hold::created_at.desc(), points_hold::id.desc()))
        .limit(rows)
        .select(StoredHold::as_select())
        .load(tx)?)
}

/// Returns the open holds of these accounts whose time is over at `at`, with their parts.
pub(super) fn due(tx: &mut Tx, accounts: &[AccountId], at: DateTime<Utc>) -> Result<Vec<Hold>> {
    let ids: Vec<HoldId> = points_hold::table
        .filter(points_hold::account_id.eq_any(accounts.to_vec()))
        .filter(points_hold::state.eq(HoldState::Open))
        .filter(points_hold::expires_at.le(at))
        .select(points_hold::id)
        .load(tx)?;
    if ids.is_empty() { Ok(Vec::new()) } else { with_parts(tx, &ids) }
}

/// Returns holds with their parts.
pub(super) fn with_parts(tx: &mut Tx, ids: &[HoldId]) -> Result<Vec<Hold>> {
    let holds: Vec<StoredHold> = points_hold::table
        .filter(points_hold::id.eq_any(ids.to_vec()))
        .select(StoredHold::as_select())
        .load(tx)?;
    let rows: Vec<(HoldId, LotId, i64)> = hold_allocation::table
        .filter(hold_allocation::hold_id.eq_any(ids.to_vec()))
        .order((hold_allocation::hold_id, hold_allocation::ordinal))
        .select((hold_allocation::hold_id, hold_allocation::lot_id, hold_allocation::amount))
        .load(tx)?;
    let mut parts: BTreeMap<HoldId, Vec<Part>> = BTreeMap::new();
    for (hold, lot, amount) in rows {
        parts.entry(hold).or_default().push(Part { lot, amount });
    }
    Ok(holds.into_iter().map(|row| row.with(&mut parts)).collect())
}

impl StoredHold {
    fn with(self, parts: &mut BTreeMap<HoldId, Vec<Part>>) -> Hold {
        Hold {
            id: self.id,
            account: self.account_id,
            amount: self.amount,
            captured: self.captured,
            state: self.state,
            source: Source { system: self.source_system, id: self.source_id },
            created_at: self.created_at,
            expires_at: self.expires_at,
            ended_at: self.ended_at,
            parts: parts.remove(&self.id).unwrap_or_default(),
        }
    }
}
