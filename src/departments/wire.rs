use super::{Department, DepartmentId};
use crate::{
    calendars::CalendarId,
    page_of,
    platform::{
        http::{body::present, reply::Resource},
        text::{Code, Name},
        time::Timestamp,
    },
    staff::StaffId,
    vocabulary::DepartmentKind,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// A new department.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DepartmentIn {
    /// What programs call it; no two departments share it.
    #[schema(example = "after_sales")]
    pub code: Code,
    /// What people call it.
    #[schema(example = "售后服务部")]
    pub name: Name,
    /// What it is there for.
    pub kind: DepartmentKind,
    /// The department above; none for a top department.
    pub parent_id: Option<DepartmentId>,
    /// Who leads it; an active department has one.
    pub head_id: Option<StaffId>,
    /// Who leads it next.
    pub deputy_id: Option<StaffId>,
    /// Its working time; the organisation's calendar where it names none.
    pub calendar_id: Option<CalendarId>,
    /// Whether it takes work; true unless said otherwise.
    #[schema(nullable = false)]
    pub active: Option<bool>,
}

/// What is to change in a department.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct DepartmentPatch {
    /// What programs call it; no two departments share it.
    #[schema(nullable = false)]
    pub code: Option<Code>,
    /// What people call it.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// What it is there for.
    #[schema(nullable = false)]
    pub kind: Option<DepartmentKind>,
    /// The department above; null makes it a top department.
    #[serde(default, deserialize_with = "present")]
    pub parent_id: Option<Option<DepartmentId>>,
    /// Who leads it; an active department has one.
    #[serde(default, deserialize_with = "present")]
    pub head_id: Option<Option<StaffId>>,
    /// Who leads it next.
    #[serde(default, deserialize_with = "present")]
    pub deputy_id: Option<Option<StaffId>>,
    /// Its working time; null gives it the organisation's calendar.
    #[serde(default, deserialize_with = "present")]
    pub calendar_id: Option<Option<CalendarId>>,
    /// Whether it takes work.
    #[schema(nullable = false)]
    pub active: Option<bool>,
}

/// A department.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DepartmentOut {
    /// Which one.
    pub id: DepartmentId,
    /// What programs call it.
    #[schema(example = "after_sales")]
    pub code: String,
    /// What people call it.
    #[schema(example = "售后服务部")]
    pub name: String,
    /// What it is there for.
    pub kind: DepartmentKind,
    /// The department above; null for a top department.
    #[schema(required = true)]
    pub parent_id: Option<DepartmentId>,
    /// Who leads it.
    #[schema(required = true)]
    pub head_id: Option<StaffId>,
    /// Who leads it next.
    #[schema(required = true)]
    pub deputy_id: Option<StaffId>,
    /// Its working time; null means the organisation's calendar.
    #[schema(required = true)]
    pub calendar_id: Option<CalendarId>,
    /// Whether it takes work.
    pub active: bool,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl From<Department> for DepartmentOut {
    fn from(row: Department) -> Self {
        Self {
            id: row.id,
            code: row.code,
            name: row.name,
            kind: row.kind,
            parent_id: row.parent_id,
            head_id: row.head_id,
            deputy_id: row.deputy_id,
            calendar_id: row.calendar_id,
            active: row.active,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Resource for DepartmentOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/departments/{}", self.id))
    }
}

page_of!(
    /// A page of departments, oldest first.
    DepartmentPage,
    DepartmentOut
);

/// Which departments are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DepartmentFilter {
    /// Only those that take work, or only those that do not.
    #[param(nullable = false)]
    pub active: Option<bool>,
    /// Only those of this kind.
    #[param(nullable = false)]
    pub kind: Option<DepartmentKind>,
    /// Only those right below this one.
    #[param(nullable = false)]
    pub parent_id: Option<DepartmentId>,
    /// Only the one with this code.
    #[param(nullable = false, max_length = 200)]
    pub code: Option<String>,
}
