use super::{
    Department, DepartmentId,
    domain::{Refusal, SERVICE},
    store,
    wire::{DepartmentIn, DepartmentPatch},
};
use crate::{
    calendars::{self, CalendarVersionId},
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            command::Command,
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
    staff::{self, StaffId},
};

/// Returns an active department and keeps it active until the transaction is over.
///
/// Refuses: 422 `unknown_department` at `/department_id`, 409 `department_inactive`.
pub fn require_active(tx: &mut Tx, id: DepartmentId) -> Result<Department> {
    active_at(tx, id, "/department_id")
}

/// Returns whether a department is active, and keeps it so until the transaction is over.
pub fn share_active(tx: &mut Tx, id: DepartmentId) -> Result<bool> {
    Ok(store::share(tx, id)?.is_some_and(|found| found.active))
}

/// Returns the department that takes what nobody else takes.
pub fn service_department(tx: &mut Tx) -> Result<DepartmentId> {
    store::service(tx)
}

/// Returns the newest version of the department's calendar, else of the organisation's.
pub fn calendar_of(tx: &mut Tx, department: Option<DepartmentId>) -> Result<CalendarVersionId> {
    calendars::version_for(tx, department.map(|id| id.0))
}

/// Writes a new department as it is given; for the defaults.
pub fn insert(tx: &mut Tx, row: &Department) -> Result<()> {
    store::insert(tx, row)
}

/// Creates a department.
pub fn create(tx: &mut Tx, actor: &Actor, input: &DepartmentIn) -> Result<Department> {
    store::one_at_a_time(tx)?;
    let made = Department {
        id: ids::next().into(),
        code: input.code.to_string(),
        name: input.name.to_string(),
        kind: input.kind,
        parent_id: input.parent_id,
        head_id: input.head_id,
        deputy_id: input.deputy_id,
        calendar_id: input.calendar_id,
        active: input.active.unwrap_or(true),
        version: 1,
        created_at: actor.at,
        updated_at: actor.at,
    };
    check_new(tx, None, &made)?;
    store::insert(tx, &made)?;
    Ok(made)
}

/// Changes a department.
pub fn update(
    tx: &mut Tx,
    actor: &Actor,
    id: DepartmentId,
    command: &Command<DepartmentPatch>,
) -> Result<Department> {
    let old = lock(tx, id, &command.expected)?;
    let new = patched(&old, &command.input);
    change(tx, actor, &old, new)
}

/// Activates or deactivates a department.
pub fn set_active(
    tx: &mut Tx,
    actor: &Actor,
    id: DepartmentId,
    expected: &Expected,
    active: bool,
) -> Result<Department> {
    let old = lock(tx, id, expected)?;
    let new = Department { active, ..old.clone() };
    change(tx, actor, &old, new)
}

/// Writes what changed; a department that stays as it is keeps its version.
fn change(tx: &mut Tx, actor: &Actor, old: &Department, new: Department) -> Result<Department> {
    if *old == new {
        return Ok(new);
    }
    if old.code == SERVICE && (new.code != SERVICE || !new.active) {
        return Err(Refusal::ServiceRequired.into());
    }
    check_new(tx, Some(old), &new)?;
    if old.active && !new.active {
        refuse_while_needed(tx, old.id)?;
    }
    let row = Department { version: old.version.saturating_add(1), updated_at: actor.at, ..new };
    store::save(tx, &row)?;
    Ok(row)
}

/// Checks what a department refers to, where it is new or where it matters anew.
fn check_new(tx: &mut Tx, old: Option<&Department>, new: &Department) -> Result<()> {
    let woken = new.active && old.is_none_or(|old| !old.active);
    if new.active && new.head_id.is_none() {
        return Err(Refusal::HeadRequired.into());
    }
    let head = old.and_then(|old| old.head_id).filter(|_| !woken);
    if let Some(id) = new.head_id.filter(|id| Some(*id) != head) {
        require_staff(tx, id, "/head_id")?;
    }
    let deputy = old.and_then(|old| old.deputy_id).filter(|_| !woken);
    if let Some(id) = new.deputy_id.filter(|id| Some(*id) != deputy) {
        require_staff(tx, id, "/deputy_id")?;
    }
    let parent = old.and_then(|old| old.parent_id).filter(|_| !woken);
    if let Some(id) = new.parent_id.filter(|id| Some(*id) != parent) {
        require_parent(tx, new, id)?;
    }
    let calendar = old.and_then(|old| old.calendar_id);
    if let Some(id) = new.calendar_id.filter(|id| Some(*id) != calendar) {
        calendars::require_active(tx, id)?;
    }
    Ok(())
}

fn require_parent(tx: &mut Tx, new: &Department, parent: DepartmentId) -> Result<()> {
    if parent == new.id {
        return Err(Refusal::Cycle.into());
    }
    if new.active {
        active_at(tx, parent, "/parent_id").map(|_| ())
    } else {
        let found = store::share(tx, parent)?;
        found.map(|_| ()).ok_or_else(|| unknown("/parent_id"))
    }
}

fn refuse_while_needed(tx: &mut Tx, id: DepartmentId) -> Result<()> {
    let open = store::open_feedback(tx, id)?;
    if open > 0 {
        return Err(Error::from(Refusal::OpenFeedback).with("count", open));
    }
    let children = store::active_children(tx, id)?;
    if children > 0 {
        return Err(Error::from(Refusal::ActiveChildren).with("count", children));
    }
    Ok(())
}

fn lock(tx: &mut Tx, id: DepartmentId, expected: &Expected) -> Result<Department> {
    store::one_at_a_time(tx)?;
    let found = store::lock(tx, id)?.ok_or(Error::NotFound("department"))?;
    expected.check(found.version)?;
    Ok(found)
}

fn patched(old: &Department, patch: &DepartmentPatch) -> Department {
    Department {
        code: patch.code.as_ref().map_or_else(|| old.code.clone(), |code| code.to_string()),
        name: patch.name.as_ref().map_or_else(|| old.name.clone(), |name| name.to_string()),
        kind: patch.kind.unwrap_or(old.kind),
        parent_id: patch.parent_id.unwrap_or(old.parent_id),
        head_id: patch.head_id.unwrap_or(old.head_id),
        deputy_id: patch.deputy_id.unwrap_or(old.deputy_id),
        calendar_id: patch.calendar_id.unwrap_or(old.calendar_id),
        active: patch.active.unwrap_or(old.active),
        ..old.clone()
    }
}

fn active_at(tx: &mut Tx, id: DepartmentId, pointer: &'static str) -> Result<Department> {
    let found = store::share(tx, id)?.ok_or_else(|| unknown(pointer))?;
    if found.active { Ok(found) } else { Err(Refusal::Inactive.into()) }
}

fn require_staff(tx: &mut Tx, id: StaffId, pointer: &'static str) -> Result<()> {
    let refusal = || Error::field(pointer, "unknown_staff", "is no active member of staff", "不是在职员工");
    staff::share_active(tx, id)?.map(|_| ()).ok_or_else(refusal)
}

fn unknown(pointer: &'static str) -> Error {
    Error::field(pointer, "unknown_department", "is no department", "部门不存在")
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (code, zh) = (refusal.code(), refusal.chinese());
        match refusal {
            Refusal::HeadRequired => Error::field("/head_id", code, refusal.to_string(), zh),
            _ => Error::conflict(code, refusal.to_string(), zh),
        }
    }
}
