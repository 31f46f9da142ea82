use super::ConditionIn;
use crate::{
    loyalty::earning::{
        domain::{Condition, EarningKind, EarningRuleId, Trigger},
        store::RuleRow,
    },
    page_of,
    platform::{
        http::{body::present, problem::Result, reply::Resource},
        text::Name,
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// A currency by its code of ISO 4217.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(pattern = "^[A-Z]{3}$", example = "CNY")]
pub struct CurrencyCode(pub String);

/// How many points a rule pays: `fixed` takes `points`; `per_amount` takes `points` for each `per_minor` units of
/// `currency`, in proportion, rounded as the program says; `multiplier` takes `percent`: what is above 100 comes on top of
/// what the other rules pay.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarningPointsIn {
    /// In which way.
    pub kind: EarningKind,
    /// So many points.
    #[schema(nullable = false, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    pub points: Option<i64>,
    /// For each so many minor units.
    #[schema(nullable = false, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 100)]
    pub per_minor: Option<i64>,
    /// Of this currency; an amount in another one earns nothing.
    #[schema(nullable = false)]
    pub currency: Option<CurrencyCode>,
    /// In percent of what the other rules pay.
    #[schema(nullable = false, minimum = 101, maximum = 10000, example = 200)]
    pub percent: Option<i32>,
}

/// How many points a rule pays at most; what is above is cut off. Null, or left out of a new rule: no limit.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapsIn {
    /// To one customer.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 500)]
    pub per_customer: Option<Option<i64>>,
    /// To one customer on one local day.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 100)]
    pub per_customer_day: Option<Option<i64>>,
    /// To all.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 100000)]
    pub total: Option<Option<i64>>,
}

/// How many points a rule pays.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EarningPointsOut {
    /// In which way.
    pub kind: EarningKind,
    /// So many points; null for a multiplier.
    #[schema(required = true, example = 1)]
    pub points: Option<i64>,
    /// For each so many minor units; null where no amount counts.
    #[schema(required = true, example = 100)]
    pub per_minor: Option<i64>,
    /// Of this currency.
    #[schema(required = true, example = "CNY")]
    pub currency: Option<String>,
    /// In percent of what the other rules pay; null where it is no multiplier.
    #[schema(required = true)]
    pub percent: Option<i32>,
}

/// How many points a rule pays at most; null: no limit.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CapsOut {
    /// To one customer.
    #[schema(required = true, example = 500)]
    pub per_customer: Option<i64>,
    /// To one customer on one local day.
    #[schema(required = true, example = 100)]
    pub per_customer_day: Option<i64>,
    /// To all.
    #[schema(required = true, example = 100000)]
    pub total: Option<i64>,
}

/// A new earning rule.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EarningRuleIn {
    /// What the ledger calls it; no two rules share it, and it never changes. Not `manual`.
    #[schema(pattern = "^(?!manual$)[a-z0-9._-]{1,64}$", example = "store-order")]
    pub code: String,
    /// What people call it; the reason of its entries.
    #[schema(example = "门店消费积分")]
    pub name: Name,
    /// For what.
    pub trigger: Trigger,
    /// Lower is asked first; of equal ones the older.
    #[schema(minimum = 0, maximum = 1_000_000, example = 10)]
    pub priority: i32,
    /// Under which condition; left out, always.
    #[schema(nullable = false)]
    pub conditions: Option<ConditionIn>,
    /// How many points.
    pub points: EarningPointsIn,
    /// Whether higher tiers get more, by their multiplier; not, when left out.
    #[schema(nullable = false)]
    pub tier_multiplier: Option<bool>,
    /// Whether it earns alone: with no rule before it, and none after it; not, when left out.
    #[schema(nullable = false)]
    pub exclusive: Option<bool>,
    /// From when on.
    #[schema(nullable = false)]
    pub starts_at: Option<Timestamp>,
    /// Until when.
    #[schema(nullable = false)]
    pub ends_at: Option<Timestamp>,
    /// How much it pays at most.
    #[schema(nullable = false)]
    pub caps: Option<CapsIn>,
}

/// What is to change in an earning rule.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct EarningRulePatch {
    /// What people call it.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// Lower is asked first; of equal ones the older.
    #[schema(nullable = false, minimum = 0, maximum = 1_000_000)]
    pub priority: Option<i32>,
    /// Under which condition; null for always. It takes the place of the one before, whole.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ConditionIn>)]
    pub conditions: Option<Option<ConditionIn>>,
    /// How many points; it takes the place of what was before, whole.
    #[schema(nullable = false)]
    pub points: Option<EarningPointsIn>,
    /// Whether higher tiers get more, by their multiplier.
    #[schema(nullable = false)]
    pub tier_multiplier: Option<bool>,
    /// Whether it earns alone.
    #[schema(nullable = false)]
    pub exclusive: Option<bool>,
    /// From when on; null for ever since.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    pub starts_at: Option<Option<Timestamp>>,
    /// Until when; null for ever.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    pub ends_at: Option<Option<Timestamp>>,
    /// How much it pays at most; what was paid before counts.
    #[schema(nullable = false)]
    pub caps: Option<CapsIn>,
}

/// An earning rule as it is now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EarningRuleOut {
    /// Which one.
    pub id: EarningRuleId,
    /// What the ledger calls it.
    #[schema(example = "store-order")]
    pub code: String,
    /// What people call it.
    #[schema(example = "门店消费积分")]
    pub name: String,
    /// For what.
    pub trigger: Trigger,
    /// Lower is asked first; of equal ones the older.
    #[schema(example = 10)]
    pub priority: i32,
    /// Under which condition; null for always.
    #[schema(required = true, value_type = Option<ConditionIn>)]
    pub conditions: Option<Condition>,
    /// How many points.
    pub points: EarningPointsOut,
    /// Whether higher tiers get more, by their multiplier.
    pub tier_multiplier: bool,
    /// Whether it earns alone.
    pub exclusive: bool,
    /// From when on.
    #[schema(required = true)]
    pub starts_at: Option<Timestamp>,
    /// Until when.
    #[schema(required = true)]
    pub ends_at: Option<Timestamp>,
    /// How much it pays at most.
    pub caps: CapsOut,
    /// Whether it pays.
    pub active: bool,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl EarningRuleOut {
    /// Returns a rule as it travels.
    pub fn of(row: RuleRow) -> Result<Self> {
        Ok(Self {
            conditions: row.condition()?,
            id: row.id,
            code: row.code,
            name: row.name,
            trigger: row.trigger,
            priority: row.position,
            points: EarningPointsOut {
                kind: row.reward,
                points: row.points,
                per_minor: row.per_minor,
                currency: row.currency,
                percent: row.percent,
            },
            tier_multiplier: row.heeds_tier,
            exclusive: row.exclusive,
            starts_at: row.starts_at.map(Timestamp),
            ends_at: row.ends_at.map(Timestamp),
            caps: CapsOut {
                per_customer: row.max_per_customer,
                per_customer_day: row.max_per_customer_day,
                total: row.max_total,
            },
            active: row.active,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

impl Resource for EarningRuleOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/loyalty/earning-rules/{}", self.id))
    }
}

page_of! {
    /// A page of earning rules.
    EarningRulePage, EarningRuleOut
}

/// Which rules are wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EarningRuleFilter {
    /// Only those that pay, or only the others.
    #[param(nullable = false)]
    pub active: Option<bool>,
    /// Only those for this.
    #[param(nullable = false)]
    pub trigger: Option<Trigger>,
}
