//! T1: a word from a customer becomes a case.

use super::{
    case::{Case, Step},
    config::Config,
    rules::Rules,
};
use crate::{
    customers::{self, Customer},
    feedback::{
        domain::{EventKind, FeedbackId, Refusal, Risks, priority_of},
        store::{self, Detail, Feedback},
        wire::FeedbackIn,
    },
    platform::{
        auth::{Actor, Who},
        chain,
        db::Tx,
        http::problem::{Error, Result},
        ids, search, secret,
    },
    routing,
    vocabulary::{ClockKind, Priority, Status, ValueGrade},
};
use serde_json::json;

/// A new case, and the customer's token for it, shown once.
pub struct Registered {
    /// The case.
    pub case: Case,
    /// The token of the customer's own window.
    pub track_token: String,
}

/// Registers feedback: gives it a number and a priority with reasons, starts its clocks, queues the receipt.
///
/// Refuses: 422 `unknown_customer`, `in_future`.
pub fn register(tx: &mut Tx, actor: &Actor, input: &FeedbackIn) -> Result<Registered> {
    let customer = customer_of(tx, input)?;
    let received_at = input.received_at.map_or(actor.at, |at| at.0);
    if received_at > actor.at {
        return Err(Refusal::InFuture.into());
    }
    let risks = Risks {
        safety: input.safety_risk.unwrap_or(false),
        batch: input.batch_problem.unwrap_or(false),
        public_opinion: input.public_opinion_risk.unwrap_or(false),
    };
    let (priority, reasons) = priority_of(input.r#type, risks);
    let (epoch, number) = store::opening(tx, actor.at)?;
    let config = Config::of(tx, epoch)?;
    let grade = customer.as_ref().map(|c| c.value_grade);
    let suggested = config.routing.route(&facts(input, priority, grade)).department_id;
    let rules = Rules::fresh(tx, config, grade)?;
    let id = FeedbackId(ids::next());
    let (track_token, track_hash) = secret::token();
    let row = Feedback {
        id,
        number,
        customer_id: customer.as_ref().map(|c| c.id),
        channel: input.channel,
        kind: input.r#type,
        priority,
        received_at,
        registered_at: actor.at,
        status: Status::Registered,
        status_since: actor.at,
        outcome: None,
        closed_at: None,
        department_id: None,
        handler_id: None,
        unrouted: false,
        escalation_level: 0,
        max_level: false,
        round: 1,
        parent_id: None,
        merged_into_id: None,
        waits_since: None,
        waits_until: None,
        timed_out: false,
        transfers: 0,
        next_due_at: None,
        next_check_at: None,
        owes_explanation_since: None,
        track_token_hash: Some(track_hash),
        last_seq: 0,
        last_hash: chain::genesis(&format!("feedback:{id}")),
        version: 1,
        updated_at: actor.at,
    };
    let contact = input.contact.as_ref();
    let detail = Detail {
        feedback_id: id,
        contact_name: contact
            .and_then(|c| c.name.as_ref())
            .map(|n| n.0.clone())
            .or_else(|| customer.as_ref().map(|c| c.name.clone())),
        contact_phone: contact
            .and_then(|c| c.phone.as_ref())
            .map(|p| p.0.clone())
            .or_else(|| customer.as_ref().and_then(|c| c.phone.clone())),
        contact_email: contact
            .and_then(|c| c.email.as_ref())
            .map(|e| e.0.clone())
            .or_else(|| customer.as_ref().and_then(|c| c.email.clone())),
        reply_channel: input
            .reply_channel
            .or(customer.as_ref().and_then(|c| c.preferred_channel))
            .unwrap_or(input.channel),
        subtype: input.subtype.as_ref().map(|t| t.0.clone()),
        subject: input.subject.as_ref().map(|t| t.0.clone()),
        description: input.description.0.clone(),
        demand: input.demand.0.clone(),
        priority_reasons: reasons,
        safety_risk: risks.safety,
        batch_problem: risks.batch,
        public_opinion_risk: risks.public_opinion,
        product_ref: input.product_ref.as_ref().map(|t| t.0.clone()),
        order_ref: input.order_ref.as_ref().map(|t| t.0.clone()),
        custom: json!({}),
        registered_by: Some(actor.principal())
            .filter(|_| matches!(actor.who, Who::Staff(_) | Who::ApiKey(_))),
        suggested_department_id: Some(suggested),
    };
    let mut case = Case::of(row, detail, Vec::new(), rules);
    begin(&mut case, actor)?;
    let words = search_words(&case.detail);
    case.insert(tx, &search::tokens(&words), actor.at)?;
    if case.rules.config.settings.auto_dispatch {
        super::dispatch::by_rules(tx, actor, &mut case)?;
        case.save(tx, actor.at)?;
    }
    Ok(Registered { case, track_token })
}

/// Returns the words by which a case is found.
pub fn search_words(detail: &Detail) -> String {
    let subject = detail.subject.as_deref().unwrap_or_default();
    format!("{subject}\n{}\n{}", detail.description, detail.demand)
}

/// Starts the clocks and writes the first line of history.
fn begin(case: &mut Case, actor: &Actor) -> Result<()> {
    let at = actor.at;
    for kind in [ClockKind::FirstResponse, ClockKind::Dispatch, ClockKind::Solution] {
        case.start_clock(kind, at)?;
    }
    if !case.rules.visit_starts_at_reply(&case.row) {
        case.start_clock(ClockKind::Visit, at)?;
    }
    let step = Step::by(actor, EventKind::Registered).with(json!({
        "number": case.row.number,
        "type": case.row.kind,
        "channel": case.row.channel,
        "priority": case.row.priority,
        "priority_reasons": case.detail.priority_reasons,
        "customer_id": case.row.customer_id,
        "received_at": crate::platform::time::Timestamp(case.row.received_at),
    }));
    case.begin(step)?;
    case.tell_customer("receipt", at);
    case.refresh_times(at);
    Ok(())
}

fn facts(input: &FeedbackIn, priority: Priority, grade: Option<ValueGrade>) -> routing::Facts {
    routing::Facts {
        feedback_type: input.r#type,
        priority,
        grade,
        channel: input.channel,
        product_ref: input.product_ref.as_ref().map(|r| r.0.clone()),
        text: format!("{}\n{}", input.description.0, input.demand.0),
    }
}

/// Returns the customer that the body names, or the one live customer with the contact's address.
fn customer_of(tx: &mut Tx, input: &FeedbackIn) -> Result<Option<Customer>> {
    if let Some(id) = input.customer_id {
        let found = customers::find(tx, id)?.filter(Customer::is_live);
        return found.map(Some).ok_or_else(unknown_customer);
    }
    let Some(contact) = &input.contact else {
        return Ok(None);
    };
    let matches = customers::by_contact(tx, contact.phone.as_deref(), contact.email.as_deref())?;
    match matches.as_slice() {
        [one] => customers::find(tx, *one),
        _ => Ok(None),
    }
}

/// Returns the problem of a customer id that names nobody alive.
pub fn unknown_customer() -> Error {
    Error::field(
        "/customer_id",
        "unknown_customer",
        "is no live customer",
        "客户不存在",
    )
}
