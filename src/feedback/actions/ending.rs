//! T19 to T21: merged, cancelled, concluded.

use super::{View, case::Case, compensation, done, line::Line, open, plan::withdraw_plan, reply::sent};
use crate::{
    feedback::{
        domain::{CancelReason, EventKind, FeedbackId, Refusal, StatusExt, Step},
        store::{self, Approval, Reply},
        wire::{CancelIn, ConcludeIn, MergeIn},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
        ids,
    },
    staff::StaffId,
    vocabulary::{ApprovalDecision, ClockKind, Outcome, Status},
};
use serde_json::json;

/// T19: two cases of the same customer become one; of clocks that both have open the smaller rest goes on.
///
/// Refuses: `invalid_transition`, `different_customer`, `target_not_open`, 422 `unknown_feedback`.
pub fn merge(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &MergeIn,
    expected: &Expected,
) -> Result<View> {
    // rows of one table are locked by ascending id
    let before = if input.into_id < id { Some(lock_survivor(tx, actor, input.into_id)?) } else { None };
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Merge)?;
    let actor = &actor;
    if input.into_id == id {
        return Err(stance.refused(Refusal::TargetNotOpen, &case));
    }
    let mut survivor = match before {
        Some(survivor) => survivor,
        None => lock_survivor(tx, actor, input.into_id)?,
    };
    let at = actor.at;
    survivor.settle(at)?;
    if !survivor.row.status.is_open() {
        return Err(stance.refused(Refusal::TargetNotOpen, &case));
    }
    if case.row.customer_id.is_none() || case.row.customer_id != survivor.row.customer_id {
        return Err(stance.refused(Refusal::DifferentCustomer, &case));
    }
    if let Some(plan) = stance.pending_plan() {
        withdraw_plan(tx, plan, actor)?;
    }
    compensation::release(tx, actor, id)?;
    carry(&case, &mut survivor, at)?;
    case.end_clocks(at);
    case.row.merged_into_id = Some(input.into_id);
    case.row.owes_explanation_since = None;
    let line = Line::by(actor, EventKind::Merged).with(json!({ "into_id": input.into_id }));
    case.go(Status::Merged, line.saying("reason", &input.reason))?;
    case.tell_customer("merged", at);
    let line =
        Line::by(actor, EventKind::MergedIn).with(json!({ "merged_id": id, "number": case.row.number }));
    survivor.note(line)?;
    survivor.save(tx, at)?;
    done(tx, actor, case)
}

fn lock_survivor(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<Case> {
    Case::lock(tx, actor.scope(), id).map_err(|error| match error {
        Error::NotFound(_) => Error::field("/into_id", "unknown_feedback", "is no feedback", "反馈不存在"),
        other => other,
    })
}

fn carry(case: &Case, survivor: &mut Case, at: chrono::DateTime<chrono::Utc>) -> Result<()> {
    let carried = |kind| !matches!(kind, ClockKind::Progress | ClockKind::Confirmation);
    for stored in case.open_clocks().filter(|stored| carried(stored.clock.kind)) {
        survivor.change(stored.clock.kind, |clock, book| {
            // each rest is measured by its own calendars
            let mut merged = stored.clock.clone();
            merged.aim.budget_ms = stored
                .clock
                .remaining_at(at, &case.rules.calendars)
                .saturating_add(stored.clock.consumed_at(at, book));
            clock.carry_remaining(at, &merged, book).map(|_| ())
        })?;
    }
    Ok(())
}

/// T20: invalid, spam, or withdrawn by the customer; counted apart.
///
/// Refuses: `invalid_transition`, `already_replied`, `only_withdrawn`.
pub fn cancel(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &CancelIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Cancel)?;
    let actor = &actor;
    let begun = !matches!(case.row.status, Status::Registered | Status::Dispatched);
    if begun && input.reason != CancelReason::Withdrawn {
        return Err(stance.refused(Refusal::OnlyWithdrawn, &case));
    }
    case.end_clocks(actor.at);
    compensation::release(tx, actor, id)?;
    case.row.owes_explanation_since = None;
    case.go(
        Status::Cancelled,
        Line::by(actor, EventKind::Cancelled).with(json!({ "reason": input.reason })),
    )?;
    case.tell_customer("cancelled", actor.at);
    done(tx, actor, case)
}

/// T21: nothing more can be done; the text goes to the customer as the last reply under this decision, which
/// counts as its approval.
///
/// Refuses: `invalid_transition`, `not_max_level`, `too_few_rounds`.
pub fn conclude(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ConcludeIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Conclude)?;
    let actor = &actor;
    let at = actor.at;
    let decider = actor.staff().map(StaffId).ok_or(Refusal::NotYours)?;
    let approval = Approval {
        id: ids::next(),
        feedback_id: id,
        round: case.row.round,
        plan_id: None,
        proposer_id: None,
        kind: "conclusion".into(),
        approver_id: Some(decider),
        decision: ApprovalDecision::Approved,
        comment: Some(input.reason.0.clone()),
        standing: stance.place_of(decider).map(str::to_owned),
        at,
    };
    store::insert_approval(tx, &approval)?;
    let reply = Reply {
        channel: case.detail.reply_channel,
        text: input.text.0.clone(),
        basis: input.reason.0.clone(),
        ..sent(&case, actor, approval.id)
    };
    store::insert_reply(tx, &reply)?;
    case.meet(ClockKind::FirstResponse, at)?;
    case.end_clocks(at);
    compensation::release(tx, actor, id)?;
    case.row.outcome = Some(Outcome::Unresolvable);
    case.row.closed_at = Some(at);
    case.row.owes_explanation_since = None;
    let line = Line::by(actor, EventKind::Concluded).with(json!({ "reply_id": reply.id }));
    case.go(Status::Closed, line.saying("reason", &input.reason).saying("text", &input.text))?;
    case.tell_customer("concluded", at);
    done(tx, actor, case)
}
