use crate::{
    codes,
    departments::DepartmentId,
    feedback::{FeedbackId, PlanId},
    loyalty::AdjustmentOut,
    page_of,
    platform::{http::reply::Resource, time::Timestamp},
    vocabulary::{FeedbackType, Measure, Priority},
    work::store::{Notification, Waiting},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

codes! {
    /// What waits for a decision.
    pub enum ApprovalKind = "approval_kind" {
        Plan = "plan", "A handling plan", "处理方案";
        PointsAdjustment = "points_adjustment", "An adjustment of points", "积分调整";
    }
}

/// What waits for my decision: a plan of somebody's feedback, or an adjustment of somebody's points.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaitingApproval {
    /// What it is.
    pub kind: ApprovalKind,
    /// The feedback of a plan.
    #[schema(required = true)]
    pub feedback_id: Option<FeedbackId>,
    /// The feedback's number.
    #[schema(required = true, example = "FB-20260109-000001")]
    pub number: Option<String>,
    /// The feedback's type.
    #[schema(required = true)]
    pub r#type: Option<FeedbackType>,
    /// The feedback's priority.
    #[schema(required = true)]
    pub priority: Option<Priority>,
    /// The feedback's department.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
    /// The plan.
    #[schema(required = true)]
    pub plan_id: Option<PlanId>,
    /// What is to be done by the plan.
    #[schema(required = true)]
    pub measure: Option<Measure>,
    /// The plan, or the reason of the adjustment, in words.
    pub text: String,
    /// What the plan rests on.
    #[schema(required = true)]
    pub basis: Option<String>,
    /// The adjustment.
    #[schema(required = true)]
    pub adjustment: Option<AdjustmentOut>,
    /// Who proposed it: a member of staff, or for an adjustment a program too.
    #[schema(required = true)]
    pub proposed_by: Option<Uuid>,
    /// When.
    pub proposed_at: Timestamp,
    /// When the decision is due.
    #[schema(required = true)]
    pub due_at: Option<Timestamp>,
    /// Whether I am the one who is asked; else I may decide too.
    pub asked: bool,
    #[serde(skip)]
    id: Uuid,
}

impl WaitingApproval {
    /// Returns a waiting plan for somebody who is `asked`, or may decide too.
    pub fn plan(row: Waiting, asked: bool) -> Self {
        Self {
            kind: ApprovalKind::Plan,
            feedback_id: Some(row.feedback_id),
            number: Some(row.number),
            r#type: Some(row.kind),
            priority: Some(row.priority),
            department_id: row.department_id,
            plan_id: Some(row.plan_id),
            measure: Some(row.measure),
            text: row.text,
            basis: Some(row.basis),
            adjustment: None,
            proposed_by: Some(row.proposed_by.0),
            proposed_at: Timestamp(row.proposed_at),
            due_at: row.due_at.map(Timestamp),
            asked,
            id: row.plan_id.0,
        }
    }

    /// Returns a waiting adjustment.
    pub fn adjustment(row: AdjustmentOut) -> Self {
        Self {
            kind: ApprovalKind::PointsAdjustment,
            feedback_id: None,
            number: None,
            r#type: None,
            priority: None,
            department_id: None,
            plan_id: None,
            measure: None,
            text: row.reason.clone(),
            basis: None,
            proposed_by: row.requested_by,
            proposed_at: row.requested_at,
            due_at: None,
            asked: true,
            id: row.id.0,
            adjustment: Some(row),
        }
    }

    /// Returns where it stands in the list.
    pub fn position(&self) -> (Timestamp, Uuid) {
        (self.proposed_at, self.id)
    }
}

page_of!(
    /// A page of what waits for my decision, oldest first.
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
