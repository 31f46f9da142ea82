//! Every query on staff and their history.

use super::{
    Person,
    domain::{StaffEventKind, StaffId, StaffRole},
    wire::StaffFilter,
};
use crate::{
    departments::DepartmentId,
    platform::{
        auth::Role,
        db::{Tx, on_constraints, static_query},
        http::problem::{Error, Result},
    },
    schema::{staff, staff_event},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Uuid as SqlUuid},
};
use serde_json::Value;
use uuid::Uuid;

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct Staff {
    /// Who it is.
    pub id: StaffId,
    /// Signs in with it.
    pub email: String,
    /// The form in which it is compared.
    pub email_normalised: String,
    /// What people call them.
    pub display_name: String,
    /// What they are there for.
    pub role: StaffRole,
    /// Where they work.
    pub department_id: Option<DepartmentId>,
    /// Whether they may sign in.
    pub active: bool,
    /// How much open feedback they should have at most.
    pub capacity: Option<i32>,
    /// The hash of the password.
    pub password_hash: String,
    /// Tokens of an older epoch are refused.
    pub epoch: i64,
    /// Grows with every change.
    pub version: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they changed last.
    pub updated_at: DateTime<Utc>,
}

/// One entry of the history.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = staff_event, check_for_backend(diesel::pg::Pg))]
pub struct StaffEvent {
    /// Whose history it is.
    pub staff_id: StaffId,
    /// Its place, from 1.
    pub seq: i32,
    /// What happened.
    pub kind: StaffEventKind,
    /// What kind of actor did it.
    pub actor_kind: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
    /// What changed.
    pub payload: Value,
    /// The hash of the entry before.
    pub prev_hash: Vec<u8>,
    /// The hash of this entry.
    pub hash: Vec<u8>,
}

type PersonRow = (StaffId, String, Role, Option<DepartmentId>, bool);

/// Returns a member of staff.
pub fn find(tx: &mut Tx, id: StaffId) -> Result<Option<Staff>> {
    let query = staff::table.find(id).select(Staff::as_select());
    Ok(query.first(tx).optional()?)
}

/// Returns a member of staff by the normalised e-mail.
pub fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<Staff>> {
    let query = staff::table.filter(staff::email_normalised.eq(email));
    Ok(query.select(Staff::as_select()).first(tx).optional()?)
}

/// Returns an active member of staff as other slices see one.
pub fn find_active(tx: &mut Tx, id: StaffId) -> Result<Option<Person>> {
    let row: Option<PersonRow> = staff::table
        .find(id)
        .filter(staff::active)
        .select((staff::id, staff::display_name, staff::role, staff::department_id, staff::active))
        .first(tx)
        .optional()?;
    Ok(row.map(person))
}

/// Returns an active member of staff, who stays so until the transaction is over.
pub fn share_active(tx: &mut Tx, id: StaffId) -> Result<Option<Person>> {
    let row: Option<PersonRow> = staff::table
        .find(id)
        .filter(staff::active)
        .select((staff::id, staff::display_name, staff::role, staff::department_id, staff::active))
        .for_share()
        .first(tx)
        .optional()?;
    Ok(row.map(person))
}

fn person((id, display_name, role, department_id, active): PersonRow) -> Person {
    Person { id, display_name, role, department_id, active }
}

/// Locks a member of staff against other changes.
pub fn lock(tx: &mut Tx, id: StaffId) -> Result<Staff> {
    let query = staff::table.find(id).select(Staff::as_select()).for_no_key_update();
    query.first(tx).optional()?.ok_or(Error::NotFound("member of staff"))
}

/// Locks a member of staff and all active administrators, by ascending id so that two cannot wait for each
/// other; returns the one and how many administrators there are besides.
pub fn lock_with_admins(tx: &mut Tx, id: StaffId) -> Result<(Staff, usize)> {
    let admin = staff::role.eq(StaffRole::Admin).and(staff::active);
    let rows: Vec<Staff> = staff::table
        .filter(staff::id.eq(id).or(admin))
        .order(staff::id)
        .select(Staff::as_select())
        .for_no_key_update()
        .load(tx)?;
    let (found, others): (Vec<Staff>, Vec<Staff>) = rows.into_iter().partition(|row| row.id == id);
    let found = found.into_iter().next().ok_or(Error::NotFound("member of staff"))?;
    Ok((found, others.len()))
}

