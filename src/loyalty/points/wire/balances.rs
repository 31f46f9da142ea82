use crate::{
    customers::CustomerId,
    loyalty::points::{
        actions::Standing,
        domain::{Balance, Expiring},
    },
    platform::{http::reply::Resource, time::Timestamp},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a customer has, accounts of merged customers included.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct BalanceOut {
    /// What can be spent; below 0 by what is owed beyond that.
    #[schema(example = 180)]
    pub available: i64,
    /// What is earned and not available yet.
    #[schema(example = 0)]
    pub pending: i64,
    /// What is held for purchases that are not yet sure.
    #[schema(example = 0)]
    pub held: i64,
    /// What is owed.
    #[schema(example = 0)]
    pub debt: i64,
}

impl From<Balance> for BalanceOut {
    fn from(balance: Balance) -> Self {
        let Balance { available, pending, held, debt } = balance;
        Self { available, pending, held, debt }
    }
}

/// Points that end together.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ExpiringOut {
    /// The local day at whose beginning they end.
    #[schema(example = "2027-01-10")]
    pub on: NaiveDate,
    /// How many.
    #[schema(example = 100)]
    pub amount: i64,
}

impl From<Expiring> for ExpiringOut {
    fn from(row: Expiring) -> Self {
        Self { on: row.on, amount: row.amount }
    }
}

/// What a customer has, at an instant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PointsOut {
    /// The customer.
    pub customer_id: CustomerId,
    /// At which instant.
    pub as_of: Timestamp,
    /// What can be spent; below 0 by what is owed beyond that.
    #[schema(example = 180)]
    pub available: i64,
    /// What is earned and not available yet.
    #[schema(example = 0)]
    pub pending: i64,
    /// What is held for purchases that are not yet sure.
    #[schema(example = 0)]
    pub held: i64,
    /// What is owed.
    #[schema(example = 0)]
    pub debt: i64,
    /// What was earned and brought in so far, less what of that was reversed.
    #[schema(example = 300)]
    pub lifetime_earned: i64,
    /// The code of the tier.
    #[schema(example = "silver")]
    pub tier: String,
    /// How many points are missing for the next tier; null for the highest.
    #[schema(required = true, example = 700)]
    pub points_to_next_tier: Option<i64>,
    /// What ends when, as far as nobody spends it before.
    pub expiring: Vec<ExpiringOut>,
}

impl PointsOut {
    /// Returns where a customer stands at an instant.
    pub fn of(customer_id: CustomerId, at: DateTime<Utc>, standing: Standing) -> Self {
        let Balance { available, pending, held, debt } = standing.balance;
        Self {
            customer_id,
            as_of: Timestamp(at),
            available,
            pending,
            held,
            debt,
            lifetime_earned: standing.lifetime_earned,
            points_to_next_tier: standing.tier.points_to_next(),
            tier: standing.tier.tier.code,
            expiring: standing.expiring.into_iter().map(Into::into).collect(),
        }
    }
}

impl Resource for PointsOut {}

/// Of which instant the balance is wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PointsParams {
    /// As of which past instant; now, when left out. In the future it is 422 `future_instant`.
    #[param(nullable = false)]
    pub as_of: Option<Timestamp>,
}
