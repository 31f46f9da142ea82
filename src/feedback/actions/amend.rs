//! T22, PATCH, and the customer's token.

use super::{View, case::Case, done, line::Line, open, register};
use crate::{
    customers,
    feedback::{
        domain::{EventKind, FeedbackId, Refusal, Risks, Step, priority_of},
        store,
        wire::{FeedbackPatch, SetPriorityIn},
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::{
            precondition::Expected,
            problem::{Error, Result},
        },
        search, secret,
    },
    vocabulary::{Priority, PriorityReason, Status},
};
use serde_json::json;

/// T22: another priority, by hand and with a reason; the clocks get its budgets.
///
/// Refuses: `invalid_transition`, 422 `same_priority`.
pub fn set_priority(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    input: &SetPriorityIn,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = open(tx, actor, id, expected, Step::SetPriority)?;
    let actor = &actor;
    if case.row.priority == input.priority {
        return Err(Refusal::SamePriority.into());
    }
    let from = case.row.priority;
    case.row.priority = input.priority;
    case.detail_mut().priority_reasons = vec![PriorityReason::Manual];
    case.retarget(actor.at)?;
    let line = Line::by(actor, EventKind::PrioritySet).with(json!({ "from": from, "to": input.priority }));
    case.note(line.saying("reason", &input.reason))?;
    if input.priority == Priority::Urgent
        && let Some(head) = stance.level_target(1)
    {
        case.tell(head.id, "urgent", None, actor.at);
    }
    done(tx, actor, case)
}

/// Changes what is plain about a feedback. The type changes only while nobody works on it, and recomputes
/// priority and clocks.
///
/// Refuses: `type_fixed`, 422 `unknown_customer`, 403 for who neither serves nor handles it.
pub fn amend(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    patch: &FeedbackPatch,
    expected: &Expected,
) -> Result<View> {
    let (mut case, stance, actor) = super::take(tx, actor, id, expected)?;
    let actor = &actor;
    let who = stance.standing;
    if !(who.service || who.handler || who.head) {
        return Err(Error::Forbidden);
    }
    if let Some(kind) = patch.r#type.filter(|kind| *kind != case.row.kind) {
        if !matches!(case.row.status, Status::Registered | Status::Dispatched) {
            return Err(stance.refused(Refusal::TypeFixed, &case));
        }
        change_type(&mut case, actor, kind)?;
    }
    if let Some(customer) = patch.customer_id.filter(|id| Some(*id) != case.row.customer_id) {
        let known = customers::find(tx, customer)?.filter(customers::Customer::is_live);
        if known.is_none() || case.row.customer_id.is_some() {
            return Err(register::unknown_customer());
        }
        case.row.customer_id = Some(customer);
    }
    let names = apply(&mut case, patch);
    case.note(Line::by(actor, EventKind::Amended).with(json!({ "fields": names })))?;
    store::index(tx, id, &search::tokens(&register::search_words(&case.detail)))?;
    done(tx, actor, case)
}

fn change_type(case: &mut Case, actor: &Actor, kind: crate::vocabulary::FeedbackType) -> Result<()> {
    let from = case.row.kind;
    case.row.kind = kind;
    if case.detail.priority_reasons != [PriorityReason::Manual] {
        let detail = case.detail_mut();
        let risks = Risks {
            safety: detail.safety_risk,
            batch: detail.batch_problem,
            public_opinion: detail.public_opinion_risk,
        };
        let (priority, reasons) = priority_of(kind, risks);
        detail.priority_reasons = reasons;
        case.row.priority = priority;
    }
    case.retarget(actor.at)?;
    let facts = json!({ "from": from, "to": kind, "priority": case.row.priority });
    case.note(Line::by(actor, EventKind::TypeChanged).with(facts))
}

/// Takes over the plain members; returns their names.
fn apply(case: &mut Case, patch: &FeedbackPatch) -> Vec<&'static str> {
    let mut names = Vec::new();
    let detail = case.detail_mut();
    let mut set = |name, is: bool| {
        if is {
            names.push(name);
        }
    };
    set("type", patch.r#type.is_some());
    set("customer_id", patch.customer_id.is_some());
    set("subtype", patch.subtype.is_some());
    set("subject", patch.subject.is_some());
    set("description", patch.description.is_some());
    set("demand", patch.demand.is_some());
    set("reply_channel", patch.reply_channel.is_some());
    set("product_ref", patch.product_ref.is_some());
    set("order_ref", patch.order_ref.is_some());
    if let Some(subtype) = &patch.subtype {
        detail.subtype = subtype.as_ref().map(|t| t.0.clone());
    }
    if let Some(subject) = &patch.subject {
        detail.subject = subject.as_ref().map(|t| t.0.clone());
    }
    if let Some(description) = &patch.description {
        detail.description = description.0.clone();
    }
    if let Some(demand) = &patch.demand {
        detail.demand = demand.0.clone();
    }
    if let Some(channel) = patch.reply_channel {
        detail.reply_channel = channel;
    }
    if let Some(product) = &patch.product_ref {
        detail.product_ref = product.as_ref().map(|t| t.0.clone());
    }
    if let Some(order) = &patch.order_ref {
        detail.order_ref = order.as_ref().map(|t| t.0.clone());
    }
    names
}

/// Makes a new token for the customer's window and ends the old one.
pub fn renew_token(
    tx: &mut Tx,
    actor: &Actor,
    id: FeedbackId,
    expected: &Expected,
) -> Result<(View, String)> {
    let (mut case, _, actor) = super::take(tx, actor, id, expected)?;
    let actor = &actor;
    let (token, hash) = secret::token();
    case.row.track_token_hash = Some(hash);
    case.note(Line::by(actor, EventKind::TrackTokenRenewed))?;
    Ok((done(tx, actor, case)?, token))
}
