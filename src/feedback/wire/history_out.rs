use crate::{
    feedback::{
        domain::{EventKind, FeedbackId, PlanId, Refusal, ReplyId, Step},
        store::{Approval, Compensation, Event, EventText, Plan, ProgressNote, Reply, Satisfaction},
    },
    page_of,
    platform::time::Timestamp,
    staff::StaffId,
    vocabulary::{
        ApprovalDecision, Channel, CompensationState, DeliveryState, Measure, PlanState, Status, Verdict,
    },
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One step of the history. Its hash covers all members but the words; those enter it by their salted hash.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackEventOut {
    /// Its place in the history, from 1.
    #[schema(example = 1)]
    pub seq: i32,
    /// What happened.
    pub kind: EventKind,
    /// The status before; null for the first.
    #[schema(required = true)]
    pub from: Option<Status>,
    /// The status after.
    pub to: Status,
    /// Who did it: `staff`, `api_key`, `customer` or `system`.
    #[schema(example = "staff")]
    pub actor_kind: String,
    /// The id of the person or program.
    #[schema(required = true)]
    pub actor_id: Option<Uuid>,
    /// When it happened.
    pub at: Timestamp,
    /// Ids, codes and times, and the salted hashes of words.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
    /// The words by name.
    #[schema(value_type = Object)]
    pub words: serde_json::Value,
    /// The hash of the event before, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub prev_hash: String,
    /// The hash of this event, in hexadecimal.
    #[schema(example = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")]
    pub hash: String,
}

page_of!(
    /// A page of history, ascending.
    FeedbackEventPage,
    FeedbackEventOut
);

impl FeedbackEventOut {
    /// Returns an event with those of `texts` that are its own.
    pub fn of(event: Event, texts: &[EventText]) -> Self {
        let own = texts.iter().filter(|text| text.seq == event.seq);
        let words = own
            .map(|text| (text.name.clone(), text.text.clone().into()))
            .collect();
        Self {
            seq: event.seq,
            kind: event.kind,
            from: event.from_status,
            to: event.to_status,
            actor_kind: event.actor_kind,
            actor_id: event.actor_id,
            at: Timestamp(event.at),
            payload: event.payload,
            words: serde_json::Value::Object(words),
            prev_hash: crate::platform::chain::hex(&event.prev_hash),
            hash: crate::platform::chain::hex(&event.hash),
        }
    }
}

/// One thing that can be done, or what blocks it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActionOut {
    /// The action, in the words of the path.
    pub action: Step,
    /// Whether the caller may do it now.
    pub allowed: bool,
    /// The code of what blocks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "invalid_transition")]
    pub code: Option<String>,
    /// What blocks it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
}

impl ActionOut {
    /// Returns an action with what blocks it, in words of the caller's language.
    pub fn of(action: Step, blocked: Option<Refusal>, chinese: bool) -> Self {
        let detail = blocked.map(|refusal| {
            let (en, zh) = refusal.texts();
            if chinese { zh } else { en }
        });
        Self {
            action,
            allowed: blocked.is_none(),
            code: blocked.map(|b| b.code().to_owned()),
            detail,
        }
    }
}

/// Every action, with what blocks it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActionsOut {
    /// The actions.
    pub items: Vec<ActionOut>,
}

/// What the customer gets besides an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompensationOut {
    /// What became of it.
    pub state: CompensationState,
    /// Loyalty points.
    #[schema(required = true)]
    pub points: Option<i64>,
    /// A reward of the catalogue.
    #[schema(required = true)]
    pub reward_id: Option<Uuid>,
    /// Money in minor units.
    #[schema(required = true)]
    pub amount_minor: Option<i64>,
    /// Its currency.
    #[schema(required = true, example = "CNY")]
    pub currency: Option<String>,
    /// Whether it is taken back when the case is reopened.
    pub reverse_on_reopen: bool,
    /// Whether it comes on top of what was paid before.
    pub additional: bool,
    /// The points that were paid, after what was paid before.
    #[schema(required = true)]
    pub paid_points: Option<i64>,
    /// The money that was paid, after what was paid before.
    #[schema(required = true)]
    pub paid_amount_minor: Option<i64>,
    /// When it was issued.
    #[schema(required = true)]
    pub issued_at: Option<Timestamp>,
}

