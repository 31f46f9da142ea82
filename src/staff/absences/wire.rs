//! Absences as JSON.

use super::{AbsenceId, store::Absence};
use crate::{
    page_of,
    platform::{
        http::{body::present, reply::Resource},
        time::Timestamp,
    },
    staff::StaffId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

/// A new absence.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "ends_after_it_begins"))]
pub struct AbsenceIn {
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub to: Timestamp,
    /// Who stands in: another active member of staff.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<StaffId>)]
    pub substitute_id: Option<Option<StaffId>>,
}

fn ends_after_it_begins(input: &AbsenceIn) -> Result<(), ValidationError> {
    if input.from < input.to {
        return Ok(());
    }
    let mut error =
        ValidationError::new("not_after_from").with_message("must be after `from`|必须晚于 from".into());
    error.add_param("pointer".into(), &"/to");
    Err(error)
}

/// An absence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AbsenceOut {
    /// Which one.
    pub id: AbsenceId,
    /// Who is away.
    pub staff_id: StaffId,
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub to: Timestamp,
    /// Who stands in.
    #[schema(required = true)]
    pub substitute_id: Option<StaffId>,
}

impl From<Absence> for AbsenceOut {
    fn from(absence: Absence) -> Self {
        Self {
            id: absence.id,
            staff_id: absence.staff_id,
            from: absence.from_at.into(),
            to: absence.to_at.into(),
            substitute_id: absence.substitute_id,
        }
    }
}

impl Resource for AbsenceOut {}

page_of!(
    /// One page of somebody's absences, the latest first.
    AbsencePage, AbsenceOut
);

/// No filter.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoAbsenceFilter {}
