use crate::{
    calendars::CalendarVersionId,
    departments::{
        DepartmentId,
        domain::{self, Place, Rung, Stander, Standing},
    },
    platform::{
        auth::Role,
        db::{Tx, static_query},
        http::problem::Result,
    },
    staff::{Person, StaffId},
};
use chrono::{DateTime, Utc};
use diesel::{RunQueryDsl, sql_types::*};
use uuid::Uuid as Id;

static_query! {
    /// Lists a department and those above it, upward.
    pub struct Upward { department: Id => Uuid } -> (Uuid, Nullable<Uuid>, Nullable<Uuid>) =
        "SELECT d.id, d.head_id, d.deputy_id FROM department_tree t JOIN department d ON d.id = t.ancestor_id \
         WHERE t.descendant_id = $department ORDER BY t.depth"
}

static_query! {
    /// Lists people and all who stand in for them at an instant, with who stands in for each.
    pub struct Standings { people: Vec<Id> => Array<Uuid>, at: DateTime<Utc> => Timestamptz }
        -> (Uuid, Text, Text, Nullable<Uuid>, Bool, Bool, Nullable<Uuid>) =
        "WITH RECURSIVE away AS ( \
           SELECT DISTINCT ON (staff_id) staff_id, substitute_id FROM staff_absence \
           WHERE from_at <= $at AND $at < to_at ORDER BY staff_id, from_at DESC, id DESC \
         ), line AS ( \
           SELECT unnest($people) AS id \
           UNION SELECT away.substitute_id FROM line JOIN away ON away.staff_id = line.id WHERE away.substitute_id IS NOT NULL \
         ) SELECT s.id, s.display_name, s.role, s.department_id, s.active, away.staff_id IS NULL, away.substitute_id \
           FROM line JOIN staff s ON s.id = line.id LEFT JOIN away ON away.staff_id = s.id"
}

type StandingRow = (StaffId, String, Role, Option<DepartmentId>, bool, bool, Option<StaffId>);

/// Returns who stands for a department at an instant, from it upward.
pub fn chain(tx: &mut Tx, department: DepartmentId, at: DateTime<Utc>) -> Result<Vec<Rung>> {
    let rows: Vec<(DepartmentId, Option<StaffId>, Option<StaffId>)> =
        Upward { department: department.0 }.load(tx)?;
    let place = |(department_id, head, deputy)| Place { department_id, head, deputy };
    let places: Vec<Place> = rows.into_iter().map(place).collect();
    let named = places.iter().flat_map(|place| [place.head, place.deputy]);
    let people = named.flatten().map(|id| id.0).collect();
    let rows: Vec<StandingRow> = Standings { people, at }.load(tx)?;
    Ok(domain::chain(&places, &rows.into_iter().map(standing).collect()))
}

static_query! {
    /// Lists the active administrators, the oldest first.
    struct Administrators {} -> Uuid =
        "SELECT id FROM staff WHERE role = 'admin' AND active ORDER BY created_at, id"
}

/// Returns the active administrators, the oldest first: who is called where a chain ends.
pub fn administrators(tx: &mut Tx, at: DateTime<Utc>) -> Result<Vec<Stander>> {
    let ids: Vec<StaffId> = Administrators {}.load(tx)?;
    let rows: Vec<StandingRow> = Standings { people: ids.iter().map(|id| id.0).collect(), at }.load(tx)?;
    let place =
        |id: &StaffId| Place { department_id: DepartmentId(Id::nil()), head: Some(*id), deputy: None };
    let places: Vec<Place> = ids.iter().map(place).collect();
    let rungs = domain::chain(&places, &rows.into_iter().map(standing).collect());
    Ok(rungs.into_iter().filter_map(|rung| rung.head).collect())
}

static_query! {
    /// Tells whether a department is active.
    struct IsActive { department: Id => Uuid } -> Bool =
        "SELECT coalesce((SELECT active FROM department WHERE id = $department), false)"
}

/// Returns whether a department is active.
pub fn is_active(tx: &mut Tx, department: DepartmentId) -> Result<bool> {
    Ok(IsActive { department: department.0 }.get_result(tx)?)
}

fn standing(row: StandingRow) -> (StaffId, Standing) {
    let (id, display_name, role, department_id, active, present, substitute) = row;
    let person = Person { id, display_name, role, department_id, active };
    (id, Standing { person, present, substitute })
}

static_query! {
    /// Lists the departments that have a calendar of their own, with its newest version.
    struct OwnCalendars {} -> (Uuid, Uuid) =
        "SELECT d.id, v.id FROM department d JOIN LATERAL ( \
           SELECT id FROM calendar_version WHERE calendar_id = d.calendar_id ORDER BY number DESC LIMIT 1) v ON true"
}

/// Returns the departments that have a calendar of their own, with its newest version.
pub fn own_calendars(tx: &mut Tx) -> Result<Vec<(DepartmentId, CalendarVersionId)>> {
    Ok(OwnCalendars {}.load(tx)?)
}
