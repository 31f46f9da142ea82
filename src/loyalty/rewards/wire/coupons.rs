use crate::{
    customers::CustomerId,
    loyalty::{
        points::SourceIn,
        rewards::{
            domain::{CouponId, CouponState, RedemptionId, RewardId},
            store::Coupon,
        },
    },
    page_of,
    platform::{auth::Actor, http::reply::Resource, text::Code, time::Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// The code that a customer shows.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouponLockIn {
    /// The code, as it was given.
    #[schema(example = "SPRING-4fT9vK2mQx7Zr1Lw8Tn3Yp6Bc5Hd0Fg4JsUaEiOoXqM")]
    pub code: Code,
    /// For how many seconds: 1 s to 7 days; 30 minutes, when left out.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 604_800, example = 1800)]
    pub ttl_seconds: Option<i64>,
}

/// For what a coupon is used.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouponUseIn {
    /// For what.
    #[serde(default)]
    #[schema(nullable = false)]
    pub source: Option<SourceIn>,
}

/// What a customer shows to get what a redemption promised.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CouponOut {
    /// The id.
    pub id: CouponId,
    /// The redemption that it came of.
    pub redemption_id: RedemptionId,
    /// The reward.
    pub reward_id: RewardId,
    /// The customer.
    pub customer_id: CustomerId,
    /// Where it stands.
    pub state: CouponState,
    /// The code, in the answer that renews it and never again.
    #[schema(required = true)]
    pub code: Option<String>,
    /// For what it was used.
    #[schema(required = true)]
    pub source: Option<SourceIn>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends by itself; a lock of before then holds.
    #[schema(required = true)]
    pub expires_at: Option<Timestamp>,
    /// When its lock ends by itself.
    #[schema(required = true)]
    pub locked_until: Option<Timestamp>,
    /// When it was used.
    #[schema(required = true)]
    pub used_at: Option<Timestamp>,
    /// When it was made void.
    #[schema(required = true)]
    pub voided_at: Option<Timestamp>,
    /// Grows with every change; also the `ETag`.
    #[schema(example = 1)]
    pub version: i64,
    /// What the caller can do with it now.
    #[schema(example = json!(["void", "renew-code"]))]
    pub allowed_actions: Vec<String>,
}

impl CouponOut {
    /// Returns a coupon as `actor` sees it at the instant of the request.
    pub fn of(Coupon { row, reward, customer }: Coupon, actor: &Actor) -> Self {
        let state = row.state.at(actor.at, row.expires_at, row.locked_until);
        let actions = if actor.serves() { state.actions() } else { Vec::new() };
        let source = row.source_system.zip(row.source_id);
        Self {
            id: row.id,
            redemption_id: row.redemption_id,
            reward_id: reward,
            customer_id: customer,
            state,
            code: None,
            source: source.map(|(system, id)| SourceIn { system, id: Code(id) }),
            issued_at: Timestamp(row.issued_at),
            expires_at: row.expires_at.map(Timestamp),
            locked_until: row.locked_until.filter(|_| state == CouponState::Locked).map(Timestamp),
            used_at: row.used_at.map(Timestamp),
            voided_at: row.voided_at.map(Timestamp),
            version: row.version,
            allowed_actions: actions.into_iter().map(str::to_owned).collect(),
        }
    }
}

impl Resource for CouponOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn shown_once() -> Option<&'static str> {
        Some("code")
    }
}

page_of!(
    /// A page of coupons, newest first.
    CouponPage,
    CouponOut
);
