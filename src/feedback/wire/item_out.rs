use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::{domain::FeedbackId, store::Summary},
    page_of,
    platform::time::Timestamp,
    staff::StaffId,
    vocabulary::{Channel, FeedbackType, Outcome, Priority, Status},
};
use serde::Serialize;
use utoipa::ToSchema;

/// One row of a list of feedback.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackItem {
    /// The id.
    pub id: FeedbackId,
    /// The number that people say.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// The customer.
    #[schema(required = true)]
    pub customer_id: Option<CustomerId>,
    /// The name of whoever said it.
    #[schema(required = true, example = "李雷")]
    pub contact_name: Option<String>,
    /// How it came in.
    pub channel: Channel,
    /// Its type.
    pub r#type: FeedbackType,
    /// Its priority.
    pub priority: Priority,
    /// A headline.
    #[schema(required = true)]
    pub subject: Option<String>,
    /// What happened.
    pub description: String,
    /// When the customer said it.
    pub received_at: Timestamp,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Its status.
    pub status: Status,
    /// How it ended.
    #[schema(required = true)]
    pub outcome: Option<Outcome>,
    /// The department that has it.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
    /// The handler who has it.
    #[schema(required = true)]
    pub handler_id: Option<StaffId>,
    /// The level of escalation.
    pub escalation_level: i32,
    /// The round.
    pub round: i32,
    /// The earliest due time of a clock that was running when it last changed.
    #[schema(required = true)]
    pub next_due_at: Option<Timestamp>,
    /// Whether a clock of it is overdue now.
    pub overdue: bool,
    /// The version.
    pub version: i64,
}

page_of!(
    /// A page of feedback.
    FeedbackPage,
    FeedbackItem
);

impl From<Summary> for FeedbackItem {
    fn from(row: Summary) -> Self {
        Self {
            id: row.id,
            number: row.number,
            customer_id: row.customer_id,
            contact_name: row.contact_name,
            channel: row.channel,
            r#type: row.kind,
            priority: row.priority,
            subject: row.subject,
            description: row.description,
            received_at: Timestamp(row.received_at),
            registered_at: Timestamp(row.registered_at),
            status: row.status,
            outcome: row.outcome,
            department_id: row.department_id,
            handler_id: row.handler_id,
            escalation_level: row.escalation_level,
            round: row.round,
            next_due_at: row.next_due_at.map(Timestamp),
            overdue: row.overdue,
            version: row.version,
        }
    }
}
