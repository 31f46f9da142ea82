use super::{EarningRuleId, Rule, WhyNotEarned};
use crate::customers::CustomerId;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// How many points a rule pays at most; what is above a cap is cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// To one customer.
    pub per_customer: Option<i64>,
    /// To one customer on one local day.
    pub per_customer_day: Option<i64>,
    /// To all.
    pub total: Option<i64>,
}

/// Whose points a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Of which rule.
    pub rule: EarningRuleId,
    /// Of which customer; of all, when absent.
    pub customer: Option<CustomerId>,
    /// On which local day; on all, when absent.
    pub day: Option<NaiveDate>,
}

/// A cap with what is used up of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Whose points it counts.
    pub subject: Subject,
    /// How many there are at most.
    pub most: i64,
}

/// What is used up of caps.
pub type Tallies = BTreeMap<Subject, i64>;

impl Rule {
    /// Returns the caps that a customer meets on a day, in the order in which they are held; nobody meets only that of
    /// all.
    pub fn tallies(&self, customer: Option<CustomerId>, day: NaiveDate) -> Vec<(Tally, WhyNotEarned)> {
        let of = |customer, day| Subject { rule: self.id, customer, day };
        let all = [
            (of(None, None), self.caps.total, WhyNotEarned::TotalCap),
            (
                of(customer, None),
                self.caps.per_customer.filter(|_| customer.is_some()),
                WhyNotEarned::CustomerCap,
            ),
            (
                of(customer, Some(day)),
                self.caps.per_customer_day.filter(|_| customer.is_some()),
                WhyNotEarned::DayCap,
            ),
        ];
        all.into_iter()
            .filter_map(|(subject, most, why)| Some((Tally { subject, most: most? }, why)))
            .collect()
    }
}
