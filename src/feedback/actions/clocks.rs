//! The clocks of a case: which starts when, what a step does to them, what they show.

use super::case::Case;
use crate::{
    feedback::store::StoredClock,
    platform::{
        http::problem::{Error, Result},
        ids,
    },
    sla::{Aim, Clock, PauseReason, Unit},
    vocabulary::{ClockKind, Priority, Status},
};
use chrono::{DateTime, TimeDelta, Utc};

impl Case {
    /// Starts a clock of `kind` with its full budget, for the present priority.
    pub fn start_clock(&mut self, kind: ClockKind, at: DateTime<Utc>) -> Result<()> {
        self.start_clock_as(kind, self.row.priority, at)
    }

    /// Starts a clock of `kind` with the budget of another priority.
    pub fn start_clock_as(&mut self, kind: ClockKind, priority: Priority, at: DateTime<Utc>) -> Result<()> {
        match self.rules.target(kind, priority, &self.row) {
            Some(target) => self.start_with(kind, target.aim, target.pausable, target.policy_version_id, at),
            None => Ok(()),
        }
    }

    /// Starts the confirmation clock, as long as the settings say.
    pub fn start_confirmation(&mut self, at: DateTime<Utc>) -> Result<()> {
        let budget_ms = i64::from(self.rules.config.settings.confirmation_hours).saturating_mul(3_600_000);
        self.start_with(ClockKind::Confirmation, Aim { unit: Unit::Clock, budget_ms }, false, None, at)
    }

    /// Returns when a reply of `at` waits no longer for an answer.
    pub fn confirmation_end(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        at.checked_add_signed(TimeDelta::hours(i64::from(self.rules.config.settings.confirmation_hours)))
    }

    /// Ends a visit clock that a reply of `sent_at` started.
    pub fn end_visit_of(&mut self, sent_at: DateTime<Utc>, at: DateTime<Utc>) -> Result<()> {
        self.change(ClockKind::Visit, |clock, calendars| {
            if clock.started_at() == Some(sent_at) {
                clock.end(at, calendars);
            }
            Ok(())
        })
    }

    /// Opens a first response again that a reply of `sent_at` met; what was `said` to the customer otherwise meets
    /// it as of then.
    pub fn unmeet_first_response(
        &mut self,
        sent_at: DateTime<Utc>,
        said: Option<DateTime<Utc>>,
    ) -> Result<()> {
        let calendars = &self.rules.calendars;
        let met = |s: &&mut StoredClock| {
            s.clock.kind == ClockKind::FirstResponse && s.clock.met_at == Some(sent_at)
        };
        if let Some(stored) = self.clocks.iter_mut().find(met) {
            stored.clock.unmeet().map_err(fault)?;
            if let Some(said) = said {
                stored.clock.meet(said, calendars).map_err(fault)?;
            }
            stored.dirty = true;
        }
        Ok(())
    }

    /// Starts the progress clock of one working day.
    pub fn start_progress(&mut self, aim: Aim, at: DateTime<Utc>) -> Result<()> {
        self.start_with(ClockKind::Progress, aim, true, None, at)
    }

    fn start_with(
        &mut self,
        kind: ClockKind,
        aim: Aim,
        pausable: bool,
        policy_version_id: Option<uuid::Uuid>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        if self.open_clocks().any(|stored| stored.clock.kind == kind) {
            return Ok(());
        }
        let round = u32::try_from(self.row.round).unwrap_or(1);
        let of_round = |c: &&StoredClock| c.clock.kind == kind && c.clock.round == round;
        let seq =
            self.clocks.iter().filter(of_round).map(|c| c.clock.seq).max().unwrap_or(0).saturating_add(1);
        let mut clock = Clock::planned(kind, round, seq, aim, pausable);
        clock.start(at, self.holder()).map_err(fault)?;
        self.clocks.push(StoredClock {
            id: ids::next(),
            clock,
            policy_version_id,
            warned: Vec::new(),
            dirty: true,
        });
        Ok(())
    }

    /// Meets the open clock of `kind`, if there is one.
    pub fn meet(&mut self, kind: ClockKind, at: DateTime<Utc>) -> Result<()> {
        self.change(kind, |clock, calendars| clock.meet(at, calendars))
    }

    /// Ends the open clock of `kind` unmet, if there is one.
    pub fn end_clock(&mut self, kind: ClockKind, at: DateTime<Utc>) -> Result<()> {
        self.change(kind, |clock, calendars| {
            clock.end(at, calendars);
            Ok(())
        })
    }

    /// Ends every open clock unmet: a terminal status, or a new round.
    pub fn end_clocks(&mut self, at: DateTime<Utc>) {
        let calendars = &self.rules.calendars;
        for stored in self.clocks.iter_mut().filter(|stored| stored.clock.is_open()) {
            stored.clock.end(at, calendars);
            stored.dirty = true;
        }
    }

