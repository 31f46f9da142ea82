use super::{Department, DepartmentId, store};
use crate::{
    calendars::{self, CalendarVersionId},
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
};

/// Returns an active department and keeps it active until the transaction is over.
///
/// Refuses: 422 `unknown_department` at `/department_id`, 409 `department_inactive`.
pub fn require_active(tx: &mut Tx, id: DepartmentId) -> Result<Department> {
    let found = store::share(tx, id)?.ok_or_else(|| unknown("/department_id"))?;
    if found.active { Ok(found) } else { Err(inactive()) }
}

/// Returns the department that takes what nobody else takes.
pub fn service_department(tx: &mut Tx) -> Result<DepartmentId> {
    store::service(tx)
}

/// Returns the newest version of the department's calendar, else of the organisation's.
pub fn calendar_of(tx: &mut Tx, department: Option<DepartmentId>) -> Result<CalendarVersionId> {
    calendars::version_for(tx, department.map(|id| id.0))
}

fn unknown(pointer: &'static str) -> Error {
    Error::field(pointer, "unknown_department", "is no department", "部门不存在")
}

fn inactive() -> Error {
    Error::conflict(
        "department_inactive",
        "The department is not active.",
        "该部门已停用。",
    )
}
