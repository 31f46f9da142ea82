//! T13, T15, T17: the customer's verdict, and what follows from it.

use super::{View, case::Case, compensation, done, earning, line::Line, open, standing::Stance};
use crate::{
    departments,
    feedback::{
        domain::{EventKind, FeedbackId, MAX_LEVEL, Refusal, Step},
        store::{self, Satisfaction},
        wire::{ConfirmIn, ReasonIn},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{precondition::Expected, problem::Result},
    },
    staff::{self, StaffId},
    vocabulary::{ClockKind, Outcome, Priority, Status, Verdict},
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Records the customer's verdict on the last reply: satisfied closes (T13), dissatisfied escalates (T15) or,
/// when the case is closed, reopens it (T17). An answer may change until a new round begins or 30 days after
/// the closing.
///
/// Refuses: `invalid_transition`, `answer_locked`, `nothing_to_confirm`, `reopen_window_over`, 422
/// `score_contradicts_verdict`.
pub fn confirm(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ConfirmIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Confirm)?;
    let actor = &actor;
    if input.verdict == Verdict::Dissatisfied && input.score.is_some_and(|score| score > 3) {
        return Err(Refusal::ScoreContradictsVerdict.into());
    }
    let closed = case.row.status == Status::Closed;
    if closed && input.verdict == Verdict::Dissatisfied {
        stance.require(Step::Reopen, &case)?;
    }
    let answer = answer(actor, &case, &stance, input)?;
    store::save_satisfaction(tx, &answer)?;
    earning::answered(tx, actor, &case, input.score)?;
    match (input.verdict, closed) {
        (Verdict::Satisfied, false) => close(tx, actor, &mut case, input)?,
        (Verdict::Satisfied, true) => close_late(tx, actor, &mut case, input)?,
        (Verdict::Dissatisfied, false) => {
            case.meet(ClockKind::Confirmation, actor.at)?;
            case.meet(ClockKind::Visit, actor.at)?;
            let line = Line::by(actor, EventKind::Dissatisfied).with(facts(input));
            next_round(tx, actor, &mut case, &stance, line.saying_if("comment", input.comment.as_deref()))?;
        }
        (Verdict::Dissatisfied, true) => {
            let comment = input.comment.as_ref().map(|c| c.0.as_str());
            start_over(tx, &mut case, &stance, actor, comment)?;
        }
    }
    done(tx, actor, case)
}

fn facts(input: &ConfirmIn) -> serde_json::Value {
    json!({ "verdict": input.verdict, "score": input.score })
}

fn answer(actor: &Actor, case: &Case, stance: &Stance, input: &ConfirmIn) -> Result<Satisfaction> {
    let asked = stance.answers.iter().rfind(|a| a.round == case.row.round && !a.void);
    let mut answer = asked.cloned().ok_or(Refusal::NothingToConfirm)?;
    answer.answered_at = Some(actor.at);
    answer.verdict = Some(input.verdict);
    answer.score = input.score;
    answer.comment = input.comment.as_ref().map(|c| c.0.clone());
    answer.recorded_by = actor.staff().map(StaffId);
    answer.evidence = input.evidence.as_ref().map(|e| e.0.clone());
    Ok(answer)
}

fn outcome(score: Option<i16>) -> Outcome {
    if score.is_some_and(|score| score <= 3) { Outcome::AcceptedPartial } else { Outcome::Resolved }
}

/// T13.
fn close(tx: &mut Tx, actor: &Actor, case: &mut Case, input: &ConfirmIn) -> Result<()> {
    let at = actor.at;
    case.meet(ClockKind::Confirmation, at)?;
    case.meet(ClockKind::Visit, at)?;
    case.end_clocks(at);
    compensation::issue(tx, actor, &case.row)?;
    case.row.outcome = Some(outcome(input.score));
    earning::adopted(tx, actor, case)?;
    case.row.closed_at = Some(at);
    case.row.owes_explanation_since = None;
    let line = Line::by(actor, EventKind::Confirmed).with(facts(input));
    case.go(Status::Closed, line.saying_if("comment", input.comment.as_deref()))
}

