use super::{
    actions::Adjusted,
    domain::{AdjustmentId, AdjustmentState, decide},
    store::Adjustment,
};
use crate::{
    customers::CustomerId,
    loyalty::points::{EntryId, EntryOut},
    page_of,
    platform::{auth::Actor, http::reply::Resource, text::Reason, time::Timestamp},
    staff::StaffId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

/// A balance to be adjusted.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AdjustIn {
    /// By how many points: up above 0, down below; never 0.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64, example = -20)]
    pub amount: i64,
    /// Why.
    #[schema(example = "人工更正")]
    pub reason: Reason,
}

/// An agreement to an adjustment.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApproveAdjustmentIn {
    /// A remark.
    #[serde(default)]
    #[schema(nullable = false)]
    pub comment: Option<Reason>,
}

/// A refusal of an adjustment.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RejectAdjustmentIn {
    /// Why not.
    pub comment: Reason,
}

/// An adjustment that waits, or waited, for a second person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdjustmentOut {
    /// The id.
    pub id: AdjustmentId,
    /// The customer.
    pub customer_id: CustomerId,
    /// By how many points.
    #[schema(example = 50_000)]
    pub amount: i64,
    /// Why.
    #[schema(example = "人工更正")]
    pub reason: String,
    /// Where it stands.
    pub state: AdjustmentState,
    /// Who asked: a member of staff or a program.
    #[schema(required = true)]
    pub requested_by: Option<Uuid>,
    /// When.
    pub requested_at: Timestamp,
    /// Who decided.
    #[schema(required = true)]
    pub decided_by: Option<StaffId>,
    /// When.
    #[schema(required = true)]
    pub decided_at: Option<Timestamp>,
    /// A remark on the decision.
    #[schema(required = true)]
    pub comment: Option<String>,
    /// The entry that it was booked as.
    #[schema(required = true)]
    pub entry_id: Option<EntryId>,
    /// What this caller may do now.
    #[schema(example = json!(["approve", "reject"]))]
    pub allowed_actions: Vec<String>,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
}

impl AdjustmentOut {
    /// Returns a request as somebody sees it.
    pub fn of(row: Adjustment, actor: &Actor) -> Self {
        let may = actor.is_service()
            && actor.staff().is_some_and(|me| decide(row.requested_by == Some(me), row.state).is_ok());
        let actions: &[&str] = if may { &["approve", "reject"] } else { &[] };
        Self {
            id: row.id,
            customer_id: row.customer_id,
            amount: row.amount,
            reason: row.reason,
            state: row.state,
            requested_by: row.requested_by,
            requested_at: Timestamp(row.requested_at),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Timestamp),
            comment: row.comment,
            entry_id: row.entry_id,
            allowed_actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            version: row.version,
        }
    }
}

impl Resource for AdjustmentOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/loyalty/adjustments/{}", self.id))
    }
}

/// What came of an adjustment.
#[derive(Serialize)]
#[serde(untagged)]
pub enum AdjustedOut {
    /// It is booked.
    Booked(Box<EntryOut>),
    /// It waits for a second person.
    Waiting(Box<AdjustmentOut>),
}

impl AdjustedOut {
    /// Returns what came of an adjustment as somebody sees it.
    pub fn of(adjusted: Adjusted, actor: &Actor) -> Self {
        match adjusted {
            Adjusted::Booked(posted) => Self::Booked(Box::new(EntryOut::from(*posted))),
            Adjusted::Waiting(row) => Self::Waiting(Box::new(AdjustmentOut::of(*row, actor))),
        }
    }
}

impl Resource for AdjustedOut {
    fn version(&self) -> Option<i64> {
        match self {
            Self::Booked(entry) => entry.version(),
            Self::Waiting(row) => row.version(),
        }
    }
    fn location(&self) -> Option<String> {
        match self {
            Self::Booked(entry) => entry.location(),
            Self::Waiting(row) => row.location(),
        }
    }
}

page_of!(
    /// A page of requests for adjustments, newest first.
    AdjustmentPage,
    AdjustmentOut
);

/// Which requests are wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdjustmentFilter {
    /// Only those that stand there.
    #[param(nullable = false)]
    pub state: Option<AdjustmentState>,
    /// Only those for this customer.
    #[param(nullable = false)]
    pub customer_id: Option<CustomerId>,
}
