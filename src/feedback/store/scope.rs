//! Which rows of feedback somebody may see.
//!
//! What is or was dispatched to their department, to one that they lead or stand in for whoever leads, or to one
//! below; what they handle; what its level has called them to; and, for whoever is in the chain of the department
//! `service`, what has no department. The table `feedback_sight` says it for all, kept by triggers, so that lists
//! and reads agree.

use crate::{
    departments::DepartmentId,
    feedback::domain::FeedbackId,
    platform::{
        auth::Sight,
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{feedback, feedback_sight as sight},
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{auto_type, exists},
    prelude::*,
    sql_types::{Array, Bool, Nullable, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

diesel::define_sql_function! {
    /// Tells whether a person sees a feedback that a department holds.
    fn sees_feedback(
        one: SqlUuid,
        held_by: Nullable<SqlUuid>,
        person: SqlUuid,
        department: Nullable<SqlUuid>,
        moment: Timestamptz,
    ) -> Bool;
}

/// Returns the condition that somebody sees a row that is found by other means.
#[auto_type(no_type_alias)]
pub(super) fn seen(all: bool, person: Uuid, department: Option<Uuid>, moment: DateTime<Utc>) -> _ {
    let all: diesel::dsl::AsExprOf<bool, Bool> = all.into_sql::<Bool>();
    all.or(sees_feedback(feedback::id, feedback::department_id, person, department, moment))
}

/// Returns the condition that a row was shown to one of these viewers: what a list goes by.
#[auto_type(no_type_alias)]
pub(super) fn shown_to(viewers: Vec<Uuid>) -> _ {
    exists(sight::table.filter(sight::feedback_id.eq(feedback::id)).filter(sight::viewer_id.eq_any(viewers)))
}

/// Where somebody stands towards all feedback.
#[derive(Clone, Debug, Queryable)]
pub struct Place {
    /// Under which ids they see it.
    pub viewers: Vec<Uuid>,
    /// Whether they see what has no department.
    pub leads_service: bool,
    /// The departments that they lead, or stand in for whoever leads.
    pub leads: Vec<DepartmentId>,
    /// The open feedback whose level has called them.
    pub called_to: Vec<FeedbackId>,
}

static_query! {
    /// Finds where somebody stands towards all feedback.
    struct Standing {
        person: Uuid => SqlUuid, department: Option<Uuid> => Nullable<SqlUuid>, at: DateTime<Utc> => Timestamptz
    } -> (Array<SqlUuid>, Bool, Array<SqlUuid>, Array<SqlUuid>) =
        "SELECT viewers_of($person, $department, $at), leads_service($person, $at), \
         ARRAY(SELECT departments_led_by($person, $at)), \
         ARRAY(SELECT s.feedback_id FROM feedback_sight s JOIN feedback f ON f.id = s.feedback_id \
           WHERE s.viewer_id = $person AND s.why = 'called' AND f.status NOT IN ('closed', 'merged', 'cancelled'))"
}

/// Returns where somebody stands towards all feedback.
pub(super) fn place(tx: &mut Tx, sight: Sight) -> Result<Place> {
    Ok(Standing { person: sight.person, department: sight.department, at: sight.at }.get_result(tx)?)
}

/// Returns whether the level of a feedback has called a person (T18).
pub fn is_called(tx: &mut Tx, id: FeedbackId, person: StaffId) -> Result<bool> {
    let called = sight::table.find((id, person.0, "called"));
    Ok(diesel::select(exists(called)).get_result(tx)?)
}
