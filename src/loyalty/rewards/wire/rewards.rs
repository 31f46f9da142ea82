use crate::{
    loyalty::rewards::{
        domain::{RewardId, RewardKind},
        store::Reward,
    },
    page_of,
    platform::{
        http::{body::present, reply::Resource},
        text::{Code, LongText, Name},
        time::Timestamp,
    },
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// A new reward.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RewardIn {
    /// What it is.
    pub kind: RewardKind,
    /// What people call it.
    #[schema(example = "50 元代金券")]
    pub name: Name,
    /// What people should know of it.
    pub description: Option<LongText>,
    /// How many points it costs; 0 for none.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 500)]
    pub cost: i64,
    /// How many there are; null for any number.
    #[schema(minimum = 0, maximum = 1_000_000_000, example = 100)]
    pub stock: Option<i64>,
    /// How often one customer may redeem it; null for any number.
    #[schema(minimum = 1, maximum = 1_000_000, example = 1)]
    pub per_customer_limit: Option<i32>,
    /// The code of the lowest tier that it is for; null for everybody.
    #[schema(example = "gold")]
    pub minimum_tier: Option<Code>,
    /// From when it is offered; null for always.
    #[schema(example = "2026-01-01T00:00:00Z")]
    pub available_from: Option<Timestamp>,
    /// Until when it is offered, not included; null for ever.
    #[schema(example = "2027-01-01T00:00:00Z")]
    pub available_until: Option<Timestamp>,
    /// Of a coupon: for how many whole local days after the day of its issue it can be used; null for ever.
    #[schema(minimum = 0, maximum = 3650, example = 30)]
    pub coupon_validity_days: Option<i32>,
    /// Of a coupon: how its codes begin.
    #[schema(pattern = "^[A-Z0-9]{1,16}$", example = "SPRING")]
    pub coupon_prefix: Option<String>,
    /// Whether it is offered at all.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub active: bool,
}

fn yes() -> bool {
    true
}

impl RewardIn {
    /// Returns the reward as it is stored.
    pub fn into_reward(self, id: RewardId, at: DateTime<Utc>) -> Reward {
        Reward {
            id,
            kind: self.kind,
            name: self.name.0,
            description: self.description.map(|text| text.0),
            cost: self.cost,
            stock: self.stock,
            per_customer_limit: self.per_customer_limit,
            minimum_tier: self.minimum_tier.map(|code| code.0),
            available_from: self.available_from.map(|at| at.0),
            available_until: self.available_until.map(|at| at.0),
            coupon_validity_days: self.coupon_validity_days,
            coupon_prefix: self.coupon_prefix,
            active: self.active,
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }
}

/// What is to change about a reward. What was redeemed before stays as it was.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct RewardPatch {
    /// What people call it.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// What people should know of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<LongText>)]
    pub description: Option<Option<LongText>>,
    /// How many points it costs; 0 for none.
    #[schema(nullable = false, minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 500)]
    pub cost: Option<i64>,
    /// How many are left; null for any number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000_000, example = 100)]
    pub stock: Option<Option<i64>>,
    /// How often one customer may redeem it; null for any number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1_000_000, example = 1)]
    pub per_customer_limit: Option<Option<i32>>,
    /// The code of the lowest tier that it is for; null for everybody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Code>)]
    pub minimum_tier: Option<Option<Code>>,
    /// From when it is offered; null for always.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>, example = "2026-01-01T00:00:00Z")]
    pub available_from: Option<Option<Timestamp>>,
    /// Until when it is offered, not included; null for ever.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>, example = "2027-01-01T00:00:00Z")]
    pub available_until: Option<Option<Timestamp>>,
    /// Of a coupon: for how many whole local days after the day of its issue it can be used; null for ever.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 3650, example = 30)]
    pub coupon_validity_days: Option<Option<i32>>,
    /// Of a coupon: how its codes begin.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = "^[A-Z0-9]{1,16}$", example = "SPRING")]
    pub coupon_prefix: Option<Option<String>>,
}

impl RewardPatch {
    /// Returns the reward with these changes.
    pub fn applied_to(self, old: Reward) -> Reward {
        let text = |new: Option<Option<Code>>, old| new.map_or(old, |new| new.map(|text| text.0));
        let time = |new: Option<Option<Timestamp>>, old| new.map_or(old, |new| new.map(|at| at.0));
        Reward {
            name: self.name.map_or(old.name, |new| new.0),
            description: self.description.map_or(old.description, |new| new.map(|text| text.0)),
            cost: self.cost.unwrap_or(old.cost),
            stock: self.stock.unwrap_or(old.stock),
            per_customer_limit: self.per_customer_limit.unwrap_or(old.per_customer_limit),
            minimum_tier: text(self.minimum_tier, old.minimum_tier),
            available_from: time(self.available_from, old.available_from),
            available_until: time(self.available_until, old.available_until),
            coupon_validity_days: self.coupon_validity_days.unwrap_or(old.coupon_validity_days),
            coupon_prefix: self.coupon_prefix.unwrap_or(old.coupon_prefix),
            ..old
        }
    }
}

/// What points can be redeemed for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RewardOut {
    /// The id.
    pub id: RewardId,
    /// What it is.
    pub kind: RewardKind,
    /// What people call it.
    #[schema(example = "50 元代金券")]
    pub name: String,
    /// What people should know of it.
    #[schema(required = true)]
    pub description: Option<String>,
    /// How many points it costs.
    #[schema(example = 500)]
    pub cost: i64,
    /// How many are left; null for any number.
    #[schema(required = true, example = 100)]
    pub stock: Option<i64>,
    /// How often one customer may redeem it; null for any number.
    #[schema(required = true, example = 1)]
    pub per_customer_limit: Option<i32>,
    /// The code of the lowest tier that it is for; null for everybody.
    #[schema(required = true, example = "gold")]
    pub minimum_tier: Option<String>,
    /// From when it is offered; null for always.
    #[schema(required = true)]
    pub available_from: Option<Timestamp>,
    /// Until when it is offered, not included; null for ever.
    #[schema(required = true)]
    pub available_until: Option<Timestamp>,
    /// For how many whole local days after the day of its issue a coupon can be used; null for ever.
    #[schema(required = true, example = 30)]
    pub coupon_validity_days: Option<i32>,
    /// How the codes of its coupons begin.
    #[schema(required = true, example = "SPRING")]
    pub coupon_prefix: Option<String>,
    /// Whether it is offered at all.
    pub active: bool,
    /// Grows with every change, of the stock too; also the `ETag`.
    #[schema(example = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl From<Reward> for RewardOut {
    fn from(row: Reward) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            description: row.description,
            cost: row.cost,
            stock: row.stock,
            per_customer_limit: row.per_customer_limit,
            minimum_tier: row.minimum_tier,
            available_from: row.available_from.map(Timestamp),
            available_until: row.available_until.map(Timestamp),
            coupon_validity_days: row.coupon_validity_days,
            coupon_prefix: row.coupon_prefix,
            active: row.active,
            version: row.version,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        }
    }
}

impl Resource for RewardOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/loyalty/rewards/{}", self.id))
    }
}

page_of!(
    /// A page of rewards, in the order of their making.
    RewardPage,
    RewardOut
);

/// Which rewards are wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RewardFilter {
    /// Only of this kind.
    #[param(nullable = false)]
    pub kind: Option<RewardKind>,
    /// Only those that are offered at all, or only the others.
    #[param(nullable = false)]
    pub active: Option<bool>,
}
