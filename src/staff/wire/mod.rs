//! Staff as JSON.

mod history;
mod text;

pub use history::{NoStaffFilter, StaffEventOut, StaffEventPage};
pub use text::{Email, NewPassword};

use super::{
    domain::{StaffId, StaffRole},
    store::Staff,
};
use crate::{
    departments::DepartmentId,
    page_of,
    platform::{
        http::{body::present, reply::Resource},
        text::Name,
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

/// A new member of staff.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "password_of_new"))]
pub struct StaffIn {
    /// Signs in with it; nobody else has it.
    pub email: Email,
    /// What people call them.
    #[schema(example = "李娜")]
    pub display_name: Name,
    /// What they are there for.
    pub role: StaffRole,
    /// Where they work. Handlers and heads without one see no feedback.
    pub department_id: Option<DepartmentId>,
    /// Whether they may sign in and be given work.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub active: bool,
    /// How much open feedback they should have at most; null for no limit.
    #[schema(minimum = 0, maximum = 10000)]
    pub capacity: Option<i32>,
    /// The first password; may be used as it is.
    pub password: NewPassword,
}

fn yes() -> bool {
    true
}

fn password_of_new(input: &StaffIn) -> Result<(), ValidationError> {
    input.password.check(Some(&input.email.0), "/password")
}

/// What changes about a member of staff.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
#[validate(schema(function = "password_of_patch"))]
pub struct StaffPatch {
    /// Signs in with it; nobody else has it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub email: Option<Email>,
    /// What people call them.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub display_name: Option<Name>,
    /// What they are there for; tokens of before are refused.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub role: Option<StaffRole>,
    /// Where they work; tokens of before are refused.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DepartmentId>)]
    pub department_id: Option<Option<DepartmentId>>,
    /// How much open feedback they should have at most; null for no limit.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10000)]
    pub capacity: Option<Option<i32>>,
    /// A new password; ends all sessions of the person.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub password: Option<NewPassword>,
}

fn password_of_patch(input: &StaffPatch) -> Result<(), ValidationError> {
    let email = input.email.as_ref().map(|email| email.0.as_str());
    input.password.as_ref().map_or(Ok(()), |password| password.check(email, "/password"))
}

/// A step that needs nothing but its name.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StaffStepIn {}

/// A member of staff.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StaffOut {
    /// Who it is.
    pub id: StaffId,
    /// Signs in with it.
    #[schema(example = "li.na@example.com")]
    pub email: String,
    /// What people call them.
    #[schema(example = "李娜")]
    pub display_name: String,
    /// What they are there for.
    pub role: StaffRole,
    /// Where they work.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
    /// Whether they may sign in and be given work.
    pub active: bool,
    /// How much open feedback they should have at most.
    #[schema(required = true)]
    pub capacity: Option<i32>,
    /// Grows with every change.
    #[schema(example = 1)]
    pub version: i64,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they changed last.
    pub updated_at: Timestamp,
}

impl From<Staff> for StaffOut {
    fn from(staff: Staff) -> Self {
        Self {
            id: staff.id,
            email: staff.email,
            display_name: staff.display_name,
            role: staff.role,
            department_id: staff.department_id,
            active: staff.active,
            capacity: staff.capacity,
            version: staff.version,
            created_at: staff.created_at.into(),
            updated_at: staff.updated_at.into(),
        }
    }
}

impl Resource for StaffOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/staff/{}", self.id))
    }
}

page_of!(
    /// One page of staff, by the time of their making.
    StaffPage, StaffOut
);

/// Which staff are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StaffFilter {
    /// A part of the name or the e-mail.
    #[param(nullable = false, min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// Only of this role.
    #[param(nullable = false)]
    pub role: Option<StaffRole>,
    /// Only of this department itself.
    #[param(nullable = false)]
    pub department_id: Option<DepartmentId>,
    /// Only those who may sign in, or only the others.
    #[param(nullable = false)]
    pub active: Option<bool>,
}
