use super::store::{MonthOwed, Statement};
use crate::{
    customers::CustomerId,
    platform::{http::reply::Resource, time::Timestamp},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Which month is wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MonthParams {
    /// A local month of the program, `YYYY-MM`; the present one, when left out.
    #[param(nullable = false, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-03")]
    pub month: Option<String>,
}

/// Which months are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MonthsParams {
    /// The first local month, `YYYY-MM`; eleven months before the last, when left out.
    #[param(nullable = false, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-01")]
    pub from: Option<String>,
    /// The last local month, `YYYY-MM`; the present one, when left out.
    #[param(nullable = false, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-12")]
    pub to: Option<String>,
}

/// What a customer's points did in a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementOut {
    /// The customer.
    pub customer_id: CustomerId,
    /// The local month.
    #[schema(example = "2026-03")]
    pub month: String,
    /// Whether the month is over.
    pub complete: bool,
    /// What there was before it: available, pending and held, less what was owed.
    #[schema(example = 180)]
    pub opening: i64,
    /// What each kind of entry changed in it, by when entries became true.
    #[schema(example = json!({ "earn": 100, "redeem": -120 }))]
    pub by_kind: BTreeMap<String, i64>,
    /// What there is after it.
    #[schema(example = 160)]
    pub closing: i64,
}

impl StatementOut {
    /// Returns the statement of a month.
    pub fn of(customer_id: CustomerId, month: NaiveDate, complete: bool, statement: Statement) -> Self {
        let sum: i64 = statement.by_kind.values().sum();
        Self {
            customer_id,
            month: name(month),
            complete,
            opening: statement.opening,
            closing: statement.opening.saturating_add(sum),
            by_kind: statement
                .by_kind
                .into_iter()
                .filter(|(_, amount)| *amount != 0)
                .map(|(kind, amount)| (kind.to_owned(), amount))
                .collect(),
        }
    }
}

impl Resource for StatementOut {}

/// What is owed in points that end in one month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LiabilityMonthOut {
    /// The local month of their last day; null for points that never end.
    #[schema(required = true, example = "2027-01")]
    pub month: Option<String>,
    /// What can be spent.
    #[schema(example = 100)]
    pub available: i64,
    /// What is not available yet.
    #[schema(example = 0)]
    pub pending: i64,
    /// What is held.
    #[schema(example = 0)]
    pub held: i64,
    /// What all of it is worth, in minor units of the organisation's currency, rounded down.
    #[schema(example = 100)]
    pub value_minor: i64,
}

/// What the organisation owes its customers in points.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LiabilityOut {
    /// At which instant.
    pub as_of: Timestamp,
    /// All points: available, pending and held. What customers owe is not set against it.
    #[schema(example = 100)]
    pub points: i64,
    /// What they are worth, in minor units of the organisation's currency, rounded down.
    #[schema(example = 100)]
    pub value_minor: i64,
    /// By the month in which they end.
    pub months: Vec<LiabilityMonthOut>,
}

impl LiabilityOut {
    /// Returns what is owed, at this value of 1,000 points.
    pub fn of(at: DateTime<Utc>, value: i64, rows: Vec<MonthOwed>) -> Self {
        let all = |(_, free, pending, held): &MonthOwed| free.saturating_add(*pending).saturating_add(*held);
        let points = rows.iter().map(all).fold(0i64, i64::saturating_add);
        Self {
            as_of: Timestamp(at),
            points,
            value_minor: worth(points, value),
            months: rows
                .iter()
                .map(|row| LiabilityMonthOut {
                    month: row.0.map(name),
                    available: row.1,
                    pending: row.2,
                    held: row.3,
                    value_minor: worth(all(row), value),
                })
                .collect(),
        }
    }
}

impl Resource for LiabilityOut {}

/// What was earned, and what of it expired unused, of points that end in one month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BreakageMonthOut {
    /// The local month of their last day.
    #[schema(example = "2027-01")]
    pub month: String,
    /// What was earned.
    #[schema(example = 100)]
    pub earned: i64,
    /// What expired unused.
    #[schema(example = 25)]
    pub expired: i64,
    /// Expired of earned, in percent, rounded half even to four decimals; null where nothing was earned.
    #[schema(required = true, example = 25.0)]
    pub percent: Option<f64>,
}

/// What expires unused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BreakageOut {
    /// At which instant.
    pub as_of: Timestamp,
    /// By the month in which the points end.
    pub months: Vec<BreakageMonthOut>,
}

impl BreakageOut {
    /// Returns what expired by month.
    pub fn of(at: DateTime<Utc>, rows: Vec<(NaiveDate, i64, i64)>) -> Self {
        let month = |(month, earned, expired): (NaiveDate, i64, i64)| BreakageMonthOut {
            month: name(month),
            earned,
            expired,
            percent: percent(expired, earned),
        };
        Self { as_of: Timestamp(at), months: rows.into_iter().map(month).collect() }
    }
}

impl Resource for BreakageOut {}

fn name(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

/// Returns what points are worth at this value of 1,000, rounded down.
fn worth(points: i64, value: i64) -> i64 {
    let worth = i128::from(points).saturating_mul(i128::from(value)) / 1000;
    i64::try_from(worth).unwrap_or(i64::MAX)
}

/// Returns a share in percent, from integers, rounded half even to four decimals.
fn percent(part: i64, whole: i64) -> Option<f64> {
    let (part, whole) = (i128::from(part).checked_mul(1_000_000)?, i128::from(whole));
    let (quotient, rest) = (part.checked_div(whole)?, part.checked_rem(whole)?);
    let half = rest.saturating_mul(2).cmp(&whole);
    let up = half.is_gt() || (half.is_eq() && quotient % 2 != 0);
    let rounded = i32::try_from(quotient.saturating_add(i128::from(up))).ok()?;
    Some(f64::from(rounded) / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::{percent, worth};

    #[test]
    fn shares_are_rounded_half_even() {
        assert_eq!(percent(1, 3), Some(33.3333));
        assert_eq!(percent(2, 3), Some(66.6667));
        assert_eq!(percent(1, 2_000_000), Some(0.0));
        assert_eq!(percent(3, 2_000_000), Some(0.0002));
        assert_eq!(percent(1, 0), None);
    }

    #[test]
    fn worth_is_rounded_down() {
        assert_eq!(worth(1999, 500), 999);
        assert_eq!(worth(9_007_199_254_740_991, 1000), 9_007_199_254_740_991);
    }
}
