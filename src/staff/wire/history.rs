//! The history of staff as JSON.

use crate::{
    page_of,
    platform::{chain::hex, time::Timestamp},
    staff::{domain::StaffEventKind, store::StaffEvent},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// No filter.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoStaffFilter {}

/// One entry of a member of staff's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StaffEventOut {
    /// Its place in the history, from 1.
    #[schema(example = 1)]
    pub seq: i32,
    /// What happened.
    pub kind: StaffEventKind,
    /// Who did it: `staff`, `api_key` or `system`.
    #[schema(example = "staff")]
    pub actor_kind: String,
    /// The id of who did it.
    #[schema(required = true)]
    pub actor_id: Option<uuid::Uuid>,
    /// When it happened.
    pub at: Timestamp,
    /// What changed: codes and ids, never words.
    #[schema(value_type = Object, example = json!({ "changed": ["role"], "role": "handler" }))]
    pub payload: serde_json::Value,
    /// SHA-256 over the hash before and this entry, in hexadecimal.
    pub hash: String,
}

impl From<StaffEvent> for StaffEventOut {
    fn from(event: StaffEvent) -> Self {
        Self {
            seq: event.seq,
            kind: event.kind,
            actor_kind: event.actor_kind,
            actor_id: event.actor_id,
            at: event.at.into(),
            payload: event.payload,
            hash: hex(&event.hash),
        }
    }
}

page_of!(
    /// One page of a member of staff's history, oldest first.
    StaffEventPage, StaffEventOut
);
