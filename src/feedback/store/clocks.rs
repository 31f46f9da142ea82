use crate::{
    feedback::domain::FeedbackId,
    platform::{
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
    schema::{escalation, sla_clock},
    sla::{Calendars, Clock},
    staff::StaffId,
    vocabulary::{ClockKind, ClockState, ClockUnit},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use serde::Serialize;
use uuid::Uuid;

/// A clock with its id and what was sent about it.
#[derive(Clone, Debug)]
pub struct StoredClock {
    /// The id.
    pub id: Uuid,
    /// The clock.
    pub clock: Clock,
    /// The policy version that set it.
    pub policy_version_id: Option<Uuid>,
    /// The percents that were told.
    pub warned: Vec<i32>,
    /// Whether it is new or has changed since it was read.
    pub dirty: bool,
}

#[derive(Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sla_clock, check_for_backend(Pg), treat_none_as_null = true)]
struct Row {
    id: Uuid,
    feedback_id: FeedbackId,
    kind: ClockKind,
    round: i32,
    seq: i32,
    state: ClockState,
    open: bool,
    unit: ClockUnit,
    budget_ms: i64,
    consumed_ms: i64,
    started_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    paused_at: Option<DateTime<Utc>>,
    breached_at: Option<DateTime<Utc>>,
    breach_reason: Option<String>,
    met_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    fold: serde_json::Value,
    policy_version_id: Option<Uuid>,
    warned_percent: Vec<i32>,
}

impl StoredClock {
    /// Returns the percents that were told.
    pub fn sent(&self) -> Vec<u32> {
        self.warned.iter().filter_map(|percent| u32::try_from(*percent).ok()).collect()
    }

    fn row(&self, feedback_id: FeedbackId, now: DateTime<Utc>, calendars: &dyn Calendars) -> Result<Row> {
        let clock = &self.clock;
        let state = clock.state_at(now, calendars);
        let breach = clock.breach_at(now, calendars);
        Ok(Row {
            id: self.id,
            feedback_id,
            kind: clock.kind,
            round: i32::try_from(clock.round).unwrap_or(i32::MAX),
            seq: i32::try_from(clock.seq).unwrap_or(i32::MAX),
            state,
            open: clock.is_open(),
            unit: clock.aim.unit,
            budget_ms: clock.aim.budget_ms,
            consumed_ms: clock.consumed_at(now, calendars),
            started_at: clock.started_at().unwrap_or(now),
            due_at: clock.due_at(calendars),
            paused_at: clock.paused_at(),
            breached_at: breach.map(|b| b.at),
            breach_reason: breach.map(|b| b.reason.to_string()),
            met_at: clock.met_at,
            ended_at: clock.ended_at,
            fold: serde_json::to_value(clock).map_err(Error::internal)?,
            policy_version_id: self.policy_version_id,
            warned_percent: self.warned.clone(),
        })
    }

    fn of(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            clock: serde_json::from_value(row.fold).map_err(Error::internal)?,
            policy_version_id: row.policy_version_id,
            warned: row.warned_percent,
            dirty: false,
        })
    }
}

/// Returns all clocks of a feedback, oldest first.
pub fn clocks_of(tx: &mut Tx, id: FeedbackId) -> Result<Vec<StoredClock>> {
    let rows: Vec<Row> = sla_clock::table
        .filter(sla_clock::feedback_id.eq(id))
        .order((sla_clock::started_at, sla_clock::id))
        .select(Row::as_select())
        .load(tx)?;
    rows.into_iter().map(StoredClock::of).collect()
}

/// Returns the rows of new clocks.
pub(super) fn rows(
    id: FeedbackId,
    clocks: &[StoredClock],
    now: DateTime<Utc>,
    calendars: &dyn Calendars,
) -> Result<Vec<impl Serialize>> {
    clocks.iter().map(|clock| clock.row(id, now, calendars)).collect::<Result<Vec<Row>>>()
}

/// Stores the clocks that are new or have changed.
pub fn save_clocks(
    tx: &mut Tx,
    id: FeedbackId,
    clocks: &[StoredClock],
    now: DateTime<Utc>,
    calendars: &dyn Calendars,
) -> Result<()> {
    let dirty = clocks.iter().filter(|clock| clock.dirty);
    let mut rows = dirty.map(|clock| clock.row(id, now, calendars)).collect::<Result<Vec<Row>>>()?;
    // one that ends leaves the place of its kind before the next one takes it
    rows.sort_by_key(|row| row.open);
    for row in rows {
        diesel::insert_into(sla_clock::table)
            .values(&row)
            .on_conflict(sla_clock::id)
            .do_update()
            .set(&row)
            .execute(tx)?;
    }
    Ok(())
}

/// Notes that a clock raised the level; answers whether it is the first time for this clock and level.
pub fn note_escalation(
    tx: &mut Tx,
    id: FeedbackId,
    clock: Option<Uuid>,
    level: i32,
    target: Option<StaffId>,
    at: DateTime<Utc>,
) -> Result<bool> {
    let noted = diesel::insert_into(escalation::table)
        .values((
            escalation::id.eq(ids::next()),
            escalation::feedback_id.eq(id),
            escalation::clock_id.eq(clock),
            escalation::level.eq(level),
            escalation::target_id.eq(target),
            escalation::at.eq(at),
        ))
        .on_conflict((escalation::clock_id, escalation::level))
        .do_nothing()
        .execute(tx)?;
    Ok(noted == 1)
}
