//! T1: a word from a customer becomes a case.

use super::{case::Case, config::Config, line::Line, rules::Rules};
use crate::{
    customers::{self, Customer, CustomerId},
    feedback::{
        domain::{EventKind, FeedbackId, Refusal, Risks, priority_of},
        store::{Detail, Feedback},
        wire::FeedbackIn,
    },
    platform::{
        auth::{Actor, Who},
        chain,
        db::Tx,
        http::problem::{Error, Result},
        ids, search, secret,
        text::Code,
    },
    routing,
    vocabulary::{ClockKind, Priority, ValueGrade},
};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};

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
    let registered = register_all(tx, &[(actor, input)])?.pop();
    registered.unwrap_or_else(|| Err(Error::internal("nothing was registered")))
}

/// Registers feedback of several actors with as few statements as that of one. Who is refused has stored nothing;
/// an error in place of the list leaves the transaction to be undone.
pub fn register_all(tx: &mut Tx, asked: &[(&Actor, &FeedbackIn)]) -> Result<Vec<Result<Registered>>> {
    let named = asked.iter().filter_map(|(_, input)| input.customer_id).collect();
    let customers = customers::find_all(tx, named)?;
    let config = Config::current(tx)?;
    let mut results = Vec::new();
    for (actor, input) in asked {
        results.push(prepare(tx, actor, input, &customers, &config));
    }
    let ready: Vec<&mut Case> = results.iter_mut().flatten().map(|made| &mut made.case).collect();
    Case::insert_all(tx, ready, |case| search::tokens(&search_words(&case.detail)))?;
    if config.settings.auto_dispatch {
        for ((actor, _), registered) in asked.iter().zip(&mut results) {
            if let Ok(Registered { case, .. }) = registered {
                super::dispatch::by_rules(tx, actor, case)?;
                case.save(tx, actor.at)?;
            }
        }
    }
    Ok(results)
}

/// Makes the case; only reads from the database.
fn prepare(
    tx: &mut Tx,
    actor: &Actor,
    input: &FeedbackIn,
    customers: &HashMap<CustomerId, Customer>,
    config: &Arc<Config>,
) -> Result<Registered> {
    let customer = customer_of(tx, input, customers)?;
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
    let grade = customer.as_ref().map(|c| c.value_grade);
    let suggested = config.routing.route(&facts(input, priority, grade)).department_id;
    let rules = Rules::fresh(tx, config.clone(), grade)?;
    let (track_token, track_hash) = secret::token();
    let id = FeedbackId(ids::next());
    let row = Feedback {
        customer_id: customer.as_ref().map(|c| c.id),
        channel: input.channel,
        kind: input.r#type,
        priority,
        received_at,
        track_token_hash: Some(track_hash),
        last_hash: chain::genesis(&format!("feedback:{id}")),
        ..Feedback::blank(id, actor.at)
    };
    let detail = Detail {
        priority_reasons: reasons,
        safety_risk: risks.safety,
        batch_problem: risks.batch,
        public_opinion_risk: risks.public_opinion,
        registered_by: Some(actor.principal())
            .filter(|_| matches!(actor.who, Who::Staff(_) | Who::ApiKey(_))),
        suggested_department_id: Some(suggested),
        ..said(id, input, customer.as_ref())
    };
    let mut case = Case::of(row, detail, Vec::new(), rules);
    begin(&mut case, actor)?;
    Ok(Registered { case, track_token })
}

/// Returns what the customer said, and how to reach them.
fn said(feedback_id: FeedbackId, input: &FeedbackIn, customer: Option<&Customer>) -> Detail {
    let contact = input.contact.as_ref();
    let name = contact.and_then(|c| c.name.as_ref()).map(|name| name.0.clone());
    let phone = contact.and_then(|c| c.phone.as_ref()).map(|phone| phone.0.clone());
    let email = contact.and_then(|c| c.email.as_ref()).map(|email| email.0.clone());
    let preferred = customer.and_then(|c| c.preferred_channel);
    let text = |code: &Option<Code>| code.as_ref().map(|code| code.0.clone());
    Detail {
        feedback_id,
        contact_name: name.or_else(|| customer.map(|c| c.name.clone())),
        contact_phone: phone.or_else(|| customer.and_then(|c| c.phone.clone())),
        contact_email: email.or_else(|| customer.and_then(|c| c.email.clone())),
        reply_channel: input.reply_channel.or(preferred).unwrap_or(input.channel),
        subtype: text(&input.subtype),
        subject: input.subject.as_ref().map(|subject| subject.0.clone()),
        description: input.description.0.clone(),
        demand: input.demand.0.clone(),
        priority_reasons: Vec::new(),
        safety_risk: false,
        batch_problem: false,
        public_opinion_risk: false,
        product_ref: text(&input.product_ref),
        order_ref: text(&input.order_ref),
        custom: json!({}),
        registered_by: None,
        suggested_department_id: None,
    }
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
    let step = Line::by(actor, EventKind::Registered).with(json!({
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
fn customer_of(
    tx: &mut Tx,
    input: &FeedbackIn,
    named: &HashMap<CustomerId, Customer>,
) -> Result<Option<Customer>> {
    if let Some(id) = input.customer_id {
        let found = named.get(&id).filter(|customer| customer.is_live());
        return found.cloned().map(Some).ok_or_else(unknown_customer);
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
    Error::field("/customer_id", "unknown_customer", "is no live customer", "客户不存在")
}
