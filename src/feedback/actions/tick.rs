//! What the worker does for one case: posts what happened by itself, warns, climbs the ladder (T18).

use super::{case::Case, compensation, line::Line, standing::Stance};
use crate::{
    departments,
    feedback::{
        domain::{EventKind, FeedbackId, MAX_LEVEL, StatusExt},
        store,
    },
    platform::{
        auth::{Actor, Scope},
        db::Tx,
        http::problem::Result,
    },
    sla::{Notice, State, days_missed_climb},
    staff::{self, StaffId},
    vocabulary::{ClockKind, Status},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// Marks a missed day that has raised a level; no percent is as high.
const CLIMBED: i32 = 1001;

/// Does for one case what is due at `now`. Late or twice, it comes to the same.
pub fn tick(tx: &mut Tx, id: FeedbackId, now: DateTime<Utc>) -> Result<()> {
    let mut case = Case::lock(tx, Scope::All, id)?;
    if case.row.next_check_at.is_none_or(|at| at > now) {
        return Ok(());
    }
    case.settle(now)?;
    let actor = Actor::system(now);
    if case.row.status.is_open() {
        let stance = Stance::load(tx, &actor, &case)?;
        remind_customer(&mut case, now)?;
        climb(tx, &mut case, &stance, now)?;
        climb_missed_days(tx, &mut case, &stance, now)?;
        case.record_breaches(now);
        remind_of_explanation(tx, &mut case, now)?;
    } else if case.row.waits_until.is_some_and(|end| end <= now) {
        // the late window of a case without an answer is over
        compensation::release(tx, &actor, id)?;
        case.row.waits_until = None;
    }
    case.save(tx, now)
}

/// Reminds the customer of a question or of the verdict; several that are overdue are one.
fn remind_customer(case: &mut Case, now: DateTime<Utc>) -> Result<()> {
    let mut due = None;
    while let Some(at) = case.next_reminder().filter(|at| *at <= now) {
        case.row.waits_since = Some(at);
        due = Some(at);
    }
    let Some(at) = due else { return Ok(()) };
    let (kind, notice) = match case.row.status {
        Status::AwaitingCustomer => (EventKind::QuestionReminded, "question_reminder"),
        _ => (EventKind::ConfirmationReminded, "confirmation_reminder"),
    };
    case.tell_customer(notice, at);
    case.note(Line::system(now, kind).with(json!({ "due_at": crate::platform::time::Timestamp(at) })))
}

/// Sends what the clocks owe: warnings to handler and service, levels to the heads.
fn climb(tx: &mut Tx, case: &mut Case, stance: &Stance, now: DateTime<Utc>) -> Result<()> {
    let mut owed: Vec<(Uuid, Notice)> = Vec::new();
    for stored in case.open_clocks() {
        let ladder = case.ladder_of(stored);
        let notices = ladder.due(&stored.clock, &stored.sent(), now, &case.rules.calendars);
        owed.extend(notices.into_iter().map(|notice| (stored.id, notice)));
    }
    owed.extend(missed_day(case, now));
    owed.sort_by_key(|(_, notice)| notice.at);
    for (clock, notice) in owed {
        if let Some(stored) = case.clocks.iter_mut().find(|stored| stored.id == clock) {
            stored.warned.extend(notice.percents.iter().filter_map(|p| i32::try_from(*p).ok()));
            stored.dirty = true;
        }
        warn(tx, case, stance, clock, &notice)?;
        if notice.percents.contains(&100)
            && case.row.owes_explanation_since.is_none()
            && store::last_note_at(tx, case.row.id)?.is_none_or(|noted| noted < notice.at)
        {
            case.row.owes_explanation_since = Some(notice.at);
        }
        if notice.level.is_some() {
            raise(tx, case, stance, Some(clock), notice.level.map(i32::from), now)?;
        }
    }
    Ok(())
}

/// Returns what is owed for the last day that went by without a note: its clock was over when it was due.
fn missed_day(case: &Case, now: DateTime<Utc>) -> Option<(Uuid, Notice)> {
    let days = case.clocks.iter().filter(|stored| stored.clock.kind == ClockKind::Progress);
    let last = days.max_by_key(|stored| stored.clock.started_at())?;
    let missed = last.clock.state_at(now, &case.rules.calendars) == State::Breached;
    let untold = !last.clock.is_open() && !last.warned.contains(&100);
    let at = last.clock.breach.filter(|_| missed && untold)?.at;
    Some((last.id, Notice { at, percents: vec![100], level: None }))
}

fn warn(tx: &mut Tx, case: &mut Case, stance: &Stance, clock: Uuid, notice: &Notice) -> Result<()> {
    let Some(percent) = notice.percents.iter().max() else {
        return Ok(());
    };
    let key = format!("clock:{clock}:{percent}");
    let what = if *percent >= 100 { "overdue" } else { "due_soon" };
    let owner = case.row.handler_id.or_else(|| stance.level_target(1).map(|person| person.id));
    if let Some(owner) = owner {
        case.tell(owner, what, Some(key.clone()), notice.at);
    }
    if *percent >= 100 { case.tell_service(tx, what, Some(key), notice.at) } else { Ok(()) }
}

/// T18: one level up, at most once for each clock and level.
fn raise(
    tx: &mut Tx,
    case: &mut Case,
    stance: &Stance,
    clock: Option<Uuid>,
    rung: Option<i32>,
    now: DateTime<Utc>,
) -> Result<()> {
    if case.row.escalation_level >= MAX_LEVEL {
        return Ok(());
    }
    let level = case.row.escalation_level.saturating_add(1);
    let called = stance.level_target(level);
    let stored = clock.filter(|id| case.clocks.iter().any(|c| c.id == *id));
    store::save_clocks(tx, case.row.id, &case.clocks, now, &case.rules.calendars)?;
    case.clocks.iter_mut().for_each(|clock| clock.dirty = false);
    let target = called.as_ref().map(|person| person.id);
    if !store::note_escalation(tx, case.row.id, stored, rung.unwrap_or(level), target, now)? {
        return Ok(());
    }
    case.row.escalation_level = level;
    let facts = json!({ "level": level, "clock_id": clock, "target_id": target });
    case.note(Line::system(now, EventKind::LevelRaised).with(facts))?;
    if let Some(target) = target {
        case.tell(target, "level_raised", Some(format!("level:{level}:{}", case.row.round)), now);
    }
    Ok(())
}

/// Each third working day in a row without a note raises one level.
fn climb_missed_days(tx: &mut Tx, case: &mut Case, stance: &Stance, now: DateTime<Utc>) -> Result<()> {
    let calendars = case.rules.calendars.clone();
    let days = case.clocks.iter().filter(|s| s.clock.kind == ClockKind::Progress && !s.clock.is_open());
    let mut missed = 0;
    let mut climbs = Vec::new();
    for day in days {
        let is_missed = day.clock.state_at(now, &calendars) == State::Breached;
        missed = if is_missed { missed + 1 } else { 0 };
        if is_missed && days_missed_climb(missed) && !day.warned.contains(&CLIMBED) {
            climbs.push(day.id);
        }
    }
    for clock in climbs {
        if let Some(stored) = case.clocks.iter_mut().find(|stored| stored.id == clock) {
            stored.warned.push(CLIMBED);
            stored.dirty = true;
        }
        raise(tx, case, stance, Some(clock), None, now)?;
    }
    Ok(())
}

/// Reminds those who owe an explanation, each working day until a note is written.
fn remind_of_explanation(tx: &mut Tx, case: &mut Case, now: DateTime<Utc>) -> Result<()> {
    while let Some(at) = case.next_owed_reminder().filter(|at| *at <= now) {
        case.row.owes_explanation_since = Some(at);
        let key = format!("owed:{}", at.date_naive());
        if let Some(handler) = case.row.handler_id {
            case.tell(handler, "explanation_owed", Some(key.clone()), at);
        }
        case.tell_service(tx, "explanation_owed", Some(key), at)?;
    }
    Ok(())
}

impl Case {
    /// Tells service: the agent who registered it, while active, else the head of the service department.
    pub fn tell_service(
        &mut self,
        tx: &mut Tx,
        kind: &str,
        key: Option<String>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let agent = match self.detail.registered_by {
            Some(id) => staff::find_active(tx, StaffId(id))?,
            None => None,
        };
        if let Some(agent) = agent {
            self.tell(agent.id, kind, key, at);
            return Ok(());
        }
        let service = departments::service_department(tx)?;
        let chain = departments::chain(tx, service, at)?;
        if let Some(head) = chain.first().and_then(|rung| rung.head.as_ref()) {
            self.tell(head.person.id, kind, key, at);
        }
        Ok(())
    }
}
