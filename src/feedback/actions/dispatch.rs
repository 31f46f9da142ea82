//! T2, T3, T3b: who works on it.

use super::{View, case::Case, done, line::Line, open};
use crate::{
    departments::{self, DepartmentId},
    feedback::{
        domain::{EventKind, FeedbackId, Refusal, Step},
        store::{self, Dispatch},
        wire::{DispatchIn, TransferIn},
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
    routing,
    staff::{self, Person, StaffId},
    vocabulary::{ClockKind, Priority, Status},
};
use serde_json::json;
use uuid::Uuid;

/// How many hand-overs warn the head above.
const TOO_MANY_TRANSFERS: i32 = 3;

/// Gives a case to a department; without one the routing rules decide.
///
/// Refuses: `invalid_transition`, 422 `unknown_department`, `handler_not_in_department`, 409
/// `department_inactive`.
pub fn dispatch(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &DispatchIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::Dispatch)?;
    let actor = &actor;
    match input.department_id {
        Some(department) => {
            let handler = handler_in(tx, department, input.handler_id)?;
            case.row.unrouted = false;
            give(tx, actor, &mut case, department, handler, None)?;
        }
        None => {
            let routed = routed(&case);
            let handler = handler_in(tx, routed.department_id, input.handler_id)?;
            case.row.unrouted = routed.unrouted;
            give(tx, actor, &mut case, routed.department_id, handler, routed.rule_id.map(|id| id.0))?;
        }
    }
    done(tx, actor, case)
}

/// Gives a case to the department that the routing rules choose.
pub fn by_rules(tx: &mut Tx, actor: &Actor, case: &mut Case) -> Result<()> {
    let routed = routed(case);
    case.row.unrouted = routed.unrouted;
    give(tx, &Actor::system(actor.at), case, routed.department_id, None, routed.rule_id.map(|id| id.0))
}

fn routed(case: &Case) -> routing::Routed {
    let facts = routing::Facts {
        feedback_type: case.row.kind,
        priority: case.row.priority,
        channel: case.row.channel,
        product_ref: case.detail.product_ref.clone(),
        grade: case.rules.grade,
        text: format!("{}\n{}", case.detail.description, case.detail.demand),
    };
    case.rules.config.routing.route(&facts)
}

/// T2.
fn give(
    tx: &mut Tx,
    actor: &Actor,
    case: &mut Case,
    department: DepartmentId,
    handler: Option<StaffId>,
    rule: Option<Uuid>,
) -> Result<()> {
    departments::require_active(tx, department)?;
    let at = actor.at;
    case.row.department_id = Some(department);
    case.row.handler_id = handler;
    case.meet(ClockKind::Dispatch, at)?;
    case.rules.move_to(tx, Some(department))?;
    case.hand_over(at, true)?;
    let facts = json!({ "department_id": department, "handler_id": handler, "rule_id": rule, "unrouted": case.row.unrouted });
    case.go(Status::Dispatched, Line::by(actor, EventKind::Dispatched).with(facts))?;
    record(tx, actor, case, rule, None)?;
    tell_owners(tx, case, "dispatched", at)
}

/// Hands a case over: T3 to another department or handler, T3b to another handler of the same department.
///
/// Refuses: `invalid_transition`, `transfer_within_department`, 422 `nothing_to_transfer`,
/// `handler_not_in_department`, `unknown_department`.
pub fn transfer(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &TransferIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::Transfer)?;
    let actor = &actor;
    let from = case.row.department_id.ok_or(Refusal::InvalidTransition)?;
    let to = input.department_id.unwrap_or(from);
    let after_plan = is_after_plan(case.row.status);
    require_change(&case, input, to).map_err(|refusal| stance.refused(refusal, &case))?;
    departments::require_active(tx, to)?;
    let handler = handler_in(tx, to, input.handler_id)?;
    let at = actor.at;
    if !after_plan {
        case.resume_pauses(at)?;
    }
    case.row.department_id = Some(to);
    case.row.handler_id = handler;
    case.row.transfers = case.row.transfers.saturating_add(1);
    if to != from {
        case.rules.move_to(tx, Some(to))?;
    }
    case.hand_over(at, to != from)?;
    let facts = json!({ "from_department_id": from, "department_id": to, "handler_id": handler });
    let line = Line::by(actor, EventKind::Transferred).with(facts).saying("reason", &input.reason);
    let status = if after_plan { case.row.status } else { Status::Dispatched };
    case.go(status, line)?;
    record(tx, actor, &case, None, Some(input.reason.0.clone()))?;
    tell_owners(tx, &mut case, "transferred", at)?;
    if case.row.transfers == TOO_MANY_TRANSFERS {
        let above = stance.level_target(2);
        if let Some(person) = above {
            case.tell(person.id, "third_transfer", Some("third_transfer".into()), at);
        }
    }
    done(tx, actor, case)
}

/// From the plan on only the handler may change (T3b).
fn is_after_plan(status: Status) -> bool {
    matches!(status, Status::PendingApproval | Status::Approved | Status::Replied | Status::Escalated)
}

fn require_change(case: &Case, input: &TransferIn, to: DepartmentId) -> Result<(), Refusal> {
    let stays = case.row.department_id == Some(to);
    if is_after_plan(case.row.status) && (!stays || input.handler_id.is_none()) {
        return Err(Refusal::TransferWithinDepartment);
    }
    if stays && input.handler_id == case.row.handler_id {
        return Err(Refusal::NothingToTransfer);
    }
    Ok(())
}

/// Returns the handler, active staff of the department, and keeps them so until the transaction is over.
pub fn handler_in(
    tx: &mut Tx,
    department: DepartmentId,
    handler: Option<StaffId>,
) -> Result<Option<StaffId>> {
    let Some(id) = handler else { return Ok(None) };
    let person: Option<Person> = staff::share_active(tx, id)?;
    match person {
        Some(person) if person.department_id == Some(department) => Ok(Some(id)),
        Some(_) => Err(Refusal::HandlerNotInDepartment.into()),
        None => Err(Error::field(
            "/handler_id",
            "handler_not_in_department",
            "is no active member of staff",
            "不是在职人员",
        )),
    }
}

fn record(
    tx: &mut Tx,
    actor: &Actor,
    case: &Case,
    rule_id: Option<Uuid>,
    reason: Option<String>,
) -> Result<()> {
    let Some(department_id) = case.row.department_id else {
        return Ok(());
    };
    let by_id = actor.staff();
    let (feedback_id, handler_id, at) = (case.row.id, case.row.handler_id, actor.at);
    store::insert_dispatch(
        tx,
        &Dispatch { id: ids::next(), feedback_id, department_id, handler_id, by_id, at, rule_id, reason },
    )
}

/// Tells the handler, else the head; an urgent case always tells the head at once.
fn tell_owners(tx: &mut Tx, case: &mut Case, kind: &str, at: chrono::DateTime<chrono::Utc>) -> Result<()> {
    let Some(department) = case.row.department_id else {
        return Ok(());
    };
    if let Some(handler) = case.row.handler_id {
        case.tell(handler, kind, None, at);
    }
    if case.row.handler_id.is_none() || case.row.priority == Priority::Urgent {
        let chain = departments::chain(tx, department, at)?;
        let head = chain.first().and_then(|rung| rung.head.as_ref());
        if let Some(head) = head {
            let there = head.line().find(|one| one.present).unwrap_or(head);
            let kind = if case.row.priority == Priority::Urgent { "urgent_dispatched" } else { kind };
            case.tell(there.person.id, kind, None, at);
        }
    }
    Ok(())
}
