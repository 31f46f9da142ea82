//! Every query on departments.

mod chain;

pub use chain::{administrators, chain, is_active, own_calendars};

use super::{
    DepartmentId,
    domain::{Refusal, SERVICE},
    wire::DepartmentFilter,
};
use crate::{
    calendars::CalendarId,
    platform::{
        db::{Tx, on_constraints, static_query},
        http::problem::{Error, Result},
    },
    schema::department,
    staff::StaffId,
    vocabulary::DepartmentKind,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Uuid},
};
use uuid::Uuid as Id;

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
    let query = department::table.find(id).select(Department::as_select()).for_share();
    Ok(query.first(tx).optional()?)
}

/// Returns the department with a code.
pub fn find_by_code(tx: &mut Tx, code: &str) -> Result<Option<DepartmentId>> {
    let query = department::table.filter(department::code.eq(code)).select(department::id);
    Ok(query.first(tx).optional()?)
}

/// Returns the department that takes what nobody else takes.
pub fn service(tx: &mut Tx) -> Result<DepartmentId> {
    let query = department::table.filter(department::code.eq(SERVICE)).select(department::id);
    let found = query.first(tx).optional()?;
    found.ok_or_else(|| Error::internal("there is no department `service`"))
}

/// Lets one change of the tree at a time go on, so that none waits for another in a circle.
pub fn one_at_a_time(tx: &mut Tx) -> Result<()> {
    TakeTurn {}.execute(tx)?;
    Ok(())
}

/// Returns a department and holds it until the transaction is over.
pub fn lock(tx: &mut Tx, id: DepartmentId) -> Result<Option<Department>> {
    let query = department::table.find(id).select(Department::as_select()).for_update();
    Ok(query.first(tx).optional()?)
}

/// Returns the departments that a filter wants, after the position.
pub fn page(
    tx: &mut Tx,
    filter: &DepartmentFilter,
    after: Option<DepartmentId>,
    rows: i64,
) -> Result<Vec<Department>> {
    let mut query = department::table.select(Department::as_select()).into_boxed();
    if let Some(active) = filter.active {
        query = query.filter(department::active.eq(active));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(department::kind.eq(kind));
    }
    if let Some(parent) = filter.parent_id {
        query = query.filter(department::parent_id.eq(parent));
    }
    if let Some(code) = &filter.code {
        query = query.filter(department::code.eq(code));
    }
    if let Some(after) = after {
        query = query.filter(department::id.gt(after));
    }
    Ok(query.order(department::id).limit(rows).load(tx)?)
}

/// Writes a new department.
pub fn insert(tx: &mut Tx, row: &Department) -> Result<()> {
    let done = diesel::insert_into(department::table).values(row).execute(tx);
    on_constraints(done, refusals()).map(|_| ())
}

/// Writes a department as it is now.
pub fn save(tx: &mut Tx, row: &Department) -> Result<()> {
    let done = diesel::update(department::table.find(row.id)).set(row).execute(tx);
    on_constraints(done, refusals()).map(|_| ())
}

fn refusals() -> [(&'static str, Error); 5] {
    [
        ("department_code_key", Refusal::CodeTaken.into()),
        ("department_tree_cycle_check", Refusal::Cycle.into()),
        ("department_parent_check", Refusal::Cycle.into()),
        ("department_tree_depth_check", Refusal::TooDeep.into()),
        ("department_active_head_check", Refusal::HeadRequired.into()),
    ]
}

static_query! {
    /// Waits for the turn that the tree's trigger waits for too.
    pub struct TakeTurn {} -> Bool = "SELECT pg_advisory_xact_lock(hashtext('department_tree')) IS NULL"
}

static_query! {
    /// Counts the open feedback that a department owns.
    pub struct OpenFeedback { id: Id => Uuid } -> BigInt =
        "SELECT count(*) FROM feedback WHERE department_id = $id AND status NOT IN ('closed', 'merged', 'cancelled')"
}

/// Counts the open feedback that a department owns.
pub fn open_feedback(tx: &mut Tx, id: DepartmentId) -> Result<i64> {
    Ok(OpenFeedback { id: id.0 }.get_result(tx)?)
}

/// Counts the active departments right below one.
pub fn active_children(tx: &mut Tx, id: DepartmentId) -> Result<i64> {
    let children = department::table.filter(department::parent_id.eq(id).and(department::active));
    Ok(children.count().get_result(tx)?)
}
