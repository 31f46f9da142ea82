use crate::{
    departments::DepartmentId,
    feedback::domain::FeedbackId,
    platform::{
        text::{LongText, Reason},
        time::Timestamp,
    },
    staff::StaffId,
    vocabulary::{Channel, Measure, Priority, Verdict},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

/// To whom it goes; without a department the routing rules decide.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DispatchIn {
    /// The department; absent: the routing rules decide.
    #[schema(nullable = false)]
    pub department_id: Option<DepartmentId>,
    /// The handler, active staff of the department; absent: whoever accepts it.
    #[schema(nullable = false)]
    pub handler_id: Option<StaffId>,
}

/// To whom it is handed over, and why.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TransferIn {
    /// The other department; absent: the present one.
    #[schema(nullable = false)]
    pub department_id: Option<DepartmentId>,
    /// The other handler; absent: whoever accepts it.
    #[schema(nullable = false)]
    pub handler_id: Option<StaffId>,
    /// Why.
    pub reason: Reason,
}

/// Why.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReasonIn {
    /// Why.
    pub reason: Reason,
}

/// Nothing: the call itself says everything.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NothingIn {}

/// What the customer is asked.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AskIn {
    /// The question.
    #[schema(example = "请问您是哪一天入住的？")]
    pub question: LongText,
}

/// What the customer answered.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// The answer in the customer's words.
    pub text: LongText,
}

/// For whom it waits, and until when.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct HoldIn {
    /// Why.
    pub reason: Reason,
    /// When work goes on, by itself at the latest.
    pub expected_at: Timestamp,
}

/// What the customer is to get besides an answer; issued when the customer is satisfied.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "says_something"))]
pub struct CompensationIn {
    /// Loyalty points.
    #[schema(minimum = 1, maximum = 9007199254740991i64, nullable = false)]
    pub points: Option<i64>,
    /// A reward of the catalogue.
    #[schema(nullable = false)]
    pub reward_id: Option<Uuid>,
    /// Money in minor units.
    #[schema(minimum = 1, maximum = 9007199254740991i64, nullable = false)]
    pub amount_minor: Option<i64>,
    /// The currency of the money, ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$", nullable = false, example = "CNY")]
    pub currency: Option<String>,
    /// Whether it is taken back when the case is reopened.
    #[serde(default)]
    #[schema(nullable = false)]
    pub reverse_on_reopen: Option<bool>,
    /// Whether it comes on top of what was paid before in the same case.
    #[serde(default)]
    #[schema(nullable = false)]
    pub additional: Option<bool>,
}

fn says_something(body: &CompensationIn) -> Result<(), ValidationError> {
    if body.amount_minor.is_some() != body.currency.is_some() {
        return Err(ValidationError::new("currency_and_amount")
            .with_message("money needs amount_minor and currency|金额与币种须同时提供".into()));
    }
    if body.points.is_none() && body.reward_id.is_none() && body.amount_minor.is_none() {
        return Err(ValidationError::new("empty_compensation")
            .with_message("name points, a reward or money|请提供积分、奖励或金额".into()));
    }
    Ok(())
}

/// What the handler proposes to do.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SubmitPlanIn {
    /// What is done.
    pub measure: Measure,
    /// The plan in words.
    #[schema(example = "为客户免费更换房型，并当面致歉。")]
    pub text: LongText,
    /// What it rests on: a rule, a contract, a finding.
    #[schema(example = "《客房服务标准》第 4.2 条")]
    pub basis: LongText,
    /// What the customer gets besides an answer.
    #[validate(nested)]
    #[schema(nullable = false)]
    pub compensation: Option<CompensationIn>,
}

/// A remark on the approval.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApproveIn {
    /// A remark.
    #[schema(nullable = false)]
    pub comment: Option<Reason>,
}

/// Why the plan is rejected.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RejectIn {
    /// Why, for the handler.
    pub comment: Reason,
}

/// The result, as it was sent to the customer.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReplyIn {
    /// The result.
    pub text: LongText,
    /// What it rests on.
    pub basis: LongText,
    /// The channel; absent: the one that the customer chose.
    #[schema(nullable = false)]
    pub channel: Option<Channel>,
    /// Why it is not the one that the customer chose.
    #[schema(nullable = false)]
    pub channel_reason: Option<Reason>,
}

/// Whether the customer is satisfied.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ConfirmIn {
    /// Satisfied or not.
    pub verdict: Verdict,
    /// From 1 (bad) to 5 (good).
    #[schema(minimum = 1, maximum = 5, nullable = false)]
    pub score: Option<i16>,
    /// In the customer's words.
    #[schema(nullable = false)]
    pub comment: Option<Reason>,
    /// What a record by staff rests on, for example a recording's reference.
    #[schema(nullable = false)]
    pub evidence: Option<Reason>,
}

/// Into which feedback, and why.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MergeIn {
    /// The survivor.
    pub into_id: FeedbackId,
    /// Why.
    pub reason: Reason,
}

/// Why it is cancelled.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CancelIn {
    /// `invalid`, `spam`, or `withdrawn` by the customer.
    pub reason: crate::feedback::domain::CancelReason,
}

/// Why nothing more can be done, and what the customer is told.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ConcludeIn {
    /// Why, for the record.
    pub reason: Reason,
    /// The last reply.
    pub text: LongText,
}

/// How it goes.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProgressNoteIn {
    /// The note.
    pub text: LongText,
    /// When it will be done.
    #[schema(nullable = false)]
    pub eta: Option<Timestamp>,
    /// Whether it goes to the customer too; that meets the first response.
    #[schema(nullable = false)]
    pub to_customer: Option<bool>,
}

/// The new priority, and why.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetPriorityIn {
    /// The priority.
    pub priority: Priority,
    /// Why.
    pub reason: Reason,
}

/// Whether a reply arrived.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DeliveryIn {
    /// `delivered` or `failed`.
    pub state: crate::feedback::domain::DeliveryReport,
}
