//! Every query on absences.

use super::AbsenceId;
use crate::{
    platform::{db::Tx, http::problem::Result},
    schema::staff_absence,
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// An absence.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = staff_absence, check_for_backend(diesel::pg::Pg))]
pub struct Absence {
    /// Which one.
    pub id: AbsenceId,
    /// Who is away.
    pub staff_id: StaffId,
    /// From when.
    pub from_at: DateTime<Utc>,
    /// Until when.
    pub to_at: DateTime<Utc>,
    /// Who stands in.
    pub substitute_id: Option<StaffId>,
}

/// Inserts an absence.
pub fn insert(tx: &mut Tx, row: &Absence) -> Result<()> {
    diesel::insert_into(staff_absence::table).values(row).execute(tx)?;
    Ok(())
}

/// Deletes an absence; returns whether there was one.
pub fn delete(tx: &mut Tx, staff: StaffId, id: AbsenceId) -> Result<bool> {
    let row = staff_absence::table.find(id).filter(staff_absence::staff_id.eq(staff));
    Ok(diesel::delete(row).execute(tx)? > 0)
}

/// Returns one page of somebody's absences, the latest first.
pub fn page(
    tx: &mut Tx,
    staff: StaffId,
    after: Option<(DateTime<Utc>, AbsenceId)>,
    rows: i64,
) -> Result<Vec<Absence>> {
    let mut query = staff_absence::table
        .filter(staff_absence::staff_id.eq(staff))
        .select(Absence::as_select())
        .into_boxed();
    if let Some((from, id)) = after {
        let earlier = staff_absence::from_at.lt(from);
        let same = staff_absence::from_at.eq(from).and(staff_absence::id.lt(id));
        query = query.filter(earlier.or(same));
    }
    let query = query.order((staff_absence::from_at.desc(), staff_absence::id.desc()));
    Ok(query.limit(rows).load(tx)?)
}
