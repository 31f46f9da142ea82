//! Who has which tier at which instant: a function of what was posted, of points by local day and of the rules.

mod days;
mod history;
mod standing;
#[cfg(test)]
mod tests;
mod window;

pub use days::Days;
pub use history::{Membership, catch_up, passed};
pub use standing::{Projection, Standing, dues, standing};
pub use window::Window;

use crate::{codes, id_type};
use chrono_tz::Tz;

id_type! {
    /// Names a tier.
    TierId
}
id_type! {
    /// Names a row of the history of tiers.
    MembershipId
}
id_type! {
    /// Names a notice about a tier.
    TierNoticeId
}

codes! {
    /// How a customer has a tier.
    pub enum TierState = "tier_state" {
        Active = "active", "Active", "有效";
        Grace = "grace", "In grace: not earned again, and kept for a while", "宽限期";
        Expired = "expired", "Over", "已失效";
        Manual = "manual", "Given by hand", "手工";
    }
}

codes! {
    /// What earns a tier.
    pub enum QualifyOn = "qualify_on" {
        Points = "points", "Points earned", "累计积分";
        Spend = "spend", "Net spend", "净消费";
        Orders = "orders", "Number of orders", "订单数";
    }
}

codes! {
    /// What follows when grace ends.
    pub enum Downgrade = "tier_downgrade" {
        OneDown = "one_down", "The next lower tier", "降一级";
        Requalify = "requalify", "The tier that the points suffice for", "按积分重新评定";
    }
}

/// A tier, as far as who has it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Which one.
    pub id: TierId,
    /// What other systems call it.
    pub code: String,
    /// The higher, the better.
    pub rank: i32,
    /// How many qualifying points it takes.
    pub threshold: i64,
    /// What earning rules that heed tiers pay, in percent of the usual.
    pub multiplier_percent: i32,
    /// Whether it can still be reached.
    pub active: bool,
}

/// The rules that tiers go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whose midnights end tiers.
    pub zone: Tz,
    /// Which days count.
    pub window: Window,
    /// For how many days a tier that was not earned again is kept.
    pub grace_days: u32,
    /// What follows then.
    pub downgrade: Downgrade,
    /// How many days before grace the customer is told.
    pub notice_days: Vec<u32>,
    /// All tiers, lowest first.
    pub tiers: Vec<Tier>,
}

impl Rules {
    /// Returns a tier.
    pub fn tier(&self, id: TierId) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.id == id)
    }

    /// Returns the tier that everybody has.
    pub fn base(&self) -> Option<&Tier> {
        self.active().next()
    }

    /// Returns the highest tier that so many points suffice for.
    pub fn reached(&self, qualifying: i64) -> Option<&Tier> {
        self.active().filter(|tier| tier.threshold <= qualifying.max(0)).last()
    }

    /// Returns the lowest tier above a rank.
    pub fn above(&self, rank: i32) -> Option<&Tier> {
        self.active().find(|tier| tier.rank > rank)
    }

    /// Returns the highest tier below a rank.
    pub fn below(&self, rank: i32) -> Option<&Tier> {
        self.active().filter(|tier| tier.rank < rank).last()
    }

    fn active(&self) -> impl Iterator<Item = &Tier> {
        self.tiers.iter().filter(|tier| tier.active)
    }
}

/// Why tiers cannot be as they would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A tier takes as many points as one above it, or more.
    #[error("thresholds rise with the rank")]
    ThresholdsNotRising,
    /// The lowest tier takes points, or there is none.
    #[error("the lowest tier takes no points")]
    NoBase,
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::ThresholdsNotRising => "thresholds_not_rising",
            Self::NoBase => "no_base_tier",
        }
    }
}

/// Refuses tiers, by rank, whose thresholds do not rise, or of which the lowest takes points.
pub fn check(tiers: &[Tier]) -> Result<(), Refusal> {
    let thresholds: Vec<i64> = tiers.iter().filter(|tier| tier.active).map(|tier| tier.threshold).collect();
    if thresholds.first() != Some(&0) {
        return Err(Refusal::NoBase);
    }
    let rising = thresholds.iter().zip(thresholds.iter().skip(1)).all(|(low, high)| low < high);
    if rising { Ok(()) } else { Err(Refusal::ThresholdsNotRising) }
}
