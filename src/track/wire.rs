use crate::{
    feedback::Window,
    platform::{
        http::reply::Resource,
        text::{LongText, Reason},
        time::Timestamp,
    },
    vocabulary::{FeedbackType, Outcome, Status, Verdict},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Where the case stands, as the customer may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrackOut {
    /// The number of the case: the survivor's where it was merged.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// The type.
    pub r#type: FeedbackType,
    /// The status.
    pub status: Status,
    /// How it ended.
    #[schema(required = true)]
    pub outcome: Option<Outcome>,
    /// When it was said.
    pub received_at: Timestamp,
    /// By when the next step is promised; null while it waits for the customer.
    #[schema(required = true)]
    pub promised_at: Option<Timestamp>,
    /// The question that waits for an answer.
    #[schema(required = true)]
    pub question: Option<String>,
    /// The last result.
    #[schema(required = true)]
    pub reply: Option<String>,
    /// What the result rests on.
    #[schema(required = true)]
    pub basis: Option<String>,
    /// The verdict that was given.
    #[schema(required = true)]
    pub verdict: Option<Verdict>,
    /// Whether a verdict is taken now.
    pub can_confirm: bool,
    /// Whether the case can be reopened now.
    pub can_reopen: bool,
}

impl Resource for TrackOut {}

impl From<Window> for TrackOut {
    fn from(window: Window) -> Self {
        Self {
            number: window.number,
            r#type: window.kind,
            status: window.status,
            outcome: window.outcome,
            received_at: Timestamp(window.received_at),
            promised_at: window.promised_at.map(Timestamp),
            question: window.question,
            reply: window.reply,
            basis: window.basis,
            verdict: window.verdict,
            can_confirm: window.can_confirm,
            can_reopen: window.can_reopen,
        }
    }
}

/// Whether the customer is satisfied.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TrackConfirmIn {
    /// Satisfied or not.
    pub verdict: Verdict,
    /// From 1 (bad) to 5 (good).
    #[schema(minimum = 1, maximum = 5, nullable = false)]
    pub score: Option<i16>,
    /// In the customer's words.
    #[schema(nullable = false)]
    pub comment: Option<Reason>,
}

/// The answer to the question.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TrackAnswerIn {
    /// The answer.
    pub text: LongText,
}

/// Why the case is not over.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TrackReopenIn {
    /// Why.
    pub reason: Reason,
}