/// A satisfied answer on a closed case: it counts, and `closed_at` stays.
fn close_late(tx: &mut Tx, actor: &Actor, case: &mut Case, input: &ConfirmIn) -> Result<()> {
    if case.row.outcome != Some(Outcome::Unresolvable) {
        case.row.outcome = Some(outcome(input.score));
    }
    (case.row.waits_since, case.row.waits_until) = (None, None);
    compensation::issue(tx, actor, &case.row)?;
    earning::adopted(tx, actor, case)?;
    let line = Line::by(actor, EventKind::LateConfirmed).with(facts(input));
    case.note(line.saying_if("comment", input.comment.as_deref()))
}

/// T15 with a reason, by service or head, without an answer of the customer.
///
/// Refuses: `invalid_transition`.
pub fn escalate(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ReasonIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Escalate)?;
    let actor = &actor;
    let line = Line::by(actor, EventKind::Escalated).saying("reason", &input.reason);
    next_round(tx, actor, &mut case, &stance, line)?;
    done(tx, actor, case)
}

/// T15: round and level grow, the clocks of a new round start, the new level's person is told.
fn next_round(tx: &mut Tx, actor: &Actor, case: &mut Case, stance: &Stance, line: Line<'_>) -> Result<()> {
    let at = actor.at;
    case.end_clocks(at);
    case.row.round = case.row.round.saturating_add(1);
    if case.row.escalation_level < MAX_LEVEL {
        case.row.escalation_level = case.row.escalation_level.saturating_add(1);
    } else {
        case.row.max_level = true;
    }
    compensation::release(tx, actor, case.row.id)?;
    begin_round(case, at)?;
    case.start_clock_as(ClockKind::Dispatch, Priority::Urgent, at)?;
    case.go(Status::Escalated, line)?;
    let level = case.row.escalation_level;
    let called = stance.level_target(level);
    if let Some(person) = &called {
        case.tell(person.id, "escalated", None, at);
    }
    store::note_escalation(tx, case.row.id, None, level, called.map(|person| person.id), at)?;
    Ok(())
}

fn begin_round(case: &mut Case, at: DateTime<Utc>) -> Result<()> {
    case.start_clock(ClockKind::Solution, at)?;
    if !case.rules.visit_starts_at_reply(&case.row) {
        case.start_clock(ClockKind::Visit, at)?;
    }
    Ok(())
}

/// T17 with a reason.
///
/// Refuses: `invalid_transition`, `reopen_window_over`, `reopen_by_service_only`.
pub fn reopen(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ReasonIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Reopen)?;
    let actor = &actor;
    start_over(tx, &mut case, &stance, actor, Some(&input.reason))?;
    done(tx, actor, case)
}

/// Decides once more whether handler and department are active, and keeps them so until the transaction is over.
fn stays_active(tx: &mut Tx, case: &Case) -> Result<bool> {
    let (Some(handler), Some(department)) = (case.row.handler_id, case.row.department_id) else {
        return Ok(false);
    };
    Ok(departments::share_active(tx, department)? && staff::share_active(tx, handler)?.is_some())
}

/// T17: a new round from level 0, with the handler who had it where both are still active.
pub fn start_over(
    tx: &mut Tx,
    case: &mut Case,
    stance: &Stance,
    actor: &Actor,
    reason: Option<&str>,
) -> Result<()> {
    let at = actor.at;
    case.row.round = case.row.round.saturating_add(1);
    case.row.escalation_level = 0;
    case.row.max_level = false;
    (case.row.outcome, case.row.closed_at) = (None, None);
    compensation::reverse_on_reopen(tx, actor, case.row.id)?;
    compensation::release(tx, actor, case.row.id)?;
    let line = Line::by(actor, EventKind::Reopened).saying_if("reason", reason);
    case.row.owes_explanation_since = None;
    if stance.facts.handler_active && stays_active(tx, case)? {
        begin_round(case, at)?;
        case.go(Status::InProgress, line)?;
        if let Some(handler) = case.row.handler_id {
            case.tell(handler, "reopened", None, at);
        }
        return Ok(());
    }
    (case.row.department_id, case.row.handler_id) = (None, None);
    case.rules.move_to(tx, None)?;
    begin_round(case, at)?;
    case.start_clock_as(ClockKind::Dispatch, Priority::Urgent, at)?;
    case.go(Status::Registered, line)?;
    case.tell_service(tx, "reopened", None, at)
}
