//! What can be done to staff: lock, decide, store, and write it into the history.

use super::{
    domain::{Refusal, StaffEventKind, StaffId, StaffRole, normalised_email},
    history,
    store::{self, Staff},
    wire::{StaffIn, StaffPatch},
};
use crate::platform::{
    auth::Actor,
    db::Tx,
    http::{
        precondition::Expected,
        problem::{Error, Result},
    },
    ids,
};
use serde_json::{Map, Value, json};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        match refusal {
            Refusal::EmailTaken => {
                Self::conflict(code, "Somebody else has this e-mail address.", "该邮箱已被使用。")
            }
            Refusal::LastAdmin => {
                Self::conflict(code, "This is the last active administrator.", "这是最后一位启用的管理员。")
            }
            Refusal::HasOpenFeedback { feedback, departments } => Self::conflict(
                code,
                format!(
                    "This person handles {feedback} open feedback and alone leads {departments} departments. \
                     Hand them over first."
                ),
                format!("该人员仍在处理 {feedback} 件未结反馈，并独自负责 {departments} 个部门，请先移交。"),
            )
            .with("count", feedback),
            Refusal::Substitute => {
                Self::field("/substitute_id", code, "is no other active member of staff", "不是其他在职人员")
            }
        }
    }
}

fn constraints() -> [(&'static str, Error); 3] {
    let unknown = Error::field("/department_id", "unknown_department", "is no department", "没有这个部门");
    [
        ("staff_email_normalised_key", Refusal::EmailTaken.into()),
        ("staff_department_id_fkey", unknown),
        ("staff_last_admin_check", Refusal::LastAdmin.into()),
    ]
}

/// Adds a member of staff. Refuses: `email_taken`, `unknown_department`.
pub fn create(tx: &mut Tx, actor: &Actor, input: &StaffIn, password_hash: &str) -> Result<Staff> {
    let staff = Staff {
        id: StaffId(ids::next()),
        email: input.email.0.trim().to_owned(),
        email_normalised: normalised_email(&input.email.0),
        display_name: input.display_name.0.clone(),
        role: input.role,
        department_id: input.department_id,
        active: input.active,
        capacity: input.capacity,
        password_hash: password_hash.to_owned(),
        epoch: 1,
        version: 1,
        created_at: actor.at,
        updated_at: actor.at,
    };
    store::insert(tx, &staff, constraints())?;
    let payload = json!({
        "role": staff.role, "department_id": staff.department_id, "active": staff.active,
    });
    history::append(tx, actor, staff.id, StaffEventKind::Created, payload)?;
    Ok(staff)
}

/// Changes fields of a member of staff. Refuses: `email_taken`, `unknown_department`, `last_admin`.
pub fn change(
    tx: &mut Tx,
    actor: &Actor,
    id: StaffId,
    input: &StaffPatch,
    expected: &Expected,
    password_hash: Option<&str>,
) -> Result<Staff> {
    let (before, other_admins) = store::lock_with_admins(tx, id)?;
    expected.check(before.version)?;
    let mut after = patched(&before, input, password_hash);
    if after == before {
        return Ok(before);
    }
    if before.active && before.role == StaffRole::Admin && after.role != StaffRole::Admin && other_admins == 0
    {
        return Err(Refusal::LastAdmin.into());
    }
    let rights = |staff: &Staff| (staff.role, staff.department_id, staff.password_hash.clone());
    if rights(&after) != rights(&before) {
        after.epoch = before.epoch.saturating_add(1);
    }
    let kind = match password_hash {
        Some(_) => StaffEventKind::PasswordReset,
        None => StaffEventKind::Changed,
    };
    let payload = difference(&before, &after);
    put(tx, actor, after, kind, payload)
}

/// Lets a member of staff sign in again.
pub fn activate(tx: &mut Tx, actor: &Actor, id: StaffId, expected: &Expected) -> Result<Staff> {
    let mut staff = store::lock(tx, id)?;
    expected.check(staff.version)?;
    if staff.active {
        return Ok(staff);
    }
    staff.active = true;
    staff.epoch = staff.epoch.saturating_add(1);
    put(tx, actor, staff, StaffEventKind::Activated, json!({}))
}

/// Ends all access of a member of staff. Refuses: `last_admin`, `staff_has_open_feedback`.
pub fn deactivate(tx: &mut Tx, actor: &Actor, id: StaffId, expected: &Expected) -> Result<Staff> {
    let (mut staff, other_admins) = store::lock_with_admins(tx, id)?;
    expected.check(staff.version)?;
    if !staff.active {
        return Ok(staff);
    }
    if staff.role == StaffRole::Admin && other_admins == 0 {
        return Err(Refusal::LastAdmin.into());
    }
    let (feedback, departments) = store::count_duties(tx, id)?;
    if feedback > 0 || departments > 0 {
        return Err(Refusal::HasOpenFeedback { feedback, departments }.into());
    }
    staff.active = false;
    staff.epoch = staff.epoch.saturating_add(1);
    put(tx, actor, staff, StaffEventKind::Deactivated, json!({}))
}

/// Sets the password that a person chose, whose row is locked; ends all sessions of before.
pub fn set_password(tx: &mut Tx, actor: &Actor, mut staff: Staff, password_hash: &str) -> Result<Staff> {
    staff.password_hash = password_hash.to_owned();
    staff.epoch = staff.epoch.saturating_add(1);
    put(tx, actor, staff, StaffEventKind::PasswordChanged, json!({}))
}

fn put(tx: &mut Tx, actor: &Actor, mut staff: Staff, kind: StaffEventKind, payload: Value) -> Result<Staff> {
    staff.version = staff.version.saturating_add(1);
    staff.updated_at = actor.at;
    store::set(tx, &staff, constraints())?;
    history::append(tx, actor, staff.id, kind, payload)?;
    Ok(staff)
}

fn patched(before: &Staff, input: &StaffPatch, password_hash: Option<&str>) -> Staff {
    let mut after = before.clone();
    if let Some(email) = &input.email {
        after.email = email.0.trim().to_owned();
        after.email_normalised = normalised_email(&email.0);
    }
    if let Some(name) = &input.display_name {
        after.display_name.clone_from(&name.0);
    }
    after.role = input.role.unwrap_or(after.role);
    after.department_id = input.department_id.unwrap_or(after.department_id);
    after.capacity = input.capacity.unwrap_or(after.capacity);
    if let Some(hash) = password_hash {
        after.password_hash = hash.to_owned();
    }
    after
}

/// Returns which fields changed, with the new codes and ids; words stay out of the history.
fn difference(before: &Staff, after: &Staff) -> Value {
    let mut changed = Vec::new();
    let mut payload = Map::new();
    let mut note = |name: &'static str, differs: bool, now: Option<Value>| {
        if differs {
            changed.push(name);
            payload.extend(now.map(|value| (name.to_owned(), value)));
        }
    };
    note("email", before.email != after.email, None);
    note("display_name", before.display_name != after.display_name, None);
    note("role", before.role != after.role, Some(json!(after.role)));
    let moved = before.department_id != after.department_id;
    note("department_id", moved, Some(json!(after.department_id)));
    let resized = before.capacity != after.capacity;
    note("capacity", resized, Some(json!(after.capacity)));
    payload.insert("changed".into(), json!(changed));
    Value::Object(payload)
}
