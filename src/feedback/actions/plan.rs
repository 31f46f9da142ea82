//! T8 to T11: a plan is proposed and decided on.

use super::{View, case::Case, compensation, done, line::Line, open, standing::Stance};
use crate::{
    feedback::{
        domain::{EventKind, FeedbackId, PlanId, Refusal, Step},
        store::{self, Approval, Compensation, Plan},
        wire::{ApproveIn, RejectIn, SubmitPlanIn},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{precondition::Expected, problem::Result},
        ids,
    },
    sla::PauseReason,
    staff::StaffId,
    vocabulary::{ApprovalDecision, ClockKind, CompensationState, PlanState, Status},
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// T8: a plan waits for its approval and the solution clock stands provisionally; T11: a type that needs none,
/// without compensation, is approved by rule.
///
/// Refuses: `invalid_transition`, `no_approver`, 422 `compensation_needs_customer`, `unknown_reward`.
pub fn submit_plan(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &SubmitPlanIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::SubmitPlan)?;
    let actor = &actor;
    let at = actor.at;
    let proposer = actor.staff().map(StaffId).ok_or(Refusal::NotYours)?;
    let plan = proposed(&case, &stance, proposer, at, input)?;
    compensation::require_reward(tx, input)?;
    store::insert_plan(tx, &plan, wanted(&plan, input).as_ref())?;
    case.end_clock(ClockKind::Progress, at)?;
    let facts = json!({ "plan_id": plan.id, "number": plan.number, "measure": plan.measure });
    let line =
        |kind| Line::by(actor, kind).with(facts).saying("text", &input.text).saying("basis", &input.basis);
    if plan.state == PlanState::Approved {
        case.meet(ClockKind::Solution, at)?;
        case.start_clock(ClockKind::Reply, at)?;
        decide(tx, &plan, "rule", None, ApprovalDecision::Approved, None, at)?;
        case.go(Status::Approved, line(EventKind::RuleApproved))?;
    } else {
        case.pause(ClockKind::Solution, at, PauseReason::AwaitingApproval)?;
        case.start_clock(ClockKind::Approval, at)?;
        case.go(Status::PendingApproval, line(EventKind::PlanSubmitted))?;
        // a type without approval passes the guard: with a compensation it needs one all the same
        let Some(person) = stance.first_approver(proposer) else {
            return Err(stance.refused(Refusal::NoApprover, &case));
        };
        case.tell(person.id, "approval_wanted", None, at);
    }
    done(tx, actor, case)
}

/// Returns the plan as it is proposed; one that needs no approval is approved at once (T11).
fn proposed(
    case: &Case,
    stance: &Stance,
    proposed_by: StaffId,
    proposed_at: DateTime<Utc>,
    input: &SubmitPlanIn,
) -> Result<Plan> {
    let wanted = input.compensation.as_ref();
    let needs_customer = wanted.is_some_and(|c| c.points.is_some() || c.reward_id.is_some());
    if needs_customer && case.row.customer_id.is_none() {
        return Err(Refusal::CompensationNeedsCustomer.into());
    }
    let unapproved = &case.rules.config.settings.no_approval_types;
    let by_rule = wanted.is_none() && unapproved.contains(&case.row.kind);
    let last = stance.plan.as_ref().map_or(0, |plan| plan.number);
    Ok(Plan {
        id: PlanId(ids::next()),
        feedback_id: case.row.id,
        round: case.row.round,
        number: last.saturating_add(1),
        measure: input.measure,
        text: input.text.0.clone(),
        basis: input.basis.0.clone(),
        proposed_by,
        proposed_at,
        state: if by_rule { PlanState::Approved } else { PlanState::Pending },
    })
}

fn wanted(plan: &Plan, input: &SubmitPlanIn) -> Option<Compensation> {
    let wanted = input.compensation.as_ref()?;
    Some(Compensation {
        plan_id: plan.id,
        feedback_id: plan.feedback_id,
        round: plan.round,
        state: CompensationState::Proposed,
        points: wanted.points,
        reward_id: wanted.reward_id,
        amount_minor: wanted.amount_minor,
        currency: wanted.currency.clone(),
        reverse_on_reopen: wanted.reverse_on_reopen.unwrap_or(false),
        additional: wanted.additional.unwrap_or(false),
        paid_points: None,
        paid_amount_minor: None,
        paid_reward_id: None,
        issued_at: None,
        entry_id: None,
        reversal_id: None,
        redemption_id: None,
    })
}

