use super::{BreachReason, Calendars, ClockKind, Mode, Segment, State, Unit};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A budget and the time that it is spent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aim {
    /// Which time is counted.
    pub unit: Unit,
    /// How much of it there is.
    pub budget_ms: i64,
}

/// When and why a clock ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The due instant, or that of the change.
    pub at: DateTime<Utc>,
    /// What ran it out.
    pub reason: BreachReason,
}

/// One promise about time, keyed by (kind, round, seq).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What it measures.
    pub kind: ClockKind,
    /// The round of the feedback that it belongs to.
    pub round: u32,
    /// Its place among the clocks of its kind and round.
    pub seq: u32,
    /// What it has to be met within, now.
    pub aim: Aim,
    /// Whether the policy lets it wait for customers and third parties.
    pub pausable: bool,
    /// Its history, without gaps; empty before its start.
    pub segments: Vec<Segment>,
    /// The breach that an act has recorded; an unrecorded one is read from the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breach: Option<Breach>,
    /// When what it measures was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_at: Option<DateTime<Utc>>,
    /// When it was over; later than `met_at` where an approval settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// The most that it may have since an item with less time left was merged into this one (T19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<Aim>,
}

impl Clock {
    /// Returns when it started.
    pub fn started_at(&self) -> Option<DateTime<Utc>> {
        self.segments.first().map(|first| first.from)
    }

    /// Returns whether it may still change.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Returns since when it waits; none when it does not.
    pub fn paused_at(&self) -> Option<DateTime<Utc>> {
        let waiting = self.segments.iter().rev().take_while(|segment| !segment.is_running());
        waiting.last().filter(|_| self.is_open()).map(|segment| segment.from)
    }

    /// Returns what it has used at an instant that no later act precedes.
    pub fn consumed_at(&self, now: DateTime<Utc>, calendars: &dyn Calendars) -> i64 {
        self.segments.iter().map(|segment| segment.used_at(now, calendars)).sum()
    }

    /// Returns what is left at an instant; less than nothing when it ran over.
    pub fn remaining_at(&self, now: DateTime<Utc>, calendars: &dyn Calendars) -> i64 {
        self.aim.budget_ms - self.consumed_at(now, calendars)
    }

    /// Returns an aim, cut to what a merged item left: of two promises the smaller rest goes on, whatever the
    /// clock is given afterwards. A rest of another time cannot be compared.
    pub fn within_carried(&self, aim: Aim) -> Aim {
        let most = self.carried.filter(|carried| carried.unit == aim.unit);
        most.map_or(aim, |most| Aim { budget_ms: aim.budget_ms.min(most.budget_ms), ..aim })
    }

    /// Returns when it is or was due: none before its start, while it waits, and beyond 2199.
    ///
    /// A breached clock stays due when it broke, whatever it is given afterwards.
    pub fn due_at(&self, calendars: &dyn Calendars) -> Option<DateTime<Utc>> {
        match (self.breach, self.paused_at()) {
            (Some(breach), _) => Some(breach.at),
            (None, Some(_)) => None,
            (None, None) => self.due_of_last_run(calendars),
        }
    }

    /// Returns what it shows at an instant that no later act precedes.
    pub fn state_at(&self, now: DateTime<Utc>, calendars: &dyn Calendars) -> State {
        let broken = self.breach_at(now, calendars).is_some();
        match (self.met_at, self.ended_at) {
            (Some(_), _) if broken => State::MetLate,
            (Some(_), _) => State::Met,
            _ if broken => State::Breached,
            (None, Some(_)) => State::Cancelled,
            (None, None) if self.segments.is_empty() => State::NotStarted,
            (None, None) if self.paused_at().is_some() => State::Paused,
            (None, None) => State::Running,
        }
    }

    /// Returns the breach that an instant shows, recorded or not.
    pub fn breach_at(&self, now: DateTime<Utc>, calendars: &dyn Calendars) -> Option<Breach> {
        self.breach.or_else(|| {
            let at = self.running_due(calendars).filter(|due| self.kind.can_breach() && now > *due)?;
            Some(Breach { at, reason: BreachReason::Time })
        })
    }

    /// Returns the instant at which it has used so many percent of its budget; none while it waits for that.
    ///
    /// Where a change of budget passed the mark, it is the instant of the change.
    pub fn instant_of_percent(&self, percent: u32, calendars: &dyn Calendars) -> Option<DateTime<Utc>> {
        let mut before = 0;
        for run in self.segments.iter().filter(|segment| segment.is_running()) {
            let missing = percent_of(run.budget_ms, percent) - before;
            if run.to.is_none() || missing <= run.consumed_ms {
                return run.when_used(missing, calendars);
            }
            before += run.consumed_ms;
        }
        None
    }

    /// Returns the due instant of an open clock that runs.
    fn running_due(&self, calendars: &dyn Calendars) -> Option<DateTime<Utc>> {
        let runs = self.segments.last().is_some_and(|last| last.to.is_none() && last.mode == Mode::Running);
        if runs { self.due_of_last_run(calendars) } else { None }
    }

    /// Returns when the last running segment would use up its budget; what came after it does not matter.
    pub(super) fn due_of_last_run(&self, calendars: &dyn Calendars) -> Option<DateTime<Utc>> {
        let last = self.last_run()?;
        // Segments after the last run are pauses, which use nothing.
        let before = self.segments.iter().map(|segment| segment.consumed_ms).sum::<i64>() - last.consumed_ms;
        last.when_used(last.budget_ms - before, calendars)
    }

    /// Returns the newest segment that counts.
    pub(super) fn last_run(&self) -> Option<&Segment> {
        self.segments.iter().rev().find(|segment| segment.is_running())
    }
}

/// Returns the share of a budget, cut upwards: a mark is reached when all of it is used.
fn percent_of(budget_ms: i64, percent: u32) -> i64 {
    let hundredths = budget_ms.saturating_mul(i64::from(percent));
    hundredths / 100 + i64::from(hundredths % 100 > 0)
}
