use crate::{
    calendars::CalendarId,
    departments::DepartmentId,
    feedback::{
        actions::{Moved, Shown},
        domain::FeedbackId,
    },
    platform::{
        http::{page::Page, reply::Resource},
        text::Reason,
        time::Timestamp,
    },
    sla::PolicyId,
    vocabulary::{ClockKind, ClockState, ClockUnit},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Why clocks are recalculated, and which; without a filter those of all open feedback. Filters narrow each other.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RecalculateIn {
    /// Why: the history of each feedback keeps it.
    #[schema(example = "国庆节放假安排已更新")]
    pub reason: Reason,
    /// Only the clocks that a version of this policy set, or that this policy sets now.
    #[schema(nullable = false)]
    pub policy_id: Option<PolicyId>,
    /// Only those of feedback that this department has.
    #[schema(nullable = false)]
    pub department_id: Option<DepartmentId>,
    /// Only those of feedback whose department, or else the organisation, works by this calendar.
    #[schema(nullable = false)]
    pub calendar_id: Option<CalendarId>,
    /// Only those of this feedback.
    #[schema(nullable = false, min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100))]
    pub feedback_ids: Option<Vec<FeedbackId>>,
}

impl RecalculateIn {
    /// Returns what the cursor is bound to.
    pub fn filter(&self) -> impl Serialize + '_ {
        (self.policy_id, self.department_id, self.calendar_id, &self.feedback_ids)
    }
}

/// A clock that moved, or would move.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecalculatedClockOut {
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// Its number.
    #[schema(example = "FB-20260109-000001")]
    pub number: String,
    /// What the clock measures.
    pub kind: ClockKind,
    /// The round that it belongs to.
    #[schema(example = 1)]
    pub round: u32,
    /// Its place among the clocks of its kind and round.
    #[schema(example = 1)]
    pub seq: u32,
    /// Its state before.
    pub old_state: ClockState,
    /// Its state after; a day of progress that the calendar does not have is cancelled.
    pub new_state: ClockState,
    /// Which time it counted.
    pub old_unit: ClockUnit,
    /// Which time it counts.
    pub new_unit: ClockUnit,
    /// Its budget before, in seconds of its time.
    #[schema(example = 57600)]
    pub old_budget_seconds: i64,
    /// Its budget after.
    #[schema(example = 57600)]
    pub new_budget_seconds: i64,
    /// When it was due; null while it is paused.
    #[schema(required = true)]
    pub old_due_at: Option<Timestamp>,
    /// When it is due; null while it is paused.
    #[schema(required = true)]
    pub new_due_at: Option<Timestamp>,
    /// Whether the change breaches it: it has used more than its new budget.
    pub breached: bool,
    /// Whether the change lifts the breach of an earlier change.
    pub healed: bool,
}

impl From<Moved> for RecalculatedClockOut {
    fn from(moved: Moved) -> Self {
        let seconds = |shown: &Shown| shown.aim.budget_ms.div_euclid(1000);
        let (before, after) = (moved.before, moved.after);
        Self {
            feedback_id: moved.feedback_id,
            number: moved.number,
            kind: moved.kind,
            round: moved.round,
            seq: moved.seq,
            old_state: before.state,
            new_state: after.state,
            old_unit: before.aim.unit,
            new_unit: after.aim.unit,
            old_budget_seconds: seconds(&before),
            new_budget_seconds: seconds(&after),
            old_due_at: before.due_at.map(Timestamp),
            new_due_at: after.due_at.map(Timestamp),
            breached: moved.breached,
            healed: moved.healed,
        }
    }
}

/// What moved in one portion of feedback, or would move.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecalculationOut {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// How much feedback this portion looked at.
    #[schema(example = 25)]
    pub checked: usize,
    /// The clocks that moved, by feedback; what stays as it is is not named.
    pub items: Vec<RecalculatedClockOut>,
    /// Where the next portion begins; null after the last.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

impl RecalculationOut {
    /// Returns what moved in a portion of feedback.
    pub fn of(portion: Page<FeedbackId>, moved: Vec<Moved>, dry_run: bool) -> Self {
        let items = moved.into_iter().map(RecalculatedClockOut::from).collect();
        Self { dry_run, checked: portion.items.len(), items, next_cursor: portion.next_cursor }
    }
}

impl Resource for RecalculationOut {}
