//! The acts. Each first records the breach that its instant shows, so that no act can heal one.

use super::{
    Aim, Breach, BreachReason, CalendarKey, Calendars, Clock, ClockKind, Holder, Mode, PauseReason, Refusal,
    Segment,
};
use chrono::{DateTime, Utc};

type Done = Result<(), Refusal>;

impl Clock {
    /// Returns a clock that waits for its start.
    pub fn planned(kind: ClockKind, round: u32, seq: u32, aim: Aim, pausable: bool) -> Self {
        let (breach, met_at, ended_at, carried) = (None, None, None, None);
        Clock { kind, round, seq, aim, pausable, segments: Vec::new(), breach, met_at, ended_at, carried }
    }

    /// Starts it; refuses a second start.
    pub fn start(&mut self, at: DateTime<Utc>, holder: Holder) -> Done {
        self.refuse_ended()?;
        if !self.segments.is_empty() {
            return Err(Refusal::AlreadyStarted);
        }
        self.segments.push(self.segment(at, Mode::Running, holder));
        Ok(())
    }

    /// Makes it wait; a clock that already waits goes on waiting for its first reason.
    ///
    /// Awaiting an approval is the provisional stop of T8 and needs no policy.
    pub fn pause(&mut self, at: DateTime<Utc>, reason: PauseReason, calendars: &dyn Calendars) -> Done {
        let (at, last) = self.observe(at, calendars)?;
        if !self.pausable && reason != PauseReason::AwaitingApproval {
            return Err(Refusal::NotPausable);
        }
        if last.is_running() {
            self.continue_as(at, Mode::Paused(reason), last.holder, calendars);
        }
        Ok(())
    }

    /// Lets it run again with what it had left, judged on the budget that it has by now.
    ///
    /// A progress clock keeps its due instant instead, for its day does not grow longer.
    pub fn resume(&mut self, at: DateTime<Utc>, calendars: &dyn Calendars) -> Done {
        let (at, last) = self.observe(at, calendars)?;
        if last.is_running() {
            return Err(Refusal::NotPaused);
        }
        let closing = self.due_of_last_run(calendars).filter(|_| self.kind == ClockKind::Progress);
        self.continue_as(at, Mode::Running, last.holder, calendars);
        if let (Some(closing), Some(run)) = (closing, self.segments.last()) {
            let rest = run.used_at(closing, calendars);
            self.set_budget(self.consumed_at(at, calendars) + rest);
        }
        self.judge(at, calendars);
        Ok(())
    }

    /// Ends it as met, late when it was breached before; meeting it exactly when it is due is in time.
    pub fn meet(&mut self, at: DateTime<Utc>, calendars: &dyn Calendars) -> Done {
        let (at, _) = self.observe(at, calendars)?;
        self.close(at, calendars);
        (self.met_at, self.ended_at) = (Some(at), Some(at));
        Ok(())
    }

    /// Ends a clock that awaits an approval as met when the plan was submitted, on the budget that it had then.
    pub fn settle_as_of_submit(&mut self, at: DateTime<Utc>, calendars: &dyn Calendars) -> Done {
        let (at, last) = self.observe(at, calendars)?;
        if last.mode != Mode::Paused(PauseReason::AwaitingApproval) {
            return Err(Refusal::NotAwaitingApproval);
        }
        self.met_at = self.paused_at();
        self.ended_at = Some(at);
        self.close(at, calendars);
        Ok(())
    }

    /// Ends it unmet, as a terminal status does: a breached clock stays breached, any other is cancelled.
    ///
    /// A clock that is already over stays as it is, so that every clock can be ended without asking.
    pub fn end(&mut self, at: DateTime<Utc>, calendars: &dyn Calendars) {
        match self.observe(at, calendars) {
            Ok((at, _)) => {
                self.close(at, calendars);
                self.ended_at = Some(at);
            }
            Err(Refusal::NotStarted) => self.ended_at = Some(at),
            Err(_) => {}
        }
    }

    /// Opens a met clock again with what it had left; the time since does not count (T5).
    pub fn reopen(&mut self, at: DateTime<Utc>, holder: Holder) -> Done {
        let ended_at = self.ended_at.filter(|_| self.met_at.is_some()).ok_or(Refusal::NotMet)?;
        let at = at.max(ended_at);
        let away = self.last_run().map_or(holder, |last| last.holder);
        let wait = self.segment(ended_at, Mode::Paused(PauseReason::WithDepartment), away);
        self.segments.push(Segment { to: Some(at), ..wait });
        self.segments.push(self.segment(at, Mode::Running, holder));
        (self.met_at, self.ended_at) = (None, None);
        Ok(())
    }

    /// Opens a met clock again as if it had never been met, with its old due instant (T12b).
    pub fn unmeet(&mut self) -> Done {
        let last = self.segments.last_mut().filter(|last| last.is_running() && self.met_at.is_some());
        let last = last.ok_or(Refusal::NotMet)?;
        (last.to, last.consumed_ms) = (None, 0);
        (self.met_at, self.ended_at) = (None, None);
        Ok(())
    }

