use chrono::{Datelike, Days, Months, NaiveDate};
use std::{fmt, str::FromStr};

/// The most months that a rolling window may count.
const LONGEST: u32 = 60;

/// Which days count for a tier, and how long a tier lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// So many months back from today.
    Rolling(u32),
    /// From this day of the year on, for a year.
    Fixed {
        /// The month.
        month: u32,
        /// The day, not after the 28th.
        day: u32,
    },
}

impl Window {
    /// Returns the first of the days that count on `today`, which is the last of them.
    pub fn begins(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Rolling(n) => after(today).checked_sub_months(Months::new(n)).unwrap_or(today),
            Self::Fixed { month, day } => {
                let of_year = |year| NaiveDate::from_ymd_opt(year, month, day);
                let this = of_year(today.year()).filter(|begin| *begin <= today);
                this.or_else(|| of_year(today.year().saturating_sub(1))).unwrap_or(today)
            }
        }
    }

    /// Returns the first day on which what was earned on `day` counts no more.
    pub fn leaves(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Rolling(n) => {
                // where months are shorter, up to three days share one end
                let mut end = later(day, n);
                while self.begins(end) <= day && end < NaiveDate::MAX {
                    end = after(end);
                }
                end
            }
            Self::Fixed { .. } => later(self.begins(day), 12),
        }
    }

    /// Returns the first day on which a tier is over that was reached on `day`: it lasts to the end of the next
    /// cycle, and a rolling cycle begins on that very day, so that what raised it does not keep it.
    pub fn risen_until(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Rolling(_) => after(self.leaves(day)),
            Self::Fixed { .. } => later(self.kept_until(day), 12),
        }
    }

    /// Returns the first day on which a tier is over that begins anew with `day`: it lasts for one cycle, or to the
    /// end of the running one.
    pub fn kept_until(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Rolling(_) => after(self.leaves(day.pred_opt().unwrap_or(day))),
            Self::Fixed { .. } => later(self.begins(day), 12),
        }
    }

    /// Returns a day before which nothing matters to what happens on `day` or later.
    pub fn horizon(self, day: NaiveDate) -> NaiveDate {
        let cycle = match self {
            Self::Rolling(n) => n,
            Self::Fixed { .. } => 12,
        };
        let months = Months::new(cycle.saturating_mul(2).saturating_add(1));
        day.checked_sub_months(months).unwrap_or(NaiveDate::MIN)
    }
}

fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn later(day: NaiveDate, months: u32) -> NaiveDate {
    let end = day.checked_add_months(Months::new(months));
    end.or_else(|| day.checked_add_days(Days::new(1))).unwrap_or(day)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling(n) => write!(f, "rolling:{n}"),
            Self::Fixed { month, day } => write!(f, "fixed:{month:02}-{day:02}"),
        }
    }
}

impl FromStr for Window {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let window = match text.split_once(':').ok_or(())? {
            ("rolling", n) => Self::Rolling(n.parse().map_err(|_| ())?),
            ("fixed", date) => {
                let (month, day) = date.split_once('-').ok_or(())?;
                Self::Fixed { month: month.parse().map_err(|_| ())?, day: day.parse().map_err(|_| ())? }
            }
            _ => return Err(()),
        };
        let right = match window {
            Self::Rolling(n) => (1..=LONGEST).contains(&n),
            Self::Fixed { month, day } => (1..=12).contains(&month) && (1..=28).contains(&day),
        };
        if right && window.to_string() == text { Ok(window) } else { Err(()) }
    }
}
