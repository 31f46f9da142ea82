use super::{Aim, ClockKind, Priority, Refusal, Unit};
use crate::codes;

const MINUTE_MS: i64 = 60_000;
const MAX_BUDGET_MS: i64 = 3653 * 1440 * MINUTE_MS;

codes! {
    /// What the amount of a target counts.
    pub enum TargetUnit = "target_unit" {
        Minutes = "minutes", "Minutes of clock time", "分钟";
        Hours = "hours", "Hours of clock time", "小时";
        Days = "days", "Days of 24 hours of clock time", "天";
        WorkingMinutes = "working_minutes", "Minutes of working time", "工作分钟";
        WorkingHours = "working_hours", "Hours of working time", "工作小时";
        WorkingDays = "working_days", "Working days: standard days of the calendar", "工作日";
    }
}

impl TargetUnit {
    /// Returns which time it is counted in.
    pub fn unit(self) -> Unit {
        match self {
            TargetUnit::Minutes | TargetUnit::Hours | TargetUnit::Days => Unit::Clock,
            TargetUnit::WorkingMinutes | TargetUnit::WorkingHours | TargetUnit::WorkingDays => Unit::Working,
        }
    }
}

/// How long something may take, as people say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: TargetUnit,
}

impl Target {
    /// Returns a target, or refuses nothing and more than ten years.
    pub fn new(amount: u32, unit: TargetUnit) -> Result<Self, Refusal> {
        let target = Target { amount, unit };
        // The longest standard day: no calendar may turn a sound target into an endless one.
        let longest = target.aim(1440).budget_ms;
        if (1..=MAX_BUDGET_MS).contains(&longest) { Ok(target) } else { Err(Refusal::InvalidTarget) }
    }

    /// Returns the budget under a calendar with such standard days.
    pub fn aim(self, standard_day_minutes: u32) -> Aim {
        let minutes = match self.unit {
            TargetUnit::Minutes | TargetUnit::WorkingMinutes => 1,
            TargetUnit::Hours | TargetUnit::WorkingHours => 60,
            TargetUnit::Days => 1440,
            TargetUnit::WorkingDays => i64::from(standard_day_minutes),
        };
        Aim { unit: self.unit.unit(), budget_ms: i64::from(self.amount) * minutes * MINUTE_MS }
    }
}

/// Returns the target that applies where no policy names one; a progress clock has the length of its day.
pub fn default_target(kind: ClockKind, priority: Priority) -> Option<Target> {
    use TargetUnit::{Days, Hours, WorkingDays};
    let (amount, unit) = match (kind, priority) {
        (ClockKind::FirstResponse, _) => (24, Hours),
        (ClockKind::Dispatch, Priority::Urgent) => (1, Hours),
        (ClockKind::Dispatch, Priority::Normal) => (2, WorkingDays),
        (ClockKind::Dispatch, Priority::Low) => (5, WorkingDays),
        (ClockKind::Solution, Priority::Urgent) => (1, Days),
        (ClockKind::Solution, _) => (3, Days),
        (ClockKind::Approval, _) => (1, WorkingDays),
        (ClockKind::Reply, _) => (24, Hours),
        (ClockKind::Visit, _) => (7, Days),
        (ClockKind::Confirmation, _) => (72, Hours),
        (ClockKind::Progress, _) => return None,
    };
    Some(Target { amount, unit })
}

/// Returns whether clocks of a kind may wait unless a policy says otherwise.
pub fn pausable_by_default(kind: ClockKind) -> bool {
    matches!(kind, ClockKind::Solution | ClockKind::Progress)
}
