//! What is true of feedback without a database: the state machine, who may do what, priorities, refusals.

mod event;
mod priority;
mod refusal;
mod standing;
mod status;
mod step;
#[cfg(test)]
mod tests;

pub use event::EventKind;
pub use priority::{Risks, priority_of};
pub use refusal::Refusal;
pub use standing::{Facts, Standing, may};
pub use status::StatusExt;
pub use step::{Step, after};

use crate::{codes, id_type};

/// The highest level of escalation.
pub const MAX_LEVEL: i32 = 3;

id_type!(
    /// The id of a feedback.
    FeedbackId
);
id_type!(
    /// The id of a handling plan.
    PlanId
);
id_type!(
    /// The id of a reply.
    ReplyId
);

codes! {
    /// Why a feedback is cancelled.
    pub enum CancelReason = "cancel_reason" {
        Invalid = "invalid", "Invalid", "无效";
        Spam = "spam", "Spam", "垃圾信息";
        Withdrawn = "withdrawn", "Withdrawn by the customer", "客户撤回";
    }
}

codes! {
    /// What an integration reports of a reply.
    pub enum DeliveryReport = "delivery_report" {
        Delivered = "delivered", "Delivered", "已送达";
        Failed = "failed", "Failed", "发送失败";
    }
}
