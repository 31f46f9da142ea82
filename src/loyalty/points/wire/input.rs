use crate::{
    customers::{CustomerId, ExternalRef},
    loyalty::points::domain::Source,
    platform::{
        text::{Code, Reason},
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// What something is for, in another system. Nothing registers systems.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SourceIn {
    /// The other system.
    #[schema(value_type = String, pattern = "^[a-z0-9._-]{1,64}$", example = "shop")]
    pub system: String,
    /// The id there.
    #[schema(example = "order-4711")]
    pub id: Code,
}

impl From<SourceIn> for Source {
    fn from(input: SourceIn) -> Self {
        Self { system: input.system, id: input.id.0 }
    }
}

/// Points to be earned.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EarnIn {
    /// How many points: booked as given.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 100)]
    pub amount: i64,
    /// Why.
    #[schema(example = "订单奖励")]
    pub reason: Reason,
    /// For what: the same source earns once.
    pub source: SourceIn,
    /// When it was earned, not in the future; now, when left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub occurred_at: Option<Timestamp>,
}

/// Points to be redeemed.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RedeemIn {
    /// How many points, all or nothing.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 120)]
    pub amount: i64,
    /// Why.
    #[schema(example = "积分抵扣")]
    pub reason: Reason,
    /// For what.
    #[serde(default)]
    #[schema(nullable = false)]
    pub source: Option<SourceIn>,
}

/// Points to be held.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct HoldPointsIn {
    /// How many points.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 50)]
    pub amount: i64,
    /// For how many seconds: 1 s to 7 days; 30 minutes, when left out.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 604_800, example = 1800)]
    pub ttl_seconds: Option<i64>,
    /// For what.
    pub source: SourceIn,
}

/// How much of a hold is captured.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CaptureIn {
    /// How many points; all, when left out. The rest is let go.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub amount: Option<i64>,
}

/// Points to be transferred.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TransferPointsIn {
    /// Who gets them.
    pub to_customer_id: CustomerId,
    /// How many points.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 30)]
    pub amount: i64,
    /// Why.
    #[schema(example = "赠送给家人")]
    pub reason: Reason,
}

/// How much of an entry is reversed.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReverseIn {
    /// How many points; all that is left, when left out.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub amount: Option<i64>,
    /// Why.
    #[schema(example = "订单退款")]
    pub reason: Reason,
}

/// A step that needs nothing but its name.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StepIn {}

/// Points that a customer brings in from before: an opening balance. Imports take it.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OpeningIn {
    /// The customer; or `customer_ref`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub customer_id: Option<CustomerId>,
    /// The customer by its id in another system; or `customer_id`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub customer_ref: Option<ExternalRef>,
    /// How many points.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 500)]
    pub amount: i64,
    /// Why.
    #[serde(default)]
    #[schema(nullable = false)]
    pub reason: Option<Reason>,
    /// For what: the same source brings in once.
    pub source: SourceIn,
    /// When they were earned, not in the future; now, when left out. Their validity counts from there.
    #[serde(default)]
    #[schema(nullable = false)]
    pub occurred_at: Option<Timestamp>,
    /// When they end; as the program says, when left out. What has ended expires at once.
    #[serde(default)]
    #[schema(nullable = false)]
    pub expires_at: Option<Timestamp>,
}
