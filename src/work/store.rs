//! Queries on notifications, and on what waits for decisions.

use crate::{
    departments::DepartmentId,
    feedback::{FeedbackId, PlanId},
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    schema::{feedback, handling_plan, notification, sla_clock},
    staff::StaffId,
    vocabulary::{ClockKind, FeedbackType, Measure, PlanState, Priority},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use uuid::Uuid;

/// Something that a member of staff should know.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notification, check_for_backend(Pg))]
pub struct Notification {
    /// The id.
    pub id: Uuid,
    /// What it is.
    pub kind: String,
    /// About which feedback.
    pub feedback_id: Option<FeedbackId>,
    /// More about it.
    pub detail: serde_json::Value,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

/// Where a page of notifications begins.
pub type Position = (DateTime<Utc>, Uuid);

/// Returns the newest notifications of a person after `after`.
pub fn notifications(
    tx: &mut Tx,
    staff: StaffId,
    unread: bool,
    after: Option<Position>,
    rows: i64,
) -> Result<Vec<Notification>> {
    let mut query = notification::table.filter(notification::staff_id.eq(staff)).into_boxed();
    if unread {
        query = query.filter(notification::read_at.is_null());
    }
    if let Some((at, id)) = after {
        let earlier = notification::at.lt(at).or(notification::at.eq(at).and(notification::id.lt(id)));
        query = query.filter(earlier);
    }
    Ok(query
        .order((notification::at.desc(), notification::id.desc()))
        .limit(rows)
        .select(Notification::as_select())
        .load(tx)?)
}

/// Marks a notification of a person as read; the first reading counts.
pub fn mark_read(tx: &mut Tx, staff: StaffId, id: Uuid, at: DateTime<Utc>) -> Result<Notification> {
    let own = notification::table.filter(notification::id.eq(id)).filter(notification::staff_id.eq(staff));
    diesel::update(own.filter(notification::read_at.is_null()))
        .set(notification::read_at.eq(at))
        .execute(tx)?;
    own.select(Notification::as_select()).first(tx).optional()?.ok_or(Error::NotFound("notification"))
}

/// A plan that waits for a decision.
#[derive(Clone, Debug, Queryable)]
pub struct Waiting {
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// Its number.
    pub number: String,
    /// Its type.
    pub kind: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// The department.
    pub department_id: Option<DepartmentId>,
    /// The plan.
    pub plan_id: PlanId,
    /// What is to be done.
    pub measure: Measure,
    /// The plan in words.
    pub text: String,
    /// What it rests on.
    pub basis: String,
    /// Who proposed it.
    pub proposed_by: StaffId,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// When the decision is due.
    pub due_at: Option<DateTime<Utc>>,
}

/// Returns the pending plans that somebody else proposed, oldest first, after `after`.
pub fn waiting(
    tx: &mut Tx,
    me: StaffId,
    after: Option<(DateTime<Utc>, PlanId)>,
    rows: i64,
) -> Result<Vec<Waiting>> {
    let due = sla_clock::table
        .filter(sla_clock::feedback_id.eq(feedback::id))
        .filter(sla_clock::kind.eq(ClockKind::Approval))
        .filter(sla_clock::open)
        .select(sla_clock::due_at)
        .single_value();
    let mut query = handling_plan::table
        .inner_join(feedback::table)
        .filter(handling_plan::state.eq(PlanState::Pending))
        .filter(handling_plan::proposed_by.ne(me))
        .into_boxed();
    if let Some((at, id)) = after {
        let later = handling_plan::proposed_at
            .gt(at)
            .or(handling_plan::proposed_at.eq(at).and(handling_plan::id.gt(id)));
        query = query.filter(later);
    }
    Ok(query
        .order((handling_plan::proposed_at, handling_plan::id))
        .limit(rows)
        .select((
            feedback::id,
            feedback::number,
            feedback::type_,
            feedback::priority,
            feedback::department_id,
            handling_plan::id,
            handling_plan::measure,
            handling_plan::text,
            handling_plan::basis,
            handling_plan::proposed_by,
            handling_plan::proposed_at,
            due,
        ))
        .load(tx)?)
}
