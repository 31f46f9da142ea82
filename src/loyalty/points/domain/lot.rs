use super::{AccountId, ConsumptionOrder, EntryId, LotId};
use chrono::{DateTime, Utc};

/// A place in the order of spending.
pub type Place = (DateTime<Utc>, DateTime<Utc>, LotId);

/// Points that came together and end together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// The id.
    pub id: LotId,
    /// The account.
    pub account: AccountId,
    /// The entry that made it.
    pub source: EntryId,
    /// The credit whose part it is: another than its source where it replaces a lot that expired.
    pub credit: EntryId,
    /// How many points it began with.
    pub original: i64,
    /// How many are left, held ones included.
    pub remaining: i64,
    /// How many of those are held.
    pub held: i64,
    /// How many expired unused.
    pub expired: i64,
    /// How much of the credit its reversals asked for; kept at the credit's first lot.
    pub reversal_requested: i64,
    /// How much of that was taken, owed or waived; kept at the credit's first lot.
    pub reversal_done: i64,
    /// From when it can be spent; none while it waits for its confirmation.
    pub available_at: Option<DateTime<Utc>>,
    /// When it ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it has become available, as posted.
    pub activated: bool,
    /// Whether it replaces a lot that expired.
    pub reinstated: bool,
    /// When it was confirmed, where it had to be.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl Lot {
    /// Returns how many points nobody holds.
    pub fn unheld(&self) -> i64 {
        self.remaining.saturating_sub(self.held)
    }

    /// Returns whether its time is over at `at`.
    pub fn is_over(&self, at: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end <= at)
    }

    /// Returns how many points can be spent at `at`.
    pub fn free(&self, at: DateTime<Utc>) -> i64 {
        if self.activated && !self.is_over(at) { self.unheld() } else { 0 }
    }

    /// Returns what it adds to its account: free, pending, held.
    pub fn shares(&self) -> (i64, i64, i64) {
        if self.activated { (self.unheld(), 0, self.held) } else { (0, self.unheld(), self.held) }
    }

    /// Returns where it stands in the order of spending.
    pub fn place(&self, order: ConsumptionOrder) -> Place {
        let available = self.available_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        match order {
            ConsumptionOrder::ExpiringFirst => {
                (self.expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC), available, self.id)
            }
            ConsumptionOrder::OldestFirst => (available, available, self.id),
        }
    }
}
