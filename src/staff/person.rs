//! A member of staff as other slices see one.

use super::StaffId;
use crate::{departments::DepartmentId, platform::auth::Role};

/// A member of staff as other slices see one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who it is.
    pub id: StaffId,
    /// What people call them.
    pub display_name: String,
    /// What they are there for.
    pub role: Role,
    /// Where they work.
    pub department_id: Option<DepartmentId>,
    /// Whether they may sign in and be given work.
    pub active: bool,
}
