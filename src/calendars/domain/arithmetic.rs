use super::days::{DAY, DayPart, LAST, instant, parts};
use super::{DayKind, WorkCalendar};
use crate::codes;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

codes! {
    /// What a stretch of time is to a calendar.
    pub enum PieceKind = "working_time_piece" {
        Working = "working", "Working time of an ordinary day; it counts", "工作时间";
        OffHours = "off_hours", "Outside the hours of a day, or a day off", "非工作时间";
        Holiday = "holiday", "A holiday, from local midnight to local midnight", "节假日";
        MakeUpDay = "make_up_day", "Working time of a make-up day; it counts", "调休上班时间";
    }
}

impl PieceKind {
    /// Returns whether such time is working time.
    pub fn counts(self) -> bool {
        matches!(self, PieceKind::Working | PieceKind::MakeUpDay)
    }
}

/// A stretch of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins.
    pub from: DateTime<Utc>,
    /// Where it is over.
    pub to: DateTime<Utc>,
    /// What it is.
    pub kind: PieceKind,
}

/// Returns the instant so many milliseconds later; none outside Hearback's time.
pub fn shift(at: DateTime<Utc>, millis: i64) -> Option<DateTime<Utc>> {
    at.checked_add_signed(TimeDelta::try_milliseconds(millis)?)
        .filter(|later| later.timestamp_millis() <= LAST)
}

impl WorkCalendar {
    /// Returns the working milliseconds of `[from, to)`.
    pub fn millis_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.worked(from, to.timestamp_millis()).map(|(open, close)| close - open).sum()
    }

    /// Returns the whole working seconds of `[from, to)`.
    pub fn seconds_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.millis_between(from, to) / 1000
    }

    /// Returns when so much working time has passed since `from`; none when that is after 2199.
    ///
    /// An amount that ends at closing time ends there, not at the next opening; nothing ends at once.
    pub fn add_working(&self, from: DateTime<Utc>, millis: i64) -> Option<DateTime<Utc>> {
        if millis <= 0 {
            return Some(from);
        }
        let mut left = millis;
        for (open, close) in self.worked(from, LAST) {
            if left <= close - open {
                return Some(instant(open + left));
            }
            left -= close - open;
        }
        None
    }

    /// Returns `[from, to)` cut by kind, consecutive stretches of one kind joined.
    pub fn pieces(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in parts(self.zone(), from.timestamp_millis(), to.timestamp_millis()) {
            let (work, rest) = match self.day_kind(part.date) {
                DayKind::Working | DayKind::DayOff => (PieceKind::Working, PieceKind::OffHours),
                DayKind::MakeUpDay => (PieceKind::MakeUpDay, PieceKind::OffHours),
                DayKind::Holiday => (PieceKind::Holiday, PieceKind::Holiday),
            };
            let mut at = part.from;
            for (open, close) in self.open_hours(part) {
                push(&mut pieces, at, open, rest);
                push(&mut pieces, open, close, work);
                at = close;
            }
            push(&mut pieces, at, part.to, rest);
        }
        pieces
    }

    /// Returns the working stretches of a local day as instants.
    pub fn working_intervals_utc(&self, date: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        // No zone is further than a day from UTC.
        let (from, to) = (midnight.saturating_sub(DAY), midnight.saturating_add(2 * DAY));
        let mut pieces = Vec::new();
        for part in parts(self.zone(), from, to).filter(|part| part.date == date) {
            for (open, close) in self.open_hours(part) {
                push(&mut pieces, open, close, PieceKind::Working);
            }
        }
        pieces.into_iter().map(|piece| (piece.from, piece.to)).collect()
    }

    /// Returns the first opening and the last closing of a date; none when nobody works.
    pub fn day_bounds(&self, date: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let hours = self.working_intervals_utc(date);
        Some((hours.first()?.0, hours.last()?.1))
    }

    /// Returns the bounds of the working day that is not yet over at `at`, or of the next one.
    pub fn working_day_at(&self, at: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        // The local day of the first working millisecond after `at` is the one that is not yet over.
        let first = self.worked(at, LAST).next().map(|(open, _)| instant(open))?;
        self.day_bounds(self.local_date(first))
    }

    /// Returns the date that the calendar's zone shows at an instant.
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone()).date_naive()
    }

    fn worked(&self, from: DateTime<Utc>, to: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        parts(self.zone(), from.timestamp_millis(), to).flat_map(|part| self.open_hours(part))
    }

    fn open_hours(&self, part: DayPart) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.hours(part.date).iter().filter_map(move |interval| part.clip(*interval))
    }
}

fn push(pieces: &mut Vec<Piece>, from: i64, to: i64, kind: PieceKind) {
    if from >= to {
        return;
    }
    let (from, to) = (instant(from), instant(to));
    match pieces.last_mut() {
        Some(last) if last.kind == kind && last.to == from => last.to = to,
        _ => pieces.push(Piece { from, to, kind }),
    }
}
