use crate::{
    feedback::{
        domain::ReplyId,
        store::{ProgressNote, Reply, Satisfaction},
    },
    platform::time::Timestamp,
    staff::StaffId,
    vocabulary::{Channel, DeliveryState, Verdict},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The question whether the customer is satisfied, and the answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SatisfactionOut {
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was answered.
    #[schema(required = true)]
    pub answered_at: Option<Timestamp>,
    /// The answer.
    #[schema(required = true)]
    pub verdict: Option<Verdict>,
    /// The score, 1 to 5.
    #[schema(required = true, minimum = 1, maximum = 5)]
    pub score: Option<i16>,
    /// In the customer's words.
    #[schema(required = true)]
    pub comment: Option<String>,
    /// Who recorded it; null where the customer answered.
    #[schema(required = true)]
    pub recorded_by: Option<StaffId>,
    /// Whether the reply never arrived, so that the question does not count.
    pub void: bool,
}

impl From<&Satisfaction> for SatisfactionOut {
    fn from(row: &Satisfaction) -> Self {
        Self {
            asked_at: Timestamp(row.asked_at),
            answered_at: row.answered_at.map(Timestamp),
            verdict: row.verdict,
            score: row.score,
            comment: row.comment.clone(),
            recorded_by: row.recorded_by,
            void: row.void,
        }
    }
}

/// A result that was sent to the customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyOut {
    /// The id.
    pub id: ReplyId,
    /// The round.
    #[schema(example = 1)]
    pub round: i32,
    /// The channel.
    pub channel: Channel,
    /// Why it is not the one that the customer chose.
    #[schema(required = true)]
    pub channel_reason: Option<String>,
    /// The result.
    pub text: String,
    /// What it rests on.
    pub basis: String,
    /// Who sent it.
    #[schema(required = true)]
    pub sent_by: Option<StaffId>,
    /// When.
    pub sent_at: Timestamp,
    /// Whether it arrived.
    pub delivery_state: DeliveryState,
    /// When it arrived.
    #[schema(required = true)]
    pub delivered_at: Option<Timestamp>,
    /// The question for satisfaction; null where none was asked.
    #[schema(required = true)]
    pub satisfaction: Option<SatisfactionOut>,
}

impl ReplyOut {
    /// Returns a reply with its question.
    pub fn of(reply: Reply, answers: &[Satisfaction]) -> Self {
        let satisfaction = answers.iter().find(|a| a.reply_id == reply.id).map(SatisfactionOut::from);
        Self {
            id: reply.id,
            round: reply.round,
            channel: reply.channel,
            channel_reason: reply.channel_reason,
            text: reply.text,
            basis: reply.basis,
            sent_by: reply.sent_by,
            sent_at: Timestamp(reply.sent_at),
            delivery_state: reply.delivery_state,
            delivered_at: reply.delivered_at.map(Timestamp),
            satisfaction,
        }
    }
}

/// All replies of a feedback, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RepliesOut {
    /// The replies.
    pub items: Vec<ReplyOut>,
}

/// A note on how it goes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgressNoteOut {
    /// Who wrote it.
    #[schema(required = true)]
    pub by_id: Option<StaffId>,
    /// When.
    pub at: Timestamp,
    /// The note.
    pub text: String,
    /// When it will be done.
    #[schema(required = true)]
    pub eta: Option<Timestamp>,
    /// Whether it went to the customer.
    pub to_customer: bool,
}

impl From<ProgressNote> for ProgressNoteOut {
    fn from(row: ProgressNote) -> Self {
        Self {
            by_id: row.by_id,
            at: Timestamp(row.at),
            text: row.text,
            eta: row.eta.map(Timestamp),
            to_customer: row.to_customer,
        }
    }
}
