use crate::{
    loyalty::tiers::{domain::TierId, store::TierRow},
    page_of,
    platform::{
        http::reply::Resource,
        text::{Code, Name},
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// A new tier.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TierIn {
    /// What other systems call it; no two tiers share it.
    #[schema(example = "platinum")]
    pub code: Code,
    /// What people call it in English.
    #[schema(example = "Platinum")]
    pub name: Name,
    /// What people call it in Chinese.
    #[schema(example = "白金卡")]
    pub name_zh: Name,
    /// The higher, the better; no two active tiers share it.
    #[schema(minimum = 0, maximum = 100, example = 4)]
    pub rank: i32,
    /// How many qualifying points it takes: more than any tier below it, less than any above.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 50000)]
    pub threshold: i64,
    /// What earning rules that heed tiers pay, in percent of the usual; 100, when left out.
    #[schema(nullable = false, minimum = 1, maximum = 10000, example = 150)]
    pub multiplier_percent: Option<i32>,
    /// What it brings, in words.
    #[schema(nullable = false, max_items = 50, example = json!(["专属客服"]))]
    pub benefits: Option<Vec<Name>>,
}

/// What is to change in a tier.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct TierPatch {
    /// What people call it in English.
    #[schema(nullable = false)]
    pub name: Option<Name>,
    /// What people call it in Chinese.
    #[schema(nullable = false)]
    pub name_zh: Option<Name>,
    /// The higher, the better; no two active tiers share it.
    #[schema(nullable = false, minimum = 0, maximum = 100)]
    pub rank: Option<i32>,
    /// How many qualifying points it takes: more than any tier below it, less than any above.
    #[schema(nullable = false, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub threshold: Option<i64>,
    /// What earning rules that heed tiers pay, in percent of the usual.
    #[schema(nullable = false, minimum = 1, maximum = 10000)]
    pub multiplier_percent: Option<i32>,
    /// What it brings, in words.
    #[schema(nullable = false, max_items = 50)]
    pub benefits: Option<Vec<Name>>,
}

/// A tier as it is now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TierOut {
    /// Which one.
    pub id: TierId,
    /// What other systems call it.
    #[schema(example = "silver")]
    pub code: String,
    /// What people call it in English.
    #[schema(example = "Silver")]
    pub name: String,
    /// What people call it in Chinese.
    #[schema(example = "银卡")]
    pub name_zh: String,
    /// The higher, the better.
    #[schema(example = 1)]
    pub rank: i32,
    /// How many qualifying points it takes.
    #[schema(example = 1000)]
    pub threshold: i64,
    /// What earning rules that heed tiers pay, in percent of the usual.
    #[schema(example = 100)]
    pub multiplier_percent: i32,
    /// What it brings, in words.
    pub benefits: Vec<String>,
    /// Whether it can be reached.
    pub active: bool,
    /// Grows with every change; also the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl From<TierRow> for TierOut {
    fn from(row: TierRow) -> Self {
        Self {
            id: row.id,
            code: row.code,
            name: row.name,
            name_zh: row.name_zh,
            rank: row.rank,
            threshold: row.threshold,
            multiplier_percent: row.multiplier_percent,
            benefits: row.benefits,
            active: row.active,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Resource for TierOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/loyalty/tiers/{}", self.id))
    }
}

page_of! {
    /// A page of tiers.
    TierPage, TierOut
}

/// Which tiers are wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TierFilter {
    /// Only those that can be reached, or only the others.
    #[param(nullable = false)]
    pub active: Option<bool>,
}
