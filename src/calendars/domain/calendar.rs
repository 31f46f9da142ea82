use super::hours::in_order;
use super::{ExceptionKind, Interval, Refusal, Week};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const STANDARD_DAY_MINUTES: std::ops::RangeInclusive<u32> = 1..=1440;

/// What one date has of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayException {
    /// How the day changes.
    pub kind: ExceptionKind,
    /// The hours of a make-up day; without them it has those of the first working weekday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Vec<Interval>>,
    /// What people call the day.
    #[serde(default)]
    pub name: String,
}

/// What kind of day a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayKind {
    /// A weekday with hours.
    Working,
    /// A weekday without hours.
    DayOff,
    /// A dated day without work.
    Holiday,
    /// A dated day with work.
    MakeUpDay,
}

/// One version of a working calendar; it is stored whole and never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft")]
pub struct WorkCalendar {
    #[serde(rename = "time_zone")]
    zone: Tz,
    weekly: Week,
    standard_day_minutes: u32,
    exceptions: BTreeMap<NaiveDate, DayException>,
}

/// A calendar as it comes in, before anybody has looked at it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    time_zone: String,
    weekly: Week,
    standard_day_minutes: u32,
    #[serde(default)]
    exceptions: BTreeMap<NaiveDate, DayException>,
}

impl TryFrom<Draft> for WorkCalendar {
    type Error = Refusal;

    fn try_from(draft: Draft) -> Result<Self, Refusal> {
        WorkCalendar::new(&draft.time_zone, draft.weekly, draft.standard_day_minutes)?
            .with_exceptions(draft.exceptions)
    }
}

impl WorkCalendar {
    /// Returns a calendar without exceptions, or refuses it.
    pub fn new(time_zone: &str, weekly: Week, standard_day_minutes: u32) -> Result<Self, Refusal> {
        let zone = time_zone.parse().map_err(|_| Refusal::UnknownTimeZone(time_zone.into()))?;
        if !STANDARD_DAY_MINUTES.contains(&standard_day_minutes) {
            return Err(Refusal::InvalidStandardDay);
        }
        let weekly = weekly.checked()?;
        Ok(WorkCalendar { zone, weekly, standard_day_minutes, exceptions: BTreeMap::new() })
    }

    /// Returns the calendar with these days set, each in place of what its date had.
    pub fn with_exceptions(
        mut self,
        days: impl IntoIterator<Item = (NaiveDate, DayException)>,
    ) -> Result<Self, Refusal> {
        for (date, day) in days {
            self.exceptions.insert(date, checked(date, day)?);
        }
        Ok(self)
    }

    /// Returns the calendar without the exception of a date.
    pub fn without_exception(mut self, date: NaiveDate) -> Self {
        self.exceptions.remove(&date);
        self
    }

    /// Returns the zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Returns the hours of each weekday.
    pub fn weekly(&self) -> &Week {
        &self.weekly
    }

    /// Returns how many working minutes count as one working day.
    pub fn standard_day_minutes(&self) -> u32 {
        self.standard_day_minutes
    }

    /// Returns the dated exceptions.
    pub fn exceptions(&self) -> &BTreeMap<NaiveDate, DayException> {
        &self.exceptions
    }

    /// Returns what kind of day a date is.
    pub fn day_kind(&self, date: NaiveDate) -> DayKind {
        match self.exceptions.get(&date).map(|day| day.kind) {
            Some(ExceptionKind::Holiday) => DayKind::Holiday,
            Some(ExceptionKind::MakeUpDay) => DayKind::MakeUpDay,
            None if self.weekly.hours(date.weekday()).is_empty() => DayKind::DayOff,
            None => DayKind::Working,
        }
    }

    /// Returns the working hours of a date, in order; none on a day without work.
    pub fn hours(&self, date: NaiveDate) -> &[Interval] {
        match self.exceptions.get(&date) {
            None => self.weekly.hours(date.weekday()),
            Some(day) if day.kind == ExceptionKind::Holiday => &[],
            Some(day) => day.intervals.as_deref().unwrap_or_else(|| self.weekly.first_working_hours()),
        }
    }

    /// Returns whether anybody works on a date.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        !self.hours(date).is_empty()
    }

    /// Counts the working days of `[from, to)`.
    pub fn working_days(&self, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days().take_while(|date| *date < to).filter(|date| self.is_working_day(*date)).count()
    }
}

fn checked(date: NaiveDate, mut day: DayException) -> Result<DayException, Refusal> {
    match (day.kind, day.intervals.take()) {
        (_, None) => Ok(day),
        (ExceptionKind::Holiday, Some(_)) => Err(Refusal::HolidayWithIntervals(date)),
        (ExceptionKind::MakeUpDay, Some(hours)) if hours.is_empty() => Err(Refusal::EmptyMakeUpDay(date)),
        (ExceptionKind::MakeUpDay, Some(hours)) => {
            Ok(DayException { intervals: Some(in_order(hours)?), ..day })
        }
    }
}
