//! Progress notes and customers' answers: words in every status.

use super::{
    View,
    case::{Case, Step as Line},
    done, open, register,
};
use crate::{
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
    vocabulary::{ClockKind, Direction, Status},
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
    let (mut case, _) = open(tx, actor, id, expected, Step::ProgressNotes)?;
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
    case.note(
        Line::by(actor, EventKind::ProgressNoted)
            .with(facts)
            .saying("text", &input.text),
    )?;
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
    let (mut case, _) = open(tx, actor, id, expected, Step::CustomerAnswer)?;
    let at = actor.at;
    let mut facts = json!({});
    match (case.row.status, case.row.merged_into_id) {
        (Status::Merged, Some(survivor)) => {
            let mut survivor = Case::lock(tx, Scope::All, survivor)?;
            survivor.settle(at)?;
            hear(
                tx,
                actor,
                &mut survivor,
                input,
                json!({ "from": case.row.number }),
            )?;
            survivor.save(tx, at)?;
            return super::view(tx, actor, case);
        }
        (Status::Cancelled, _) => {
            let child = register::register(tx, actor, &follow_up(&case, input))?;
            store::set_parent(tx, child.case.row.id, id)?;
            facts = json!({ "child_id": child.case.row.id });
        }
        _ => {}
    }
    hear(tx, actor, &mut case, input, facts)?;
    done(tx, actor, case)
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
    let line = Line::by(actor, EventKind::CustomerAnswered)
        .with(facts)
        .saying("text", &input.text);
    if case.row.status == Status::AwaitingCustomer {
        case.resume_pauses(at)?;
        case.go(Status::InProgress, line)?;
    } else {
        case.note(line)?;
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
fn follow_up(case: &Case, input: &AnswerIn) -> FeedbackIn {
    let detail = &case.detail;
    let contact = ContactIn {
        name: detail.contact_name.clone().map(Name),
        phone: detail.contact_phone.clone().map(Code),
        email: detail.contact_email.clone().map(Code),
    };
    FeedbackIn {
        customer_id: case.row.customer_id,
        contact: case.row.customer_id.is_none().then_some(contact),
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
    }
}

/// Meets the first response of a feedback that staff addressed by an interaction.
pub fn meet_first_response(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<()> {
    let mut case = Case::lock(tx, Scope::All, id)?;
    case.settle(actor.at)?;
    case.meet(ClockKind::FirstResponse, actor.at)?;
    if case.has_changed() {
        case.save(tx, actor.at)?;
    }
    Ok(())
}
