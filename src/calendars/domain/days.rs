//! Cuts time into parts of one local day and one offset each, so that within a part local time is plain
//! addition. All numbers are milliseconds since 1970.

use super::Interval;
use chrono::{DateTime, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;

const MINUTE: i64 = 60_000;
pub(super) const DAY: i64 = 1440 * MINUTE;
/// 1969-12-30: local days of 1970-01-01 begin before it in the east.
const FIRST: i64 = -2 * DAY;
/// 2200-01-01, where Hearback's time ends.
pub(super) const LAST: i64 = 7_258_118_400_000;

/// A stretch of one local day over which the offset stays the same.
#[derive(Clone, Copy)]
pub(super) struct DayPart {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) date: NaiveDate,
    /// The instant at which local minute 0 would be under this part's offset.
    midnight: i64,
}

impl DayPart {
    /// Returns the instants of this part that read as the interval's minutes.
    pub(super) fn clip(&self, interval: Interval) -> Option<(i64, i64)> {
        let at = |minute: u32| (self.midnight + i64::from(minute) * MINUTE).clamp(self.from, self.to);
        let (open, close) = (at(interval.start_minute()), at(interval.end_minute()));
        (open < close).then_some((open, close))
    }
}

/// Yields the parts of `[from, to)` in order, lazily.
pub(super) fn parts(zone: Tz, from: i64, to: i64) -> impl Iterator<Item = DayPart> {
    // Without bounds a far instant would be an endless walk.
    let (mut next, to) = (from.max(FIRST), to.min(LAST));
    std::iter::from_fn(move || {
        let part = (next < to).then(|| first_part(zone, next, to))?;
        next = part.to;
        Some(part)
    })
}

fn first_part(zone: Tz, from: i64, to: i64) -> DayPart {
    let offset = offset(zone, from);
    let local = from + offset;
    let midnight = local - local.rem_euclid(DAY) - offset;
    let end = to.min(midnight + DAY);
    DayPart {
        from,
        to: change_of_offset(zone, from, end).unwrap_or(end),
        date: instant(local).date_naive(),
        midnight,
    }
}

/// Finds where the offset changes within `[from, to)`; no zone changes it twice in a day.
fn change_of_offset(zone: Tz, from: i64, to: i64) -> Option<i64> {
    let (mut before, mut after) = (from, to - 1);
    let old = offset(zone, before);
    if offset(zone, after) == old {
        return None;
    }
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if offset(zone, middle) == old {
            before = middle;
        } else {
            after = middle;
        }
    }
    Some(after)
}

fn offset(zone: Tz, at: i64) -> i64 {
    let seconds = zone.offset_from_utc_datetime(&instant(at).naive_utc()).fix().local_minus_utc();
    i64::from(seconds) * 1000
}

/// Returns the instant; every number here lies within [`FIRST`] and [`LAST`], give or take a day, so the
/// default is never taken.
pub(super) fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
