use crate::{
    departments::DepartmentId,
    feedback::{actions::Case, store::StoredClock},
    platform::time::Timestamp,
    sla::{BreachReason, Line, LineKind, PauseReason, Share},
    staff::StaffId,
    vocabulary::{ClockKind, ClockState, ClockUnit},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One promise about time, as of the instant of the request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockOut {
    /// What it measures.
    pub kind: ClockKind,
    /// The round that it belongs to.
    #[schema(example = 1)]
    pub round: u32,
    /// Its place among the clocks of its kind and round.
    #[schema(example = 1)]
    pub seq: u32,
    /// Its state now, computed from the time.
    pub state: ClockState,
    /// Which time it counts.
    pub unit: ClockUnit,
    /// The budget in seconds of that time.
    #[schema(example = 86400)]
    pub budget_seconds: i64,
    /// What is used of it.
    #[schema(example = 3600)]
    pub consumed_seconds: i64,
    /// What is left of it; negative when it ran over.
    #[schema(example = 82800)]
    pub remaining_seconds: i64,
    /// When it started.
    #[schema(required = true)]
    pub started_at: Option<Timestamp>,
    /// When it is or was due; null while it is paused.
    #[schema(required = true)]
    pub due_at: Option<Timestamp>,
    /// Since when it is paused.
    #[schema(required = true)]
    pub paused_at: Option<Timestamp>,
    /// When it was breached: its due time, whoever noticed it when.
    #[schema(required = true)]
    pub breached_at: Option<Timestamp>,
    /// What breached it.
    #[schema(required = true)]
    pub breach_reason: Option<BreachReason>,
    /// When what it measures was done.
    #[schema(required = true)]
    pub met_at: Option<Timestamp>,
    /// When it was over.
    #[schema(required = true)]
    pub ended_at: Option<Timestamp>,
    /// The policy version that set it; null for the defaults.
    #[schema(required = true)]
    pub policy_version_id: Option<Uuid>,
}

impl ClockOut {
    /// Returns what a clock of `case` shows at `now`.
    pub fn of(stored: &StoredClock, case: &Case, now: DateTime<Utc>) -> Self {
        let (clock, calendars) = (&stored.clock, &case.rules.calendars);
        let consumed = clock.consumed_at(now, calendars);
        let budget = clock.aim.budget_ms;
        let breach = clock.breach_at(now, calendars);
        Self {
            kind: clock.kind,
            round: clock.round,
            seq: clock.seq,
            state: clock.state_at(now, calendars),
            unit: clock.aim.unit,
            budget_seconds: budget.div_euclid(1000),
            consumed_seconds: consumed.div_euclid(1000),
            remaining_seconds: budget.saturating_sub(consumed).div_euclid(1000),
            started_at: clock.started_at().map(Timestamp),
            due_at: clock.due_at(calendars).map(Timestamp),
            paused_at: clock.paused_at().map(Timestamp),
            breached_at: breach.map(|breach| Timestamp(breach.at)),
            breach_reason: breach.map(|breach| breach.reason),
            met_at: clock.met_at.map(Timestamp),
            ended_at: clock.ended_at.map(Timestamp),
            policy_version_id: stored.policy_version_id,
        }
    }
}

/// All clocks of a feedback, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClocksOut {
    /// The clocks.
    pub items: Vec<ClockOut>,
}

/// One stretch of a clock's time, and what it counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockLineOut {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends.
    pub to: Timestamp,
    /// What kind of time it is.
    pub kind: LineKind,
    /// Why the clock waited.
    #[schema(required = true)]
    pub pause_reason: Option<PauseReason>,
    /// How many seconds it counted.
    #[schema(example = 10800)]
    pub seconds: i64,
    /// What was left of the budget after it, in seconds.
    #[schema(example = 46800)]
    pub budget_after_seconds: i64,
    /// Which department held the item.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
    /// Who handled it.
    #[schema(required = true)]
    pub staff_id: Option<StaffId>,
}

impl From<Line> for ClockLineOut {
    fn from(line: Line) -> Self {
        Self {
            from: Timestamp(line.from),
            to: Timestamp(line.to),
            kind: line.kind,
            pause_reason: line.pause_reason,
            seconds: line.seconds,
            budget_after_seconds: line.budget_after_seconds,
            department_id: line.department.map(DepartmentId),
            staff_id: line.staff.map(StaffId),
        }
    }
}

/// A clock that explains itself: the counted seconds add up to `consumed_seconds`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockExplainOut {
    /// The clock.
    pub clock: ClockOut,
    /// Its stretches, oldest first.
    pub segments: Vec<ClockLineOut>,
}

/// How much of the clocks' time one holder used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeShareOut {
    /// The clock.
    pub kind: ClockKind,
    /// The round.
    #[schema(example = 1)]
    pub round: u32,
    /// The place among the clocks of its kind and round.
    #[schema(example = 1)]
    pub seq: u32,
    /// The department; null while there was none.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
    /// The handler; null while there was none.
    #[schema(required = true)]
    pub staff_id: Option<StaffId>,
    /// The seconds of the clock's own time.
    #[schema(example = 5400)]
    pub seconds: i64,
}

impl TimeShareOut {
    /// Returns the share of one holder of a clock.
    pub fn of(stored: &StoredClock, share: &Share) -> Self {
        Self {
            kind: stored.clock.kind,
            round: stored.clock.round,
            seq: stored.clock.seq,
            department_id: share.department.map(DepartmentId),
            staff_id: share.staff.map(StaffId),
            seconds: share.seconds,
        }
    }
}

/// Who used the time: the shares of a clock add up to what it consumed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeLedgerOut {
    /// The shares.
    pub items: Vec<TimeShareOut>,
}
