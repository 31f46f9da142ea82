use super::AccountId;
use chrono::{DateTime, NaiveDate, Utc};

/// Where an account stands: the sums over its lots and entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The id.
    pub id: AccountId,
    /// The account of the customer that its own became a part of; else itself.
    pub group: AccountId,
    /// The place of its last entry; 0 before the first.
    pub seq: i64,
    /// When its last entry was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The sum of its entries.
    pub balance: i64,
    /// What is activated and not held, as posted.
    pub free: i64,
    /// What is not activated yet.
    pub pending: i64,
    /// What is held.
    pub held: i64,
    /// What is owed.
    pub debt: i64,
    /// What was earned or brought in, less what of that was reversed.
    pub lifetime_earned: i64,
    /// Nothing happens by itself before this instant.
    pub next_event_at: Option<DateTime<Utc>>,
    /// Its qualifying points are not more than this.
    pub earned_bound: i64,
    /// Below this many qualifying points of all linked accounts the tier stays; none when there is none above.
    pub tier_next: Option<i64>,
    /// Nothing happens to the tier by itself before this instant.
    pub tier_due_at: Option<DateTime<Utc>>,
}

impl Account {
    /// Returns an account without entries.
    pub fn new(id: AccountId, at: DateTime<Utc>) -> Self {
        Self {
            id,
            group: id,
            seq: 0,
            recorded_at: at,
            balance: 0,
            free: 0,
            pending: 0,
            held: 0,
            debt: 0,
            lifetime_earned: 0,
            next_event_at: None,
            earned_bound: 0,
            tier_next: None,
            tier_due_at: None,
        }
    }
}

/// What a customer has, linked accounts included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// What can be spent; negative by what is owed beyond that.
    pub available: i64,
    /// What is earned and not activated yet.
    pub pending: i64,
    /// What is held.
    pub held: i64,
    /// What is owed.
    pub debt: i64,
}

/// Points that end together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiring {
    /// The local day at whose beginning they end.
    pub on: NaiveDate,
    /// How many.
    pub amount: i64,
}
