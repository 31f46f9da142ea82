use super::{ClockOut, PlanOut, ProgressNoteOut, ReplyOut};
use crate::{
    feedback::{
        domain::{EventKind, FeedbackId, Refusal, Step},
        store::{Event, EventText},
    },
    page_of,
    platform::time::Timestamp,
    vocabulary::Status,
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
        let words = own.map(|text| (text.name.clone(), text.text.clone().into())).collect();
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
        Self { action, allowed: blocked.is_none(), code: blocked.map(|b| b.code().to_owned()), detail }
    }
}

/// Every action, with what blocks it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActionsOut {
    /// The actions.
    pub items: Vec<ActionOut>,
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
    pub clocks: Vec<ClockOut>,
}