    /// Makes the open clock of `kind` wait, where its policy lets it.
    pub fn pause(&mut self, kind: ClockKind, at: DateTime<Utc>, reason: PauseReason) -> Result<()> {
        self.change(kind, |clock, calendars| {
            if clock.pausable || reason == PauseReason::AwaitingApproval {
                clock.pause(at, reason, calendars)
            } else {
                Ok(())
            }
        })
    }

    /// Returns whether the open clock of `kind` waits in `status`, as the policy that set it says.
    pub fn waits_in(&self, kind: ClockKind, status: Status) -> bool {
        let open = self.open_clocks().find(|stored| stored.clock.kind == kind);
        open.is_some_and(|stored| self.rules.terms_of(stored).pauses(kind, status))
    }

    /// Lets every clock run again that waits for a customer or a third party.
    pub fn resume_pauses(&mut self, at: DateTime<Utc>) -> Result<()> {
        for kind in [ClockKind::Solution, ClockKind::Progress] {
            self.change(kind, |clock, calendars| match clock.paused_at() {
                Some(_) => clock.resume(at, calendars),
                None => Ok(()),
            })?;
        }
        Ok(())
    }

    /// Charges the present holder from `at` on; with `calendar_changed` the new department's calendar counts.
    pub fn hand_over(&mut self, at: DateTime<Utc>, calendar_changed: bool) -> Result<()> {
        let holder = self.holder();
        let calendars = &self.rules.calendars;
        for stored in self.clocks.iter_mut().filter(|stored| stored.clock.is_open()) {
            let last = stored.clock.segments.last().map_or(holder, |segment| segment.holder);
            let calendar = if calendar_changed { holder.calendar } else { last.calendar };
            let next = crate::sla::Holder { calendar, ..holder };
            stored.clock.hand_over(at, next, calendars).map_err(fault)?;
            stored.dirty = true;
        }
        Ok(())
    }

    /// Gives every open clock the budget that the present priority and policy say (section 3 rule 6).
    pub fn retarget(&mut self, at: DateTime<Utc>) -> Result<()> {
        let (row, rules) = (&self.row, &self.rules);
        for stored in self.clocks.iter_mut().filter(|stored| stored.clock.is_open()) {
            let Some(target) = rules.target_of(stored.clock.kind, row) else {
                continue;
            };
            let clock = &mut stored.clock;
            clock.pausable = target.pausable;
            if clock.within_carried(target.aim) != clock.aim {
                clock.retarget(at, target.aim, &rules.calendars).map_err(fault)?;
            }
            stored.policy_version_id = target.policy_version_id;
            stored.dirty = true;
        }
        Ok(())
    }

    /// Changes the open clock of `kind`, if there is one.
    pub fn change(
        &mut self,
        kind: ClockKind,
        act: impl FnOnce(&mut Clock, &super::rules::Book) -> Result<(), crate::sla::ClockRefusal>,
    ) -> Result<()> {
        let calendars = &self.rules.calendars;
        let open =
            self.clocks.iter_mut().rev().find(|stored| stored.clock.kind == kind && stored.clock.is_open());
        if let Some(stored) = open {
            act(&mut stored.clock, calendars).map_err(fault)?;
            stored.dirty = true;
        }
        Ok(())
    }

    /// Changes the newest clock of `kind` in the present round, open or not; answers whether there is one.
    pub fn change_newest(
        &mut self,
        kind: ClockKind,
        act: impl FnOnce(&mut Clock, &super::rules::Book) -> Result<(), crate::sla::ClockRefusal>,
    ) -> Result<bool> {
        let round = u32::try_from(self.row.round).unwrap_or(1);
        let calendars = &self.rules.calendars;
        let newest = self.clocks.iter_mut().rev().find(|s| s.clock.kind == kind && s.clock.round == round);
        let Some(stored) = newest else { return Ok(false) };
        act(&mut stored.clock, calendars).map_err(fault)?;
        stored.dirty = true;
        Ok(true)
    }

    /// Returns whether the present round has a clock of `kind`.
    pub fn has_clock(&self, kind: ClockKind) -> bool {
        self.present_clocks().any(|stored| stored.clock.kind == kind)
    }

    /// Returns the open clocks.
    pub fn open_clocks(&self) -> impl Iterator<Item = &StoredClock> {
        self.clocks.iter().filter(|stored| stored.clock.is_open())
    }

    /// Returns the clocks of the present round and those that are still open from before.
    pub fn present_clocks(&self) -> impl Iterator<Item = &StoredClock> {
        let round = u32::try_from(self.row.round).unwrap_or(1);
        self.clocks.iter().filter(move |stored| stored.clock.round == round || stored.clock.is_open())
    }
}

pub(super) fn fault(refusal: crate::sla::ClockRefusal) -> Error {
    Error::internal(format!("a clock refused: {}", refusal.code()))
}
