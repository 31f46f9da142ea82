use super::domain::{AdjustmentId, AdjustmentState};
use crate::{
    customers::CustomerId,
    loyalty::points::EntryId,
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::points_adjustment,
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use uuid::Uuid;

/// An adjustment that somebody asked for.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = points_adjustment, check_for_backend(Pg))]
pub struct Adjustment {
    /// The id.
    pub id: AdjustmentId,
    /// The customer.
    pub customer_id: CustomerId,
    /// By how many points.
    pub amount: i64,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: AdjustmentState,
    /// Who asked.
    pub requested_by: Option<Uuid>,
    /// A person or a program.
    pub requested_by_kind: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// A remark on the decision.
    pub comment: Option<String>,
    /// The entry that it was booked as.
    pub entry_id: Option<EntryId>,
    /// Grows with every change.
    pub version: i64,
}

/// Where a page begins.
pub type Position = (DateTime<Utc>, AdjustmentId);

/// Stores a request.
pub fn insert(tx: &mut Tx, row: &Adjustment) -> Result<()> {
    diesel::insert_into(points_adjustment::table).values(row).execute(tx)?;
    Ok(())
}

/// Stores what became of a request.
pub fn save(tx: &mut Tx, row: &Adjustment) -> Result<()> {
    diesel::update(points_adjustment::table.find(row.id)).set(row).execute(tx)?;
    Ok(())
}

/// Returns a request.
pub fn find(tx: &mut Tx, id: AdjustmentId) -> Result<Adjustment> {
    let found = points_adjustment::table.find(id).select(Adjustment::as_select()).first(tx);
    found.optional()?.ok_or(Error::NotFound("adjustment"))
}

/// Returns a request for a decision.
pub fn lock(tx: &mut Tx, id: AdjustmentId) -> Result<Adjustment> {
    let found = points_adjustment::table.find(id).select(Adjustment::as_select()).for_update().first(tx);
    found.optional()?.ok_or(Error::NotFound("adjustment"))
}

/// Returns requests, newest first, after `after`.
pub fn page(
    tx: &mut Tx,
    state: Option<AdjustmentState>,
    customer: Option<CustomerId>,
    after: Option<Position>,
    rows: i64,
) -> Result<Vec<Adjustment>> {
    use points_adjustment as table;
    let mut query = table::table.into_boxed();
    if let Some(state) = state {
        query = query.filter(table::state.eq(state));
    }
    if let Some(customer) = customer {
        query = query.filter(table::customer_id.eq(customer));
    }
    if let Some((at, id)) = after {
        let earlier = table::requested_at.lt(at).or(table::requested_at.eq(at).and(table::id.lt(id)));
        query = query.filter(earlier);
    }
    let ordered = query.order((table::requested_at.desc(), table::id.desc())).limit(rows);
    Ok(ordered.select(Adjustment::as_select()).load(tx)?)
}

/// Returns the requests of others that wait for a decision, oldest first, after `after`.
pub fn waiting(
    tx: &mut Tx,
    me: StaffId,
    after: Option<(DateTime<Utc>, Uuid)>,
    rows: i64,
) -> Result<Vec<Adjustment>> {
    use points_adjustment as table;
    let mut query = table::table
        .filter(table::state.eq(AdjustmentState::Pending))
        .filter(table::requested_by.is_distinct_from(Some(me.0)))
        .into_boxed();
    if let Some((at, id)) = after {
        let id = AdjustmentId(id);
        query = query.filter(table::requested_at.gt(at).or(table::requested_at.eq(at).and(table::id.gt(id))));
    }
    let ordered = query.order((table::requested_at, table::id)).limit(rows);
    Ok(ordered.select(Adjustment::as_select()).load(tx)?)
}
