//! T12, T12b, T14: the result goes to the customer.

use super::{View, case::Case, confirm, done, line::Line, open, standing::Stance};
use crate::{
    customers,
    feedback::{
        domain::{DeliveryReport, EventKind, FeedbackId, Refusal, ReplyId, Step},
        store::{self, Approval, Reply, Satisfaction},
        wire::{ReasonIn, ReplyIn},
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
    vocabulary::{ApprovalDecision, ClockKind, DeliveryState, Outcome, Status},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// T12: records the result as sent; meets the reply clock, asks for satisfaction, opens the confirmation.
///
/// Refuses: `invalid_transition`, 422 `channel_reason_required`.
pub fn reply(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ReplyIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Reply)?;
    let actor = &actor;
    let at = actor.at;
    let channel = input.channel.unwrap_or(case.detail.reply_channel);
    if channel != case.detail.reply_channel && input.channel_reason.is_none() {
        return Err(Refusal::ChannelReasonRequired.into());
    }
    let approval =
        approval_of(tx, &case.row)?.ok_or_else(|| stance.refused(Refusal::InvalidTransition, &case))?;
    let reply = Reply {
        channel,
        channel_reason: input.channel_reason.as_ref().map(|r| r.0.clone()),
        text: input.text.0.clone(),
        basis: input.basis.0.clone(),
        ..sent(&case, actor, approval.id)
    };
    store::insert_reply(tx, &reply)?;
    store::insert_satisfaction(tx, &question(&case.row, &reply))?;
    case.meet(ClockKind::Reply, at)?;
    case.meet(ClockKind::FirstResponse, at)?;
    case.start_confirmation(at)?;
    if case.rules.visit_starts_at_reply(&case.row) || !case.has_clock(ClockKind::Visit) {
        case.start_clock(ClockKind::Visit, at)?;
    }
    let facts = json!({ "reply_id": reply.id, "approval_id": approval.id, "channel": channel });
    let line = Line::by(actor, EventKind::Replied)
        .with(facts)
        .saying("text", &input.text)
        .saying("basis", &input.basis);
    case.go(Status::Replied, line.saying_if("channel_reason", reply.channel_reason.as_deref()))?;
    case.row.waits_since = Some(at);
    case.row.waits_until = case.confirmation_end(at);
    case.tell_customer("satisfaction_asked", at);
    done(tx, actor, case)
}

/// Returns a reply that the actor sends now over the channel that the customer chose, before its words.
pub fn sent(case: &Case, actor: &Actor, approval_id: Uuid) -> Reply {
    Reply {
        id: ReplyId(ids::next()),
        feedback_id: case.row.id,
        round: case.row.round,
        approval_id,
        approval_decision: ApprovalDecision::Approved,
        channel: case.detail.reply_channel,
        channel_reason: None,
        text: String::new(),
        basis: String::new(),
        sent_by: actor.staff().map(StaffId),
        sent_at: actor.at,
        delivery_state: DeliveryState::Sent,
        delivered_at: None,
    }
}

fn approval_of(tx: &mut Tx, row: &store::Feedback) -> Result<Option<Approval>> {
    let of_round = |a: &Approval| a.round == row.round && a.decision == ApprovalDecision::Approved;
    Ok(store::approvals(tx, row.id)?.into_iter().rfind(of_round))
}

fn question(row: &store::Feedback, reply: &Reply) -> Satisfaction {
    Satisfaction {
        id: ids::next(),
        feedback_id: row.id,
        round: row.round,
        reply_id: reply.id,
        asked_at: reply.sent_at,
        answered_at: None,
        verdict: None,
        score: None,
        comment: None,
        recorded_by: None,
        evidence: None,
        handler_id: row.handler_id,
        department_id: row.department_id,
        void: false,
    }
}

/// Notes whether a reply arrived. A failure before any answer is T12b: the reply does not count and its clock
/// is open again with the old due time; after `no_response` it reopens the case.
///
/// Refuses: `not_last_reply`.
pub fn deliver(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    reply_id: ReplyId,
    report: DeliveryReport,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = super::take(tx, actor, id, expected)?;
    let actor = &actor;
    let known = stance.replies.iter().find(|reply| reply.id == reply_id);
    let known = known.ok_or(Error::NotFound("reply"))?.clone();
    let at = actor.at;
    let facts = json!({ "reply_id": reply_id });
    let reported = match report {
        DeliveryReport::Delivered => DeliveryState::Delivered,
        DeliveryReport::Failed => DeliveryState::Failed,
    };
    if known.delivery_state == reported {
        return done(tx, actor, case);
    }
    if known.delivery_state != DeliveryState::Sent {
        return Err(stance.refused(Refusal::DeliveryReported, &case));
    }
    if report == DeliveryReport::Delivered {
        store::set_delivery(tx, reply_id, DeliveryState::Delivered, at)?;
        case.note(Line::by(actor, EventKind::Delivered).with(facts))?;
        return done(tx, actor, case);
    }
    if !waits_for_answer(&case, &stance, reply_id) {
        return Err(stance.refused(Refusal::NotLastReply, &case));
    }
    store::set_delivery(tx, reply_id, DeliveryState::Failed, at)?;
    store::void_satisfaction(tx, reply_id)?;
    let line = Line::by(actor, EventKind::DeliveryFailed).with(facts);
    if case.row.status == Status::Replied {
        take_back(tx, &mut case, known.sent_at, line)?;
    } else {
        case.note(line)?;
        confirm::start_over(tx, &mut case, &stance, &Actor::system(at), None)?;
    }
    case.tell_service(tx, "delivery_failed", None, at)?;
    done(tx, actor, case)
}

/// Only the last reply, as long as nobody answered it, can turn out never to have arrived.
fn waits_for_answer(case: &Case, stance: &Stance, id: ReplyId) -> bool {
    let last = stance.replies.last().is_some_and(|reply| reply.id == id);
    let answered = stance.answers.iter().any(|a| a.reply_id == id && a.answered_at.is_some());
    let given_up = case.row.outcome == Some(Outcome::NoResponse) && stance.facts.reopenable;
    last && !answered && (case.row.status == Status::Replied || given_up)
}

/// T12b: the clocks are as if the reply of `sent_at` had not been sent.
fn take_back(tx: &mut Tx, case: &mut Case, sent_at: DateTime<Utc>, line: Line<'_>) -> Result<()> {
    let at = line.at;
    case.end_clock(ClockKind::Confirmation, at)?;
    case.end_visit_of(sent_at, at)?;
    case.change_newest(ClockKind::Reply, |clock, _| clock.unmeet())?;
    case.unmeet_first_response(sent_at, customers::first_said(tx, case.row.id.0)?)?;
    case.go(Status::Approved, line)
}

/// T14: the department tries something else, in the round that the dissatisfaction opened.
///
/// Refuses: `invalid_transition`, `handler_inactive`.
pub fn alternative(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ReasonIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::Alternative)?;
    let actor = &actor;
    case.meet(ClockKind::Dispatch, actor.at)?;
    let line = Line::by(actor, EventKind::AlternativeOffered).saying("reason", &input.reason);
    case.go(Status::InProgress, line)?;
    if let Some(handler) = case.row.handler_id {
        case.tell(handler, "alternative_wanted", None, actor.at);
    }
    done(tx, actor, case)
}