    /// Gives it another budget and keeps what it has used, also when the unit changes (rule 6).
    ///
    /// It never gets more than a merged item left it. A clock that waits is judged when it resumes.
    pub fn retarget(&mut self, at: DateTime<Utc>, aim: Aim, calendars: &dyn Calendars) -> Done {
        let aim = self.within_carried(aim);
        let (at, last) = match self.observe(at, calendars) {
            Err(Refusal::NotStarted) => {
                self.aim = aim;
                return Ok(());
            }
            seen => seen?,
        };
        self.aim = aim;
        if last.is_running() {
            self.continue_as(at, Mode::Running, last.holder, calendars);
            self.judge(at, calendars);
        } else {
            self.set_budget(aim.budget_ms);
        }
        Ok(())
    }

    /// Moves it to a newer version of what it is judged by: another budget with the same used, and another
    /// calendar from here on (rule 8).
    pub fn recalculate(
        &mut self,
        at: DateTime<Utc>,
        aim: Aim,
        calendar: CalendarKey,
        calendars: &dyn Calendars,
    ) -> Done {
        let (_, last) = self.observe(at, calendars)?;
        self.hand_over(at, Holder { calendar, ..last.holder }, calendars)?;
        if self.within_carried(aim) == self.aim { Ok(()) } else { self.retarget(at, aim, calendars) }
    }

    /// Hands it over: another holder is charged and another calendar counts from here on (rule 7).
    pub fn hand_over(&mut self, at: DateTime<Utc>, holder: Holder, calendars: &dyn Calendars) -> Done {
        let (at, last) = self.observe(at, calendars)?;
        if last.holder != holder {
            self.continue_as(at, last.mode, holder, calendars);
        }
        Ok(())
    }

    /// Takes over the smaller remaining budget of a merged item's clock (T19), now and whenever the budget
    /// changes; answers whether it moved.
    pub fn carry_remaining(
        &mut self,
        at: DateTime<Utc>,
        merged: &Clock,
        calendars: &dyn Calendars,
    ) -> Result<bool, Refusal> {
        let left = merged.remaining_at(at, calendars);
        let alike = self.kind == merged.kind && self.aim.unit == merged.aim.unit;
        let both_open = self.is_open() && merged.is_open();
        if !alike || !both_open {
            return Ok(false);
        }
        let budget_ms = (self.consumed_at(at, calendars) + left).max(0);
        let carried = self.within_carried(Aim { budget_ms, ..self.aim });
        self.carried = Some(carried);
        let moves = carried.budget_ms < self.aim.budget_ms;
        if moves {
            self.retarget(at, carried, calendars)?;
        }
        Ok(moves)
    }

    /// Records the breach that an instant shows and returns that instant, never before the open segment.
    fn observe(
        &mut self,
        at: DateTime<Utc>,
        calendars: &dyn Calendars,
    ) -> Result<(DateTime<Utc>, Segment), Refusal> {
        self.refuse_ended()?;
        let last = *self.segments.last().ok_or(Refusal::NotStarted)?;
        let at = at.max(last.from);
        self.breach = self.breach_at(at, calendars);
        Ok((at, last))
    }

    fn refuse_ended(&self) -> Done {
        if self.is_open() { Ok(()) } else { Err(Refusal::Ended) }
    }

    /// Compares what is used with a changed budget: breaks, or lifts what only a change had broken.
    fn judge(&mut self, at: DateTime<Utc>, calendars: &dyn Calendars) {
        let over = self.remaining_at(at, calendars) < 0;
        self.breach = match self.breach {
            None if over && self.kind.can_breach() => Some(Breach { at, reason: BreachReason::Retargeted }),
            Some(Breach { reason: BreachReason::Retargeted, .. }) if !over => None,
            breach => breach,
        };
    }

    /// Closes the open segment and opens the next; one that lasted no time gives way to its like.
    fn continue_as(&mut self, at: DateTime<Utc>, mode: Mode, holder: Holder, calendars: &dyn Calendars) {
        let next = self.segment(at, mode, holder);
        self.close(at, calendars);
        match self.segments.last_mut() {
            Some(last) if last.from == at && last.mode == mode => *last = next,
            _ => self.segments.push(next),
        }
    }

    fn close(&mut self, at: DateTime<Utc>, calendars: &dyn Calendars) {
        if let Some(last) = self.segments.last_mut() {
            last.consumed_ms = last.used_at(at, calendars);
            last.to = Some(at);
        }
    }

    fn set_budget(&mut self, budget_ms: i64) {
        self.aim.budget_ms = budget_ms;
        if let Some(last) = self.segments.last_mut() {
            last.budget_ms = budget_ms;
        }
    }

    fn segment(&self, from: DateTime<Utc>, mode: Mode, holder: Holder) -> Segment {
        let Aim { unit, budget_ms } = self.aim;
        Segment { from, to: None, mode, unit, budget_ms, holder, consumed_ms: 0 }
    }
}
