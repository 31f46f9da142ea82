//! When points become available and when they end.

use super::{ConsumptionOrder, ReversalPolicy};
use crate::platform::time::start_of_day;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use std::{fmt, str::FromStr};

/// The most days or months that validity and activation may count.
const LONGEST: u32 = 1200;

/// How long points live, counted from the local day on which they became available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// For ever.
    Never,
    /// That many whole local days after the day of activation.
    Days(u32),
    /// To the end of the same day that many months on; of a shorter month the last day.
    Months(u32),
    /// To the end of the month that many months on.
    EndOfMonth(u32),
    /// To the end of the year that many years on.
    EndOfYear(u32),
}

/// When earned points become available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// At once.
    Immediate,
    /// At the start of the local day that many days after the day of the earning.
    Days(u32),
    /// When somebody confirms them.
    OnConfirm,
}

/// The rules of the program that the ledger goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whose midnights end points.
    pub zone: Tz,
    /// How long points live.
    pub validity: Validity,
    /// When earned points become available.
    pub activation: Activation,
    /// Which lots are spent first.
    pub order: ConsumptionOrder,
    /// From where a reversed earning is taken back.
    pub reversal: ReversalPolicy,
    /// For how many days points live that come back after their end.
    pub grace_days: u32,
    /// The smallest redemption.
    pub min_redeem: i64,
    /// The largest redemption, as a share of what is available.
    pub max_redeem_percent: i64,
}

impl Terms {
    /// Returns the local day of an instant.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Returns when points that become available at `at` end.
    pub fn expires(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.validity.first_day_after(self.day(at)).map(|day| self.midnight(day))
    }

    /// Returns when points that are earned at `at` become available; `None` waits for a confirmation.
    pub fn available(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.activation {
            Activation::Immediate => Some(at),
            Activation::Days(days) => {
                let day = self.day(at);
                Some(self.midnight(day.checked_add_days(Days::new(days.into())).unwrap_or(day)))
            }
            Activation::OnConfirm => None,
        }
    }

    /// Returns when points end that come back at `at` after their end.
    pub fn reinstated_until(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let day = self.day(at);
        self.midnight(day.checked_add_days(Days::new(self.grace_days.into())).unwrap_or(day))
    }

    fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        start_of_day(self.zone, day)
    }
}

impl Validity {
    /// Returns the first local day on which points that were activated on `day` are no more.
    pub fn first_day_after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Never => None,
            Self::Days(n) => day.checked_add_days(Days::new(u64::from(n).saturating_add(1))),
            Self::Months(n) => day.checked_add_months(Months::new(n))?.succ_opt(),
            Self::EndOfMonth(n) => day.with_day(1)?.checked_add_months(Months::new(n.saturating_add(1))),
            Self::EndOfYear(n) => {
                let year = day.year().checked_add(i32::try_from(n).ok()?)?.checked_add(1)?;
                NaiveDate::from_ymd_opt(year, 1, 1)
            }
        }
    }
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::Days(n) => write!(f, "days:{n}"),
            Self::Months(n) => write!(f, "months:{n}"),
            Self::EndOfMonth(n) => write!(f, "end_of_month:{n}"),
            Self::EndOfYear(n) => write!(f, "end_of_year:{n}"),
        }
    }
}

impl FromStr for Validity {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            None if text == "never" => Ok(Self::Never),
            Some(("days", n)) => count(n, LONGEST.saturating_mul(30)).map(Self::Days),
            Some(("months", n)) => count(n, LONGEST).map(Self::Months),
            Some(("end_of_month", n)) => count(n, LONGEST).map(Self::EndOfMonth),
            Some(("end_of_year", n)) => count(n, LONGEST / 12).map(Self::EndOfYear),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Immediate => f.write_str("immediate"),
            Self::Days(n) => write!(f, "days:{n}"),
            Self::OnConfirm => f.write_str("on_confirm"),
        }
    }
}

impl FromStr for Activation {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            None if text == "immediate" => Ok(Self::Immediate),
            None if text == "on_confirm" => Ok(Self::OnConfirm),
            Some(("days", n)) => count(n, LONGEST).map(Self::Days),
            _ => Err(()),
        }
    }
}

/// Returns the number in plain digits, if it is not above `most`.
fn count(text: &str, most: u32) -> Result<u32, ()> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|n| plain && *n <= most).ok_or(())
}
