use super::SourceIn;
use crate::{
    customers::CustomerId,
    loyalty::points::{
        domain::{HoldId, HoldState},
        store::StoredHold,
    },
    page_of,
    platform::{http::reply::Resource, text::Code, time::Timestamp},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A hold.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoldOut {
    /// The id.
    pub id: HoldId,
    /// The customer; null once personal data were erased.
    #[schema(required = true)]
    pub customer_id: Option<CustomerId>,
    /// How many points.
    #[schema(example = 50)]
    pub amount: i64,
    /// How many of them were captured.
    #[schema(example = 0)]
    pub captured: i64,
    /// Where it stands.
    pub state: HoldState,
    /// For what.
    pub source: SourceIn,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it ended.
    #[schema(required = true)]
    pub ended_at: Option<Timestamp>,
    /// What can be done with it now.
    #[schema(example = json!(["capture", "release"]))]
    pub allowed_actions: Vec<String>,
}

impl HoldOut {
    /// Returns a hold as it is at an instant: one whose time is over has ended, whoever has noticed.
    pub fn of(row: StoredHold, customer: Option<CustomerId>, at: DateTime<Utc>) -> Self {
        let is_over = row.state == HoldState::Open && row.expires_at <= at;
        let state = if is_over { HoldState::Expired } else { row.state };
        let ended_at = if is_over { Some(row.expires_at) } else { row.ended_at };
        let actions: &[&str] = if state == HoldState::Open { &["capture", "release"] } else { &[] };
        Self {
            id: row.id,
            customer_id: customer,
            amount: row.amount,
            captured: row.captured,
            state,
            source: SourceIn { system: row.source_system, id: Code(row.source_id) },
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            ended_at: ended_at.map(Timestamp),
            allowed_actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        }
    }
}

impl Resource for HoldOut {
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/loyalty/holds/{}", self.id))
    }
}

page_of!(
    /// A page of holds, newest first.
    HoldPage,
    HoldOut
);
