//! Every query on departments.

mod chain;

pub use chain::chain;

use super::{DepartmentId, domain::SERVICE};
use crate::{
    calendars::CalendarId,
    platform::{
        db::{Tx, on_constraints},
        http::problem::{Error, Result},
    },
    schema::department,
    staff::StaffId,
    vocabulary::DepartmentKind,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = department, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct Department {
    /// Which one.
    pub id: DepartmentId,
    /// What programs call it.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// What it is there for.
    pub kind: DepartmentKind,
    /// The department above.
    pub parent_id: Option<DepartmentId>,
    /// Who leads it.
    pub head_id: Option<StaffId>,
    /// Who leads it next.
    pub deputy_id: Option<StaffId>,
    /// Its working time; the organisation's when it names none.
    pub calendar_id: Option<CalendarId>,
    /// Whether it takes work.
    pub active: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Returns a department.
pub fn find(tx: &mut Tx, id: DepartmentId) -> Result<Option<Department>> {
    let query = department::table.find(id).select(Department::as_select());
    Ok(query.first(tx).optional()?)
}

/// Returns a department and keeps it from changing until the transaction is over; others may do so too.
pub fn share(tx: &mut Tx, id: DepartmentId) -> Result<Option<Department>> {
    let query = department::table
        .find(id)
        .select(Department::as_select())
        .for_share();
    Ok(query.first(tx).optional()?)
}

/// Returns the department that takes what nobody else takes.
pub fn service(tx: &mut Tx) -> Result<DepartmentId> {
    let query = department::table
        .filter(department::code.eq(SERVICE))
        .select(department::id);
    let found = query.first(tx).optional()?;
    found.ok_or_else(|| Error::internal("there is no department `service`"))
}

/// Writes a new department.
pub fn insert<const N: usize>(tx: &mut Tx, row: &Department, refusals: [(&str, Error); N]) -> Result<()> {
    let done = diesel::insert_into(department::table).values(row).execute(tx);
    on_constraints(done, refusals).map(|_| ())
}
