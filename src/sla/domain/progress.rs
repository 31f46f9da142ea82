use super::{Aim, Clock, Unit};
use crate::calendars::WorkCalendar;
use chrono::{DateTime, Utc};

const DAYS_PER_LEVEL: u32 = 3;

/// Returns start and aim of the progress clock of the working day that is not yet over at `at`, or of the next.
///
/// Its budget is all that is left of the day, so that it is due when the day closes. A day that has begun
/// counts from `at`.
pub fn progress_day(calendar: &WorkCalendar, at: DateTime<Utc>) -> Option<(DateTime<Utc>, Aim)> {
    let (opening, closing) = calendar.working_day_at(at)?;
    let start = opening.max(at);
    Some((start, Aim { unit: Unit::Working, budget_ms: calendar.millis_between(start, closing) }))
}

/// Returns what is left of the day of a progress clock by another calendar; none where the day is over by it, or none.
pub fn progress_rest(clock: &Clock, calendar: &WorkCalendar, at: DateTime<Utc>) -> Option<i64> {
    let day = calendar.local_date(clock.started_at()?);
    let (opening, closing) = calendar.working_day_at(at)?;
    (calendar.local_date(opening) == day).then(|| calendar.millis_between(at, closing))
}

/// Returns whether so many missed days in a row raise a level: each third does.
pub fn days_missed_climb(missed_in_a_row: u32) -> bool {
    missed_in_a_row > 0 && missed_in_a_row.is_multiple_of(DAYS_PER_LEVEL)
}