/// T9: the solution counts as of its submission; the reply clock starts; compensation is reserved.
///
/// Refuses: `invalid_transition`, `approver_is_proposer`, `reward_inactive`, `out_of_stock`, 403 for who is not asked.
pub fn approve(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ApproveIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Approve)?;
    let actor = &actor;
    let at = actor.at;
    let plan = pending(&stance)?;
    let comment = input.comment.as_ref().map(|c| c.0.clone());
    store::set_plan_state(tx, plan.id, PlanState::Approved)?;
    let approver = actor.staff().map(|person| (StaffId(person), stance.place_of(StaffId(person))));
    decide(tx, plan, "person", approver, ApprovalDecision::Approved, comment.clone(), at)?;
    case.change(ClockKind::Solution, |clock, calendars| clock.settle_as_of_submit(at, calendars))?;
    case.meet(ClockKind::Approval, at)?;
    case.start_clock(ClockKind::Reply, at)?;
    compensation::reserve(tx, actor, &case.row)?;
    let line = Line::by(actor, EventKind::PlanApproved).with(json!({ "plan_id": plan.id }));
    case.go(Status::Approved, line.saying_if("comment", comment.as_deref()))?;
    case.tell(plan.proposed_by, "plan_approved", None, at);
    case.tell_service(tx, "reply_wanted", None, at)?;
    done(tx, actor, case)
}

/// T10: back to work; the solution goes on with what it had left.
///
/// Refuses: `invalid_transition`, `approver_is_proposer`, 403 for who is not asked.
pub fn reject(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &RejectIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Reject)?;
    let actor = &actor;
    let at = actor.at;
    let plan = pending(&stance)?;
    store::set_plan_state(tx, plan.id, PlanState::Rejected)?;
    let approver = actor.staff().map(|person| (StaffId(person), stance.place_of(StaffId(person))));
    decide(tx, plan, "person", approver, ApprovalDecision::Rejected, Some(input.comment.0.clone()), at)?;
    case.meet(ClockKind::Approval, at)?;
    case.resume_pauses(at)?;
    store::set_compensation_state(tx, id, &[CompensationState::Proposed], CompensationState::Released)?;
    let line = Line::by(actor, EventKind::PlanRejected).with(json!({ "plan_id": plan.id }));
    case.go(Status::InProgress, line.saying("comment", &input.comment))?;
    case.tell(plan.proposed_by, "plan_rejected", None, at);
    done(tx, actor, case)
}

/// T10b: the proposer takes the plan back.
pub fn withdraw(tx: &mut Tx, actor: &Actor, id: FeedbackId, expected: &Expected) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Withdraw)?;
    let actor = &actor;
    let at = actor.at;
    let plan = pending(&stance)?;
    withdraw_plan(tx, plan, actor)?;
    case.end_clock(ClockKind::Approval, at)?;
    case.resume_pauses(at)?;
    case.go(
        Status::InProgress,
        Line::by(actor, EventKind::PlanWithdrawn).with(json!({ "plan_id": plan.id })),
    )?;
    done(tx, actor, case)
}

/// Marks a pending plan as withdrawn and releases what it proposed.
pub fn withdraw_plan(tx: &mut Tx, plan: &Plan, actor: &Actor) -> Result<()> {
    store::set_plan_state(tx, plan.id, PlanState::Withdrawn)?;
    let by = actor.staff().map(|person| (StaffId(person), None));
    let kind = if by.is_some() { "person" } else { "rule" };
    if kind == "person" {
        decide(tx, plan, kind, by, ApprovalDecision::Withdrawn, None, actor.at)?;
    }
    store::set_compensation_state(
        tx,
        plan.feedback_id,
        &[CompensationState::Proposed],
        CompensationState::Released,
    )
}

fn pending(stance: &Stance) -> Result<&Plan> {
    stance.pending_plan().ok_or_else(|| Refusal::InvalidTransition.into())
}

fn decide(
    tx: &mut Tx,
    plan: &Plan,
    kind: &str,
    approver: Option<(StaffId, Option<&'static str>)>,
    decision: ApprovalDecision,
    comment: Option<String>,
    at: DateTime<Utc>,
) -> Result<()> {
    store::insert_approval(
        tx,
        &Approval {
            id: ids::next(),
            feedback_id: plan.feedback_id,
            round: plan.round,
            plan_id: Some(plan.id),
            proposer_id: Some(plan.proposed_by),
            kind: kind.to_owned(),
            approver_id: approver.map(|(id, _)| id),
            decision,
            comment,
            standing: approver.and_then(|(_, standing)| standing).map(str::to_owned),
            at,
        },
    )
}
