use super::{PauseReason, Unit};
use crate::calendars::{WorkCalendar, shift};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Names one immutable version of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalendarKey(pub Uuid);

/// The calendar versions that a clock's segments name.
pub trait Calendars {
    /// Returns the version; whoever loads clocks loads every version that they name.
    fn get(&self, key: CalendarKey) -> &WorkCalendar;
}

/// Who holds the item, and whose working time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The calendar of the department, else the organisation's.
    pub calendar: CalendarKey,
    /// The department, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Uuid>,
    /// The handler, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<Uuid>,
}

/// Whether a segment counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It counts.
    Running,
    /// It waits.
    Paused(PauseReason),
}

/// A stretch of a clock under one mode, unit, budget and holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Where it begins.
    pub from: DateTime<Utc>,
    /// Where it is over; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// Whether it counts.
    pub mode: Mode,
    /// Which time it counts.
    pub unit: Unit,
    /// The budget of the whole clock while it lasts.
    pub budget_ms: i64,
    /// Who is charged.
    pub holder: Holder,
    /// What it has used; 0 while it is open.
    pub consumed_ms: i64,
}

impl Segment {
    /// Returns whether it counts.
    pub fn is_running(&self) -> bool {
        self.mode == Mode::Running
    }

    /// Returns what it uses up to an instant or its end, whichever comes first.
    pub fn used_at(&self, now: DateTime<Utc>, calendars: &dyn Calendars) -> i64 {
        let until = self.to.map_or(now, |to| to.min(now));
        match (self.mode, self.unit) {
            _ if until <= self.from => 0,
            (Mode::Paused(_), _) => 0,
            (Mode::Running, _) if self.to == Some(until) => self.consumed_ms,
            (Mode::Running, Unit::Clock) => until.timestamp_millis() - self.from.timestamp_millis(),
            (Mode::Running, Unit::Working) => {
                calendars.get(self.holder.calendar).millis_between(self.from, until)
            }
        }
    }

    /// Returns when it will have used so much, if it goes on; at once when that is nothing or less.
    pub fn when_used(&self, millis: i64, calendars: &dyn Calendars) -> Option<DateTime<Utc>> {
        match self.unit {
            Unit::Clock => shift(self.from, millis.max(0)),
            Unit::Working => calendars.get(self.holder.calendar).add_working(self.from, millis),
        }
    }
}
