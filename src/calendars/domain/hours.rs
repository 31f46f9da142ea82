use super::Refusal;
use chrono::Weekday;
use serde::{Deserialize, Serialize};

const MAX_INTERVALS: usize = 24;
const DAY_MINUTES: u32 = 1440;

/// A stretch of one local day in minutes since its midnight, half-open; written `["09:00", "12:00"]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "(String, String)", into = "(String, String)")]
pub struct Interval {
    start_minute: u32,
    end_minute: u32,
}

impl Interval {
    /// Reads two times of day; the end may be `24:00`.
    pub fn parse(start: &str, end: &str) -> Result<Self, Refusal> {
        let (start_minute, end_minute) = (minute_of_day(start)?, minute_of_day(end)?);
        if start_minute >= end_minute {
            return Err(Refusal::IntervalNotPositive(start.into(), end.into()));
        }
        Ok(Interval { start_minute, end_minute })
    }

    /// Returns the first minute of the interval.
    pub fn start_minute(self) -> u32 {
        self.start_minute
    }

    /// Returns the minute at which the interval is over, at most 1440.
    pub fn end_minute(self) -> u32 {
        self.end_minute
    }
}

impl TryFrom<(String, String)> for Interval {
    type Error = Refusal;

    fn try_from((start, end): (String, String)) -> Result<Self, Refusal> {
        Interval::parse(&start, &end)
    }
}

impl From<Interval> for (String, String) {
    fn from(interval: Interval) -> Self {
        (time_of_day(interval.start_minute), time_of_day(interval.end_minute))
    }
}

/// The intervals of each weekday, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Week {
    /// Monday's.
    pub mon: Vec<Interval>,
    /// Tuesday's.
    pub tue: Vec<Interval>,
    /// Wednesday's.
    pub wed: Vec<Interval>,
    /// Thursday's.
    pub thu: Vec<Interval>,
    /// Friday's.
    pub fri: Vec<Interval>,
    /// Saturday's.
    pub sat: Vec<Interval>,
    /// Sunday's.
    pub sun: Vec<Interval>,
}

impl Week {
    /// Returns a week with the same hours from Monday to Friday.
    pub fn five_days(hours: &[Interval]) -> Self {
        let [mon, tue, wed, thu, fri] = std::array::from_fn(|_| hours.to_vec());
        Week { mon, tue, wed, thu, fri, ..Week::default() }
    }

    /// Returns the hours of a weekday.
    pub fn hours(&self, day: Weekday) -> &[Interval] {
        match day {
            Weekday::Mon => &self.mon,
            Weekday::Tue => &self.tue,
            Weekday::Wed => &self.wed,
            Weekday::Thu => &self.thu,
            Weekday::Fri => &self.fri,
            Weekday::Sat => &self.sat,
            Weekday::Sun => &self.sun,
        }
    }

    /// Returns the hours of the first weekday that has any, Monday first.
    pub fn first_working_hours(&self) -> &[Interval] {
        let days = [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun];
        days.into_iter().find(|hours| !hours.is_empty()).map_or(&[], Vec::as_slice)
    }

    /// Returns the week with every day in order, or refuses a day or a week without work.
    pub(super) fn checked(self) -> Result<Self, Refusal> {
        let week = Week {
            mon: in_order(self.mon)?,
            tue: in_order(self.tue)?,
            wed: in_order(self.wed)?,
            thu: in_order(self.thu)?,
            fri: in_order(self.fri)?,
            sat: in_order(self.sat)?,
            sun: in_order(self.sun)?,
        };
        if week.first_working_hours().is_empty() { Err(Refusal::NoWorkingTime) } else { Ok(week) }
    }
}

/// Returns the intervals of one day in order; refuses overlaps and more than 24.
pub(super) fn in_order(mut hours: Vec<Interval>) -> Result<Vec<Interval>, Refusal> {
    if hours.len() > MAX_INTERVALS {
        return Err(Refusal::TooManyIntervals);
    }
    hours.sort_unstable();
    for (earlier, later) in hours.iter().zip(hours.iter().skip(1)) {
        if later.start_minute < earlier.end_minute {
            let (start, end) = (*later).into();
            return Err(Refusal::IntervalsOverlap(start, end));
        }
    }
    Ok(hours)
}

fn minute_of_day(text: &str) -> Result<u32, Refusal> {
    let two_digits = |part: &str| {
        let sound = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| sound)
    };
    text.split_once(':')
        .and_then(|(hours, minutes)| Some((two_digits(hours)?, two_digits(minutes)?)))
        .filter(|(_, minutes)| *minutes < 60)
        .map(|(hours, minutes)| hours * 60 + minutes)
        .filter(|minute| *minute <= DAY_MINUTES)
        .ok_or_else(|| Refusal::InvalidTimeOfDay(text.into()))
}

fn time_of_day(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