impl From<&Compensation> for CompensationOut {
    fn from(row: &Compensation) -> Self {
        Self {
            state: row.state,
            points: row.points,
            reward_id: row.reward_id,
            amount_minor: row.amount_minor,
            currency: row.currency.clone(),
            reverse_on_reopen: row.reverse_on_reopen,
            additional: row.additional,
            paid_points: row.paid_points,
            paid_amount_minor: row.paid_amount_minor,
            issued_at: row.issued_at.map(Timestamp),
        }
    }
}

/// A decision on a plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovalOut {
    /// The decision.
    pub decision: ApprovalDecision,
    /// By a `person`, by a `rule`, or as a `conclusion`.
    #[schema(example = "person")]
    pub kind: String,
    /// Who decided; null for a rule.
    #[schema(required = true)]
    pub approver_id: Option<StaffId>,
    /// As what the approver stood in the chain: `head`, `deputy`, `substitute`, `head_above`, `admin`.
    #[schema(required = true, example = "head")]
    pub standing: Option<String>,
    /// A remark.
    #[schema(required = true)]
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl From<&Approval> for ApprovalOut {
    fn from(row: &Approval) -> Self {
        Self {
            decision: row.decision,
            kind: row.kind.clone(),
            approver_id: row.approver_id,
            standing: row.standing.clone(),
            comment: row.comment.clone(),
            at: Timestamp(row.at),
        }
    }
}

/// What a handler proposed to do, and what was decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanOut {
    /// The id.
    pub id: PlanId,
    /// The round.
    #[schema(example = 1)]
    pub round: i32,
    /// Its place among the plans of the feedback, from 1.
    #[schema(example = 1)]
    pub number: i32,
    /// What is done.
    pub measure: Measure,
    /// The plan in words.
    pub text: String,
    /// What it rests on.
    pub basis: String,
    /// Who proposed it.
    pub proposed_by: StaffId,
    /// When.
    pub proposed_at: Timestamp,
    /// What became of it.
    pub state: PlanState,
    /// What the customer gets besides an answer.
    #[schema(required = true)]
    pub compensation: Option<CompensationOut>,
    /// The decisions on it.
    pub approvals: Vec<ApprovalOut>,
}

impl PlanOut {
    /// Returns a plan with its compensation and its decisions.
    pub fn of(plan: Plan, compensations: &[Compensation], approvals: &[Approval]) -> Self {
        let compensation = compensations
            .iter()
            .find(|c| c.plan_id == plan.id)
            .map(CompensationOut::from);
        let own = approvals.iter().filter(|a| a.plan_id == Some(plan.id));
        Self {
            id: plan.id,
            round: plan.round,
            number: plan.number,
            measure: plan.measure,
            text: plan.text,
            basis: plan.basis,
            proposed_by: plan.proposed_by,
            proposed_at: Timestamp(plan.proposed_at),
            state: plan.state,
            compensation,
            approvals: own.map(ApprovalOut::from).collect(),
        }
    }
}

/// All plans of a feedback, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlansOut {
    /// The plans.
    pub items: Vec<PlanOut>,
}

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
        let satisfaction = answers
            .iter()
            .find(|a| a.reply_id == reply.id)
            .map(SatisfactionOut::from);
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

/// Everything that proves how a case was dealt with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceOut {
    /// The feedback.
    pub id: FeedbackId,
    /// Its number.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// The head of the hash chain, in hexadecimal.
    #[schema(example = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")]
    pub head: String,
    /// Whether the chain is whole.
    pub whole: bool,
    /// The whole history, ascending.
    pub events: Vec<FeedbackEventOut>,
    /// All plans with their decisions.
    pub plans: Vec<PlanOut>,
    /// All replies with their answers.
    pub replies: Vec<ReplyOut>,
    /// All progress notes.
    pub progress_notes: Vec<ProgressNoteOut>,
    /// All clocks.
    pub clocks: Vec<super::ClockOut>,
}
