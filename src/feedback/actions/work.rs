//! T4 to T7: the handler works.

use super::{View, done, line::Line, open};
use crate::{
    customers::{self, NewInteraction},
    departments::DepartmentId,
    feedback::{
        domain::{EventKind, FeedbackId, Refusal, Step},
        wire::{AskIn, HoldIn, ReasonIn},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{precondition::Expected, problem::Result},
        time::Timestamp,
    },
    sla::{PauseReason, Target, TargetUnit},
    staff::StaffId,
    vocabulary::{ClockKind, Direction, InteractionKind, Priority, Status},
};
use chrono::TimeDelta;
use serde_json::json;

/// T4: the caller becomes the handler.
///
/// Refuses: `invalid_transition`, `handled_by_other`, 422 `handler_not_in_department`.
pub fn accept(tx: &mut Tx, actor: &Actor, id: FeedbackId, expected: &Expected) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::Accept)?;
    let actor = &actor;
    let handler = actor.staff().map(StaffId).ok_or(Refusal::NotYours)?;
    let department: Option<DepartmentId> = case.row.department_id;
    if let Some(department) = department {
        super::dispatch::handler_in(tx, department, Some(handler))?;
    }
    case.row.handler_id = Some(handler);
    case.hand_over(actor.at, false)?;
    case.go(Status::InProgress, Line::by(actor, EventKind::Accepted).with(json!({ "handler_id": handler })))?;
    done(tx, actor, case)
}

/// T5: back to service; the time in the department does not count for the dispatch.
pub fn return_to_service(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ReasonIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::Return)?;
    let actor = &actor;
    let at = actor.at;
    let department = case.row.department_id.take();
    case.row.handler_id = None;
    case.end_clock(ClockKind::Progress, at)?;
    case.rules.move_to(tx, None)?;
    case.hand_over(at, true)?;
    let holder = case.holder();
    let reopened = case.change_newest(ClockKind::Dispatch, |clock, _| clock.reopen(at, holder))?;
    if !reopened {
        case.start_clock_as(ClockKind::Dispatch, Priority::Urgent, at)?;
    }
    let line = Line::by(actor, EventKind::Returned).with(json!({ "department_id": department }));
    case.go(Status::Registered, line.saying("reason", &input.reason))?;
    case.tell_service(tx, "returned", None, at)?;
    done(tx, actor, case)
}

/// T6: a question goes to the customer, and the solution waits.
pub fn ask(tx: &mut Tx, actor: &Actor, id: FeedbackId, input: &AskIn, expected: &Expected) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::Ask)?;
    let actor = &actor;
    let at = actor.at;
    if case.waits_in(ClockKind::Solution, Status::AwaitingCustomer) {
        case.pause(ClockKind::Solution, at, PauseReason::AwaitingCustomer)?;
    }
    case.pause(ClockKind::Progress, at, PauseReason::AwaitingCustomer)?;
    case.meet(ClockKind::FirstResponse, at)?;
    case.row.timed_out = false;
    case.go(
        Status::AwaitingCustomer,
        Line::by(actor, EventKind::QuestionAsked).saying("question", &input.question),
    )?;
    case.row.waits_since = Some(at);
    case.row.waits_until =
        at.checked_add_signed(TimeDelta::days(i64::from(case.rules.config.settings.question_timeout_days)));
    case.tell_customer("question", at);
    case.talk(tx, actor, Direction::Outbound, &input.question)?;
    done(tx, actor, case)
}

/// T7: a third party has to act; the policy says whether the solution waits.
///
/// Refuses: 422 `not_in_future`, `hold_too_long`.
pub fn hold(tx: &mut Tx, actor: &Actor, id: FeedbackId, input: &HoldIn, expected: &Expected) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::Hold)?;
    let actor = &actor;
    let at = actor.at;
    let until = input.expected_at.0;
    if until <= at {
        return Err(Refusal::NotInFuture.into());
    }
    let calendar = case.rules.calendars.present_calendar();
    let days = u32::try_from(case.rules.config.settings.max_hold_working_days).unwrap_or(0);
    let longest = Target { amount: days, unit: TargetUnit::WorkingDays }.aim(calendar.standard_day_minutes());
    if calendar.add_working(at, longest.budget_ms).is_none_or(|latest| until > latest) {
        return Err(Refusal::HoldTooLong.into());
    }
    if case.waits_in(ClockKind::Solution, Status::AwaitingThirdParty) {
        case.pause(ClockKind::Solution, at, PauseReason::AwaitingThirdParty)?;
    }
    case.row.timed_out = false;
    let line = Line::by(actor, EventKind::Held).with(json!({ "expected_at": Timestamp(until) }));
    case.go(Status::AwaitingThirdParty, line.saying("reason", &input.reason))?;
    case.row.waits_since = Some(at);
    case.row.waits_until = Some(until);
    done(tx, actor, case)
}

/// T7: work goes on.
pub fn resume(tx: &mut Tx, actor: &Actor, id: FeedbackId, expected: &Expected) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::Resume)?;
    let actor = &actor;
    case.resume_pauses(actor.at)?;
    case.go(Status::InProgress, Line::by(actor, EventKind::Resumed))?;
    done(tx, actor, case)
}

impl super::Case {
    /// Puts a message into the customer's timeline.
    pub fn talk(&self, tx: &mut Tx, actor: &Actor, direction: Direction, text: &str) -> Result<()> {
        customers::note_interaction(
            tx,
            NewInteraction {
                customer_id: self.row.customer_id,
                feedback_id: Some(self.row.id.0),
                channel: self.detail.reply_channel,
                direction,
                kind: InteractionKind::Message,
                summary: text.to_owned(),
                sentiment: None,
                occurred_at: actor.at,
                staff_id: actor.staff(),
                created_at: actor.at,
            },
        )?;
        Ok(())
    }
}