/// Counts active staff.
pub fn active_count(tx: &mut Tx) -> Result<i64> {
    Ok(staff::table.filter(staff::active).count().get_result(tx)?)
}

static_query! {
    /// Counts the open feedback that a person handles and the active departments that nobody else leads.
    struct Duties { staff: Uuid => SqlUuid } -> (BigInt, BigInt) =
        "SELECT (SELECT count(*) FROM feedback WHERE handler_id = $staff \
             AND status NOT IN ('closed', 'merged', 'cancelled')), \
           (SELECT count(*) FROM department d LEFT JOIN staff deputy ON deputy.id = d.deputy_id \
             WHERE d.active AND d.head_id = $staff AND deputy.active IS NOT TRUE)"
}

/// Counts the open feedback that a person handles, and the departments that nobody else leads.
pub fn count_duties(tx: &mut Tx, id: StaffId) -> Result<(i64, i64)> {
    Ok(Duties { staff: id.0 }.get_result(tx)?)
}

/// Inserts a member of staff.
pub fn insert<const N: usize>(tx: &mut Tx, row: &Staff, refusals: [(&str, Error); N]) -> Result<()> {
    let done = diesel::insert_into(staff::table).values(row).execute(tx);
    on_constraints(done, refusals).map(|_| ())
}

/// Stores a member of staff as it now is.
pub fn set<const N: usize>(tx: &mut Tx, row: &Staff, refusals: [(&str, Error); N]) -> Result<()> {
    let done = diesel::update(staff::table.find(row.id)).set(row).execute(tx);
    on_constraints(done, refusals).map(|_| ())
}

/// Stores another hash of the same password: nobody sees it, so that epoch and version stay.
pub fn set_password_hash(tx: &mut Tx, id: StaffId, hash: &str) -> Result<()> {
    diesel::update(staff::table.find(id)).set(staff::password_hash.eq(hash)).execute(tx)?;
    Ok(())
}

/// Returns one page of staff, by the time of their making.
pub fn page(tx: &mut Tx, filter: &StaffFilter, after: Option<StaffId>, rows: i64) -> Result<Vec<Staff>> {
    let mut query = staff::table.select(Staff::as_select()).into_boxed();
    if let Some(words) = &filter.q {
        let pattern = format!("%{}%", escaped(words));
        let named = staff::display_name.ilike(pattern.clone());
        query = query.filter(named.or(staff::email_normalised.ilike(pattern)));
    }
    if let Some(role) = filter.role {
        query = query.filter(staff::role.eq(role));
    }
    if let Some(department) = filter.department_id {
        query = query.filter(staff::department_id.eq(department));
    }
    if let Some(active) = filter.active {
        query = query.filter(staff::active.eq(active));
    }
    if let Some(id) = after {
        query = query.filter(staff::id.gt(id));
    }
    Ok(query.order(staff::id).limit(rows).load(tx)?)
}

/// Returns the words as they stand, to be found by LIKE.
fn escaped(words: &str) -> String {
    words.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

/// Returns the newest entry of a history.
pub fn last_event(tx: &mut Tx, id: StaffId) -> Result<Option<StaffEvent>> {
    let query = staff_event::table.filter(staff_event::staff_id.eq(id)).order(staff_event::seq.desc());
    Ok(query.select(StaffEvent::as_select()).first(tx).optional()?)
}

/// Inserts an entry of a history.
pub fn insert_event(tx: &mut Tx, event: &StaffEvent) -> Result<()> {
    diesel::insert_into(staff_event::table).values(event).execute(tx)?;
    Ok(())
}

/// Returns one page of a history, oldest first.
pub fn events(tx: &mut Tx, id: StaffId, after: i32, rows: i64) -> Result<Vec<StaffEvent>> {
    let query = staff_event::table.filter(staff_event::staff_id.eq(id)).filter(staff_event::seq.gt(after));
    let query = query.order(staff_event::seq).limit(rows);
    Ok(query.select(StaffEvent::as_select()).load(tx)?)
}

/// Returns who has a history, in order, after this one.
pub fn subjects(tx: &mut Tx, after: Option<StaffId>, rows: i64) -> Result<Vec<StaffId>> {
    let after = after.unwrap_or(StaffId(Uuid::nil()));
    let query = staff::table.filter(staff::id.gt(after)).order(staff::id);
    Ok(query.select(staff::id).limit(rows).load(tx)?)
}
