//! How points are kept, and when they end.

use super::At;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How long points live, counted from the local day on which they become available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    Never,
    Days(u32),
    Months(u32),
    EndOfMonth(u32),
    EndOfYear(u32),
}

/// When earned points become available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Immediate,
    Days(u32),
    OnConfirm,
}

/// Which lots are spent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsumptionOrder {
    ExpiringFirst,
    OldestFirst,
}

/// Who bears what a refund wants back and the lots no longer have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversalPolicy {
    LotOnly,
    WithinBalance,
    AllowNegative,
}

/// The settings of a program.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub validity: Validity,
    pub activation: Activation,
    pub consumption_order: ConsumptionOrder,
    pub reversal_policy: ReversalPolicy,
    pub reinstate_grace_days: u32,
    pub min_redeem: i64,
    pub max_redeem_percent: i64,
    pub zone: Tz,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            validity: Validity::Months(12),
            activation: Activation::Immediate,
            consumption_order: ConsumptionOrder::ExpiringFirst,
            reversal_policy: ReversalPolicy::AllowNegative,
            reinstate_grace_days: 30,
            min_redeem: 1,
            max_redeem_percent: 100,
            zone: Tz::Asia__Shanghai,
        }
    }
}

impl Settings {
    /// Returns the local day of an instant.
    pub fn day_of(&self, at: At) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Returns the first instant of a local day; where clocks jump over it, the first one after.
    pub fn start_of(&self, day: NaiveDate) -> At {
        let mut local = day.and_time(NaiveTime::MIN);
        loop {
            if let Some(at) = self.zone.from_local_datetime(&local).earliest() {
                return at.with_timezone(&Utc);
            }
            local += TimeDelta::minutes(1);
        }
    }

    /// Returns when points end that become available on this local day.
    pub fn expiry(&self, day: NaiveDate) -> Option<At> {
        let end = match self.validity {
            Validity::Never => return None,
            Validity::Days(n) => day + Days::new(u64::from(n) + 1),
            Validity::Months(n) => day + Months::new(n) + Days::new(1),
            Validity::EndOfMonth(n) => day.with_day(1).unwrap() + Months::new(n + 1),
            Validity::EndOfYear(n) => {
                NaiveDate::from_ymd_opt(day.year() + 1 + i32::try_from(n).unwrap(), 1, 1).unwrap()
            }
        };
        Some(self.start_of(end))
    }

    /// Returns when points earned at this instant become available and end; not known before a confirmation.
    pub fn earned(&self, occurred_at: At) -> (Option<At>, Option<At>) {
        match self.activation {
            Activation::Immediate => self.at_once(occurred_at),
            Activation::Days(n) => {
                let day = self.day_of(occurred_at) + Days::new(u64::from(n));
                (Some(self.start_of(day)), self.expiry(day))
            }
            Activation::OnConfirm => (None, None),
        }
    }

    /// Returns when points end that are available from this instant.
    pub fn at_once(&self, at: At) -> (Option<At>, Option<At>) {
        (Some(at), self.expiry(self.day_of(at)))
    }

    /// Returns when points end that return at this instant to a lot that has ended.
    pub fn grace(&self, at: At) -> At {
        self.start_of(self.day_of(at) + Days::new(u64::from(self.reinstate_grace_days)))
    }
}
