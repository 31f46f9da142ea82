use crate::{
    customers::CustomerId,
    loyalty::tiers::{actions::Mover, domain::Downgrade},
    page_of,
    platform::{http::reply::Resource, text::Code, time::Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// A threshold that would be another.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThresholdIn {
    /// The code of an active tier.
    #[schema(example = "gold")]
    pub tier: Code,
    /// How many qualifying points it would take.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 6000)]
    pub threshold: i64,
}

/// Rules that would be others; what is left out would stay.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RehearsalIn {
    /// Other thresholds.
    #[schema(nullable = false, max_items = 100)]
    pub thresholds: Option<Vec<ThresholdIn>>,
    /// Which days would count.
    #[schema(
        nullable = false,
        pattern = "^(rolling:[1-9][0-9]?|fixed:[0-9]{2}-[0-9]{2})$",
        example = "rolling:12"
    )]
    pub qualifying_window: Option<String>,
    /// For how many days a tier that was not earned again would be kept.
    #[schema(nullable = false, minimum = 0, maximum = 3650)]
    pub tier_grace_days: Option<i32>,
    /// What would follow then.
    #[schema(nullable = false)]
    pub tier_downgrade: Option<Downgrade>,
}

/// A customer that would move.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MoverOut {
    /// Who.
    pub customer_id: CustomerId,
    /// The code of the tier by the present rules: the present one, or the one at the end of validity.
    #[schema(example = "gold")]
    pub from: String,
    /// The code of the tier by the other rules.
    #[schema(example = "silver")]
    pub to: String,
    /// When it would be another one, if nothing more is earned; null for at once.
    #[schema(required = true)]
    pub at: Option<Timestamp>,
    /// The points that would count.
    #[schema(example = 5600)]
    pub qualifying: i64,
}

impl From<Mover> for MoverOut {
    fn from(mover: Mover) -> Self {
        Self {
            customer_id: mover.customer,
            from: mover.from,
            to: mover.to,
            at: mover.at.map(Timestamp),
            qualifying: mover.qualifying,
        }
    }
}

page_of! {
    /// A page of customers that would move; it may be short, or empty, while there is a next one.
    MoverPage, MoverOut
}

impl Resource for MoverPage {}
