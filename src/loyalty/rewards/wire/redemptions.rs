use crate::{
    customers::CustomerId,
    loyalty::{
        points::{EntryId, SourceIn},
        rewards::{
            domain::{CouponId, RedemptionId, RedemptionState, RewardId},
            store::Redemption,
        },
    },
    page_of,
    platform::{
        auth::Actor,
        http::reply::Resource,
        text::{Code, Reason},
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// Who redeems a reward.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RedemptionIn {
    /// The customer.
    pub customer_id: CustomerId,
}

/// Why a redemption is cancelled.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RedemptionCancelIn {
    /// Why; the ledger keeps it.
    #[schema(nullable = false, example = "客户改变主意")]
    pub reason: Option<Reason>,
}

/// A reward for a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RedemptionOut {
    /// The id.
    pub id: RedemptionId,
    /// The reward.
    pub reward_id: RewardId,
    /// The customer.
    pub customer_id: CustomerId,
    /// Where it stands.
    pub state: RedemptionState,
    /// How many points were paid.
    #[schema(example = 500)]
    pub cost: i64,
    /// For what it is given without a price; null where points were asked for it.
    #[schema(required = true)]
    pub source: Option<SourceIn>,
    /// The entry of the ledger that paid.
    #[schema(required = true)]
    pub entry_id: Option<EntryId>,
    /// The entry of the ledger that paid back.
    #[schema(required = true)]
    pub reversal_id: Option<EntryId>,
    /// The coupon that came of it.
    #[schema(required = true)]
    pub coupon_id: Option<CouponId>,
    /// The code of the coupon, in the answer that issues it and never again.
    #[schema(required = true)]
    pub coupon_code: Option<String>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it was confirmed.
    #[schema(required = true)]
    pub confirmed_at: Option<Timestamp>,
    /// When it was handed over.
    #[schema(required = true)]
    pub fulfilled_at: Option<Timestamp>,
    /// When it was cancelled.
    #[schema(required = true)]
    pub cancelled_at: Option<Timestamp>,
    /// Grows with every change; also the `ETag`.
    #[schema(example = 1)]
    pub version: i64,
    /// What the caller can do with it now.
    #[schema(example = json!(["confirm", "cancel"]))]
    pub allowed_actions: Vec<String>,
}

impl RedemptionOut {
    /// Returns a redemption as `actor` sees it, with its coupon.
    pub fn of(row: Redemption, coupon: Option<CouponId>, actor: &Actor) -> Self {
        let own = row.source_id.is_none() && actor.serves();
        let actions = if own { row.state.actions() } else { Vec::new() };
        let source = row.source_system.zip(row.source_id);
        Self {
            id: row.id,
            reward_id: row.reward_id,
            customer_id: row.customer_id,
            state: row.state,
            cost: row.cost,
            source: source.map(|(system, id)| SourceIn { system, id: Code(id) }),
            entry_id: row.entry_id,
            reversal_id: row.reversal_id,
            coupon_id: coupon,
            coupon_code: None,
            requested_at: Timestamp(row.requested_at),
            confirmed_at: row.confirmed_at.map(Timestamp),
            fulfilled_at: row.fulfilled_at.map(Timestamp),
            cancelled_at: row.cancelled_at.map(Timestamp),
            version: row.version,
            allowed_actions: actions.into_iter().map(str::to_owned).collect(),
        }
    }
}

impl Resource for RedemptionOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/loyalty/redemptions/{}", self.id))
    }

    fn shown_once() -> Option<&'static str> {
        Some("coupon_code")
    }
}

page_of!(
    /// A page of redemptions, newest first.
    RedemptionPage,
    RedemptionOut
);

/// Which redemptions are wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RedemptionFilter {
    /// Only those that stand there.
    #[param(nullable = false)]
    pub state: Option<RedemptionState>,
}
