use crate::{
    departments::DepartmentId,
    feedback::{FeedbackId, PlanId},
    page_of,
    platform::{http::reply::Resource, time::Timestamp},
    staff::StaffId,
    vocabulary::{FeedbackType, Measure, Priority},
    work::store::{Notification, Waiting},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A plan that waits for my decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaitingApproval {
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// Its number.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// Its type.
    pub r#type: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// The department.
    #[schema(required = true)]
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
    pub proposed_at: Timestamp,
    /// When the decision is due.
    #[schema(required = true)]
    pub due_at: Option<Timestamp>,
    /// Whether I am the one who is asked; else I may decide too.
    pub asked: bool,
}

impl WaitingApproval {
    /// Returns a waiting plan for somebody who is `asked`, or may decide too.
    pub fn of(row: Waiting, asked: bool) -> Self {
        Self {
            feedback_id: row.feedback_id,
            number: row.number,
            r#type: row.kind,
            priority: row.priority,
            department_id: row.department_id,
            plan_id: row.plan_id,
            measure: row.measure,
            text: row.text,
            basis: row.basis,
            proposed_by: row.proposed_by,
            proposed_at: Timestamp(row.proposed_at),
            due_at: row.due_at.map(Timestamp),
            asked,
        }
    }
}

page_of!(
    /// A page of plans that wait for my decision, oldest first.
    ApprovalPage,
    WaitingApproval
);

/// Something that I should know.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotificationOut {
    /// The id.
    pub id: Uuid,
    /// What it is.
    #[schema(example = "approval_wanted")]
    pub kind: String,
    /// About which feedback.
    #[schema(required = true)]
    pub feedback_id: Option<FeedbackId>,
    /// More about it.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// When.
    pub at: Timestamp,
    /// When I read it.
    #[schema(required = true)]
    pub read_at: Option<Timestamp>,
}

impl Resource for NotificationOut {}

impl From<Notification> for NotificationOut {
    fn from(row: Notification) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            feedback_id: row.feedback_id,
            detail: row.detail,
            at: Timestamp(row.at),
            read_at: row.read_at.map(Timestamp),
        }
    }
}

page_of!(
    /// A page of notifications, newest first.
    NotificationPage,
    NotificationOut
);
