//! What lists and the worker look for, derived from the clocks and timers of a case.

use super::case::Case;
use crate::{
    feedback::{domain::StatusExt, store::StoredClock},
    sla::{Ladder, State},
    vocabulary::ClockKind,
};
use chrono::{DateTime, Utc};
use std::borrow::Cow;

impl Case {
    /// Records the breaches that `now` shows, so that nothing is owed for them any more.
    pub fn record_breaches(&mut self, now: DateTime<Utc>) {
        let calendars = &self.rules.calendars;
        let unrecorded = |s: &&mut StoredClock| s.clock.is_open() && s.clock.breach.is_none();
        for stored in self.clocks.iter_mut().filter(unrecorded) {
            if let Some(breach) = stored.clock.breach_at(now, calendars) {
                stored.clock.breach = Some(breach);
                stored.dirty = true;
            }
        }
    }

    /// Returns when a clock warns and climbs: as the policy says, else as the settings say.
    pub fn ladder_of(&self, stored: &StoredClock) -> Cow<'_, Ladder> {
        self.rules.ladder(stored, self.row.priority)
    }

    /// Derives from the clocks what lists and the worker look for.
    pub fn refresh_times(&mut self, now: DateTime<Utc>) {
        let calendars = &self.rules.calendars;
        let counts = |stored: &&StoredClock| {
            let state = stored.clock.state_at(now, calendars);
            stored.clock.kind != ClockKind::Confirmation && matches!(state, State::Running | State::Breached)
        };
        let due = self.open_clocks().filter(counts).filter_map(|stored| stored.clock.due_at(calendars)).min();
        let marks = self.open_clocks().filter_map(|stored| {
            let ladder = self.ladder_of(stored);
            ladder.next_check_at(&stored.clock, &stored.sent(), calendars)
        });
        let timers =
            [self.row.waits_until, self.next_reminder(), self.next_progress_day(), self.next_owed_reminder()];
        let check = marks.chain(timers.into_iter().flatten()).min();
        self.row.next_due_at = due.filter(|_| self.row.status.is_open());
        self.row.next_check_at = check.filter(|_| self.row.status.is_open() || self.has_open_window());
    }
}
