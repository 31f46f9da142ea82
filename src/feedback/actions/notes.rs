//! Progress notes and customers' answers: words in every status.

use super::{View, case::Case, done, line::Line, open, register, standing::Stance};
use crate::{
    customers,
    feedback::{
        domain::{EventKind, FeedbackId, Step},
        store::{self, ProgressNote},
        wire::{AnswerIn, ContactIn, FeedbackIn, ProgressNoteIn},
    },
    platform::{
        auth::{Actor, Scope},
        db::Tx,
        http::{precondition::Expected, problem::Result},
        ids,
        text::{Code, LongText, Name},
    },
    staff::StaffId,
    vocabulary::{ClockKind, Direction, InteractionKind, Status},
};
use serde_json::json;

/// Notes the progress; meets the day's clock and pays an owed explanation. To the customer it is a response.
///
/// Refuses: `invalid_transition`.
pub fn progress_note(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &ProgressNoteIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::ProgressNotes)?;
    let actor = &actor;
    let at = actor.at;
    let to_customer = input.to_customer.unwrap_or(false);
    let note = ProgressNote {
        id: ids::next(),
        feedback_id: id,
        by_id: actor.staff().map(StaffId),
        at,
        text: input.text.0.clone(),
        eta: input.eta.map(|eta| eta.0),
        to_customer,
    };
    store::insert_note(tx, &note)?;
    case.meet(ClockKind::Progress, at)?;
    case.row.owes_explanation_since = None;
    if to_customer {
        case.meet(ClockKind::FirstResponse, at)?;
        case.tell_customer("progress", at);
        case.talk(tx, actor, Direction::Outbound, &input.text)?;
    }
    let facts = json!({ "note_id": note.id, "eta": input.eta, "to_customer": to_customer });
    case.note(Line::by(actor, EventKind::ProgressNoted).with(facts).saying("text", &input.text))?;
    done(tx, actor, case)
}

/// Records what the customer says, in every status: it resumes `awaiting_customer` (T6), goes to the survivor
/// of a merge, and opens a new feedback where this one was cancelled. It never changes another status.
pub fn customer_answer(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &AnswerIn,
    expected: &Expected,
) -> Result<View> {
    let survivor = store::survivor(tx, id)?;
    if survivor != id {
        let merged = Case::read(tx, actor.scope(), id)?;
        expected.check(merged.row.version)?;
        Stance::load(tx, actor, &merged)?.require(Step::CustomerAnswer, &merged)?;
        let mut survivor = Case::lock(tx, Scope::All, survivor)?;
        let actor = Actor { at: actor.at.max(survivor.row.updated_at), ..actor.clone() };
        survivor.settle(actor.at)?;
        let facts = json!({ "from": merged.row.number });
        answer(tx, &actor, &mut survivor, input, facts)?;
        return super::view(tx, &actor, merged);
    }
    let (mut case, _, actor) = open(tx, actor, id, expected, Step::CustomerAnswer)?;
    answer(tx, &actor, &mut case, input, json!({}))?;
    done(tx, &actor, case)
}

/// Hears the answer where the case stands; one that was cancelled is followed up by a new feedback, once.
fn answer(
    tx: &mut Tx,
    actor: &Actor,
    case: &mut Case,
    input: &AnswerIn,
    facts: serde_json::Value,
) -> Result<()> {
    let mut facts = facts;
    if case.row.status == Status::Cancelled {
        let child = match store::open_child(tx, case.row.id)? {
            Some(child) => child,
            None => {
                let body = follow_up(tx, case, input)?;
                let child = register::register(tx, actor, &body)?.case.row.id;
                store::set_parent(tx, child, case.row.id)?;
                child
            }
        };
        if let Some(members) = facts.as_object_mut() {
            members.insert("child_id".into(), json!(child));
        }
    }
    hear(tx, actor, case, input, facts)?;
    case.save(tx, actor.at)
}

fn hear(
    tx: &mut Tx,
    actor: &Actor,
    case: &mut Case,
    input: &AnswerIn,
    facts: serde_json::Value,
) -> Result<()> {
    let at = actor.at;
    case.talk(tx, actor, Direction::Inbound, &input.text)?;
    let line = Line::by(actor, EventKind::CustomerAnswered).with(facts).saying("text", &input.text);
    if case.row.status == Status::AwaitingCustomer {
        case.resume_pauses(at)?;
        case.go(Status::InProgress, line)?;
    } else {
        case.note(line)?;
    }
    if case.row.status == Status::Closed {
        // it waits on the worklist of service until somebody reacts
        case.row.waits_since = Some(at);
    }
    match case.row.handler_id {
        Some(handler) if case.row.status != Status::Closed => {
            case.tell(handler, "customer_answered", None, at)
        }
        _ => case.tell_service(tx, "customer_answered", None, at)?,
    }
    Ok(())
}

/// Returns the new feedback that an answer to a cancelled one opens.
fn follow_up(tx: &mut Tx, case: &Case, input: &AnswerIn) -> Result<FeedbackIn> {
    let customer_id = match case.row.customer_id {
        Some(id) => customers::find(tx, id)?.filter(customers::Customer::is_live).map(|customer| customer.id),
        None => None,
    };
    let detail = &case.detail;
    let contact = ContactIn {
        name: detail.contact_name.clone().map(Name),
        phone: detail.contact_phone.clone().map(Code),
        email: detail.contact_email.clone().map(Code),
    };
    Ok(FeedbackIn {
        customer_id,
        contact: customer_id.is_none().then_some(contact),
        channel: case.row.channel,
        reply_channel: Some(detail.reply_channel),
        r#type: case.row.kind,
        subtype: None,
        subject: detail.subject.clone().map(Name),
        description: input.text.clone(),
        demand: LongText(detail.demand.clone()),
        received_at: None,
        safety_risk: None,
        batch_problem: None,
        public_opinion_risk: None,
        product_ref: detail.product_ref.clone().map(Code),
        order_ref: detail.order_ref.clone().map(Code),
    })
}

/// Takes note of an interaction that refers to a feedback: one that goes out is a first response, a visit meets
/// the visit clock, and either is a reaction to an answer that waits.
pub fn on_interaction(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    direction: Direction,
    kind: InteractionKind,
) -> Result<()> {
    let mut case = Case::lock(tx, Scope::All, id)?;
    let at = actor.at.max(case.row.updated_at);
    case.settle(at)?;
    if kind == InteractionKind::Visit {
        case.meet(ClockKind::Visit, at)?;
    }
    if direction == Direction::Outbound && kind != InteractionKind::System {
        case.meet(ClockKind::FirstResponse, at)?;
        if case.row.status == Status::Closed {
            case.row.waits_since = None;
        }
    }
    case.save(tx, at)
}
