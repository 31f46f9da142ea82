use super::ClockOut;
use crate::{
    customers::CustomerId,
    departments::DepartmentId,
    feedback::{
        actions::View,
        domain::{FeedbackId, Step},
        store::{Detail, Feedback},
    },
    platform::{http::reply::Resource, time::Timestamp},
    staff::StaffId,
    vocabulary::{Channel, FeedbackType, Outcome, Priority, PriorityReason, Status},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How to reach whoever said it, as it was at the registration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactOut {
    /// The name.
    #[schema(required = true, example = "李雷")]
    pub name: Option<String>,
    /// The telephone number.
    #[schema(required = true, example = "13800138000")]
    pub phone: Option<String>,
    /// The e-mail address.
    #[schema(required = true, example = "li@example.com")]
    pub email: Option<String>,
}

/// A feedback as it is now: what is true about time is computed from the time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackOut {
    /// The id.
    pub id: FeedbackId,
    /// The number that people say.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// The customer; null while it is not known who it is.
    #[schema(required = true)]
    pub customer_id: Option<CustomerId>,
    /// How to reach whoever said it.
    pub contact: ContactOut,
    /// How it came in.
    pub channel: Channel,
    /// Over which channel the customer wants the result.
    pub reply_channel: Channel,
    /// Its type.
    pub r#type: FeedbackType,
    /// A finer type.
    #[schema(required = true)]
    pub subtype: Option<String>,
    /// Its priority.
    pub priority: Priority,
    /// Why it has that priority.
    pub priority_reasons: Vec<PriorityReason>,
    /// A headline.
    #[schema(required = true, example = "房间隔音太差")]
    pub subject: Option<String>,
    /// What happened.
    #[schema(example = "早上六点多就被马路上的车声吵醒，无法入睡。")]
    pub description: String,
    /// What the customer wants.
    #[schema(example = "希望更换安静的房间。")]
    pub demand: String,
    /// Whether somebody may come to harm.
    pub safety_risk: bool,
    /// Whether many have the same problem.
    pub batch_problem: bool,
    /// Whether it may become a public matter.
    pub public_opinion_risk: bool,
    /// The product.
    #[schema(required = true)]
    pub product_ref: Option<String>,
    /// The order.
    #[schema(required = true)]
    pub order_ref: Option<String>,
    /// Free members.
    #[schema(value_type = Object)]
    pub custom: serde_json::Value,
    /// When the customer said it.
    pub received_at: Timestamp,
    /// When it was registered: service levels count from here.
    pub registered_at: Timestamp,
    /// Who registered it; null where the customer or the product did.
    #[schema(required = true)]
    pub registered_by: Option<Uuid>,
    /// Its status.
    pub status: Status,
    /// Since when it has that status.
    pub status_since: Timestamp,
    /// How it ended.
    #[schema(required = true)]
    pub outcome: Option<Outcome>,
    /// When it ended.
    #[schema(required = true)]
    pub closed_at: Option<Timestamp>,
    /// The department that has it.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
    /// The handler who has it.
    #[schema(required = true)]
    pub handler_id: Option<StaffId>,
    /// The department that the routing rules chose at the registration.
    #[schema(required = true)]
    pub suggested_department_id: Option<DepartmentId>,
    /// Whether no routing rule fitted.
    pub unrouted: bool,
    /// The level of escalation, 0 to 3.
    #[schema(minimum = 0, maximum = 3)]
    pub escalation_level: i32,
    /// Whether it was to be raised above the highest level.
    pub max_level: bool,
    /// The round: it grows when the customer is dissatisfied or the case is reopened.
    #[schema(minimum = 1)]
    pub round: i32,
    /// When the present status ends by itself.
    #[schema(required = true)]
    pub waits_until: Option<Timestamp>,
    /// Whether the last waiting ended by itself.
    pub timed_out: bool,
    /// The cancelled feedback that it comes from.
    #[schema(required = true)]
    pub parent_id: Option<FeedbackId>,
    /// The survivor of a merge.
    #[schema(required = true)]
    pub merged_into_id: Option<FeedbackId>,
    /// The earliest due time of a running clock.
    #[schema(required = true)]
    pub next_due_at: Option<Timestamp>,
    /// The clocks of the present round, and those that are still open from before.
    pub clocks: Vec<ClockOut>,
    /// What the caller may do now.
    pub allowed_actions: Vec<Step>,
    /// The version, as in the `ETag`.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl FeedbackOut {
    /// Returns a case as it is at `now`.
    pub fn of(view: View, now: DateTime<Utc>) -> Self {
        let View { case, allowed } = view;
        let clocks = case.present_clocks().map(|stored| ClockOut::of(stored, &case, now)).collect();
        Self { clocks, allowed_actions: allowed, ..Self::plain(case.row, case.detail) }
    }

    fn plain(row: Feedback, detail: Detail) -> Self {
        Self {
            id: row.id,
            number: row.number,
            customer_id: row.customer_id,
            contact: ContactOut {
                name: detail.contact_name,
                phone: detail.contact_phone,
                email: detail.contact_email,
            },
            channel: row.channel,
            reply_channel: detail.reply_channel,
            r#type: row.kind,
            subtype: detail.subtype,
            priority: row.priority,
            priority_reasons: detail.priority_reasons,
            subject: detail.subject,
            description: detail.description,
            demand: detail.demand,
            safety_risk: detail.safety_risk,
            batch_problem: detail.batch_problem,
            public_opinion_risk: detail.public_opinion_risk,
            product_ref: detail.product_ref,
            order_ref: detail.order_ref,
            custom: detail.custom,
            received_at: Timestamp(row.received_at),
            registered_at: Timestamp(row.registered_at),
            registered_by: detail.registered_by,
            status: row.status,
            status_since: Timestamp(row.status_since),
            outcome: row.outcome,
            closed_at: row.closed_at.map(Timestamp),
            department_id: row.department_id,
            handler_id: row.handler_id,
            suggested_department_id: detail.suggested_department_id,
            unrouted: row.unrouted,
            escalation_level: row.escalation_level,
            max_level: row.max_level,
            round: row.round,
            waits_until: row.waits_until.map(Timestamp),
            timed_out: row.timed_out,
            parent_id: row.parent_id,
            merged_into_id: row.merged_into_id,
            next_due_at: row.next_due_at.map(Timestamp),
            clocks: Vec::new(),
            allowed_actions: Vec::new(),
            version: row.version,
            updated_at: Timestamp(row.updated_at),
        }
    }
}

impl Resource for FeedbackOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/feedback/{}", self.id))
    }
}
