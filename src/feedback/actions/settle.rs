//! What happens by itself: questions, holds and replies whose time is over, and the days of the progress clock.
//!
//! Each happens at its own instant, whenever somebody looks: an action posts it, a read computes it. What a
//! late worker does never decides.

use super::{case::Case, line::Line};
use crate::{
    feedback::{
        domain::{EventKind, StatusExt},
        store::StoredClock,
    },
    platform::http::problem::Result,
    sla::{Calendars, progress_day},
    vocabulary::{ClockKind, Outcome, Status},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// How long a closed case without an answer still takes one (T16), and an answer may change.
pub const LATE_WINDOW: TimeDelta = TimeDelta::days(30);
/// More steps than this in one settling mean that nobody looked for a year: the worker goes on later.
const MOST_STEPS: usize = 800;
/// A clock is breached after its due instant, and instants are whole milliseconds.
const TICK: TimeDelta = TimeDelta::milliseconds(1);

impl Case {
    /// Does everything that happened by itself up to `now`, each at its own instant.
    pub fn settle(&mut self, now: DateTime<Utc>) -> Result<()> {
        for _ in 0..MOST_STEPS {
            let timer = self.row.waits_until.filter(|_| self.row.status.is_open());
            let day = self.next_progress_day();
            let close = self.progress_close();
            let Some(at) = [timer, day, close].into_iter().flatten().min().filter(|at| *at <= now) else {
                break;
            };
            // at one instant a day ends before the next begins, and both before the status changes
            if close == Some(at) {
                self.close_progress(at)?;
            } else if day == Some(at) {
                self.begin_progress(at)?;
            } else {
                self.time_out(at)?;
            }
        }
        Ok(())
    }

    /// Ends the waiting of the present status at `at`.
    fn time_out(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.row.waits_until = None;
        match self.row.status {
            Status::AwaitingCustomer => self.back_to_work(at, EventKind::QuestionTimedOut),
            Status::AwaitingThirdParty => self.back_to_work(at, EventKind::HoldTimedOut),
            Status::Replied => self.close_unanswered(at),
            _ => Ok(()),
        }
    }

    fn back_to_work(&mut self, at: DateTime<Utc>, kind: EventKind) -> Result<()> {
        self.resume_pauses(at)?;
        self.row.timed_out = true;
        self.go(Status::InProgress, Line::system(at, kind))?;
        if let Some(handler) = self.row.handler_id {
            self.tell(handler, &kind.to_string(), None, at);
        }
        Ok(())
    }

    /// T16: no answer. Counts in neither side of CSAT; the token still answers for a while.
    fn close_unanswered(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.end_clocks(at);
        self.row.outcome = Some(Outcome::NoResponse);
        self.row.closed_at = Some(at);
        self.row.owes_explanation_since = None;
        let step = Line::system(at, EventKind::NoResponse).with(json!({ "outcome": Outcome::NoResponse }));
        self.go(Status::Closed, step)?;
        self.row.waits_until = at.checked_add_signed(LATE_WINDOW);
        self.tell_customer("closed_without_answer", at);
        Ok(())
    }

    /// Returns the next working day's start at which a progress note begins to be owed.
    pub fn next_progress_day(&self) -> Option<DateTime<Utc>> {
        if !self.row.status.owes_progress() || self.open_progress().is_some() {
            return None;
        }
        let calendar = self.rules.calendars.present_calendar();
        let last = self.clocks.iter().filter(|s| s.clock.kind == ClockKind::Progress);
        let last_end = last.filter_map(|s| self.day_of(s)).map(|(_, close)| close).max();
        let since = self.row.status_since.max(last_end.unwrap_or(self.row.status_since));
        let (open, close) = calendar.working_day_at(since)?;
        if open >= since { Some(open) } else { calendar.working_day_at(close).map(|(open, _)| open) }
    }

    fn begin_progress(&mut self, at: DateTime<Utc>) -> Result<()> {
        match progress_day(self.rules.calendars.present_calendar(), at) {
            Some((start, aim)) if start == at => self.start_progress(aim, at),
            _ => Ok(()),
        }
    }

    /// Returns when the open progress clock's day is over: the instant after it, as a note at closing is in time.
    fn progress_close(&self) -> Option<DateTime<Utc>> {
        let stored = self.open_progress()?;
        let calendars = &self.rules.calendars;
        let closing = match stored.clock.due_at(calendars) {
            Some(due) => due,
            None => self.day_of(stored)?.1,
        };
        closing.checked_add_signed(TICK)
    }

    /// Breaches and finishes the day's clock; one that waits for the customer is cancelled.
    fn close_progress(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.end_clock(ClockKind::Progress, at)
    }

    /// Returns the working day of a progress clock, by the calendar that it started with.
    fn day_of(&self, stored: &StoredClock) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let first = stored.clock.segments.first()?;
        self.rules.calendars.get(first.holder.calendar).working_day_at(first.from)
    }

    fn open_progress(&self) -> Option<&StoredClock> {
        self.open_clocks().find(|stored| stored.clock.kind == ClockKind::Progress)
    }

    /// Returns when the customer is to be reminded next; `waits_since` is when they were last addressed.
    pub fn next_reminder(&self) -> Option<DateTime<Utc>> {
        let since = self.row.waits_since?;
        let hours: &[i32] = match self.row.status {
            Status::AwaitingCustomer => &[self.rules.config.settings.question_reminder_hours],
            Status::Replied => &[24, 48],
            _ => return None,
        };
        let instants = hours.iter().filter_map(|hours| {
            self.row.status_since.checked_add_signed(TimeDelta::hours(i64::from(*hours)))
        });
        instants.filter(|at| *at > since && Some(*at) < self.row.waits_until).min()
    }

    /// Returns when staff is reminded of an explanation that they owe: each working day's start.
    pub fn next_owed_reminder(&self) -> Option<DateTime<Utc>> {
        let owed = self.row.owes_explanation_since.filter(|_| self.row.status.is_open())?;
        let since = owed.max(self.all_breached_since()?);
        let calendar = self.rules.calendars.present_calendar();
        let (open, close) = calendar.working_day_at(since)?;
        if open > since { Some(open) } else { calendar.working_day_at(close).map(|(open, _)| open) }
    }

    /// Returns since when every open clock that can be breached is.
    fn all_breached_since(&self) -> Option<DateTime<Utc>> {
        let judged = self.open_clocks().filter(|stored| stored.clock.kind.can_breach());
        let breaches: Option<Vec<_>> = judged.map(|stored| stored.clock.breach).collect();
        breaches?.iter().map(|breach| breach.at).max()
    }

    /// Returns whether the worker still has something to do for a closed case: the end of T16's window.
    pub fn has_open_window(&self) -> bool {
        self.row.outcome == Some(Outcome::NoResponse) && self.row.waits_until.is_some()
    }
}
