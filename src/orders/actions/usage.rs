use super::owners::Owners;
use crate::{
    orders::{
        domain::{Reference, Refusal, UsageId},
        store::{self, NewUsage, Usage},
        wire::UsageIn,
    },
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
        ids,
    },
    settings,
};
use std::collections::HashMap;

/// A usage event that was recorded.
#[derive(Clone, Debug)]
pub struct RecordedUsage {
    /// The event.
    pub event: Usage,
    /// Whether it is new, and was not there before.
    pub new: bool,
}

/// Records usage events together; who is refused has recorded nothing. The same reference again answers the first event
/// if everything is the same.
///
/// Refuses `unknown_customer`, `customer_merged`, `customer_erased`, `in_the_future` and `external_ref_taken`.
pub fn record_usage_all(tx: &mut Tx, asked: &[(&Actor, &UsageIn)]) -> Result<Vec<Result<RecordedUsage>>> {
    let references: Vec<Reference> =
        asked.iter().filter_map(|(_, input)| Some(input.external_ref.as_ref()?.pair())).collect();
    let others: Vec<_> =
        store::usage_by_refs(tx, &references)?.iter().map(|event| event.customer_id).collect();
    let named: Vec<_> =
        asked.iter().map(|(_, input)| (input.customer_id, input.customer_ref.as_ref())).collect();
    let owners = Owners::lock(tx, &named, &others)?;
    let after = store::usage_by_refs(tx, &references)?;
    if after.iter().any(|event| !owners.knows(event.customer_id)) {
        return Err(Error::Retry);
    }
    let of = |event: Usage| Some((event.external_system.clone().zip(event.external_id.clone())?, event));
    let mut known: HashMap<Reference, Usage> = after.into_iter().filter_map(of).collect();
    let mut new = Vec::new();
    let mut recorded = Vec::new();
    for (actor, input) in asked {
        match record(&owners, &mut known, &mut new, actor, input) {
            Err(Error::Retry) => return Err(Error::Retry),
            one => recorded.push(one),
        }
    }
    if !new.is_empty() {
        let zone = settings::current(tx)?.time_zone;
        store::insert_usage(tx, &new, &zone)?;
    }
    Ok(recorded)
}

fn record(
    owners: &Owners,
    known: &mut HashMap<Reference, Usage>,
    new: &mut Vec<NewUsage>,
    actor: &Actor,
    input: &UsageIn,
) -> Result<RecordedUsage> {
    let named = (input.customer_id, input.customer_ref.as_ref());
    let reference = input.external_ref.as_ref().map(|by| by.pair());
    if let Some(event) = reference.as_ref().and_then(|reference| known.get(reference)) {
        let customer = owners.named(named).is_some_and(|id| owners.are_one(id, event.customer_id));
        // without an instant it happened whenever it was first told
        let at = input.occurred_at.is_none_or(|at| at.0 == event.occurred_at);
        let is_same = customer && at && *input.kind == *event.kind;
        let again = RecordedUsage { event: event.clone(), new: false };
        return if is_same { Ok(again) } else { Err(Refusal::ExternalRefTaken.at("/external_ref")) };
    }
    let occurred_at = input.occurred_at.map_or(actor.at, |at| at.0);
    if occurred_at > actor.at {
        return Err(Refusal::InTheFuture.at("/occurred_at"));
    }
    let customer_id = owners.live(named)?;
    let (external_system, external_id) = reference.clone().unzip();
    let event = Usage {
        id: UsageId(ids::next()),
        customer_id,
        kind: input.kind.0.clone(),
        occurred_at,
        external_system,
        external_id,
        recorded_by_kind: actor.who.kind().to_owned(),
        recorded_by: actor.who.id(),
        recorded_at: actor.at,
    };
    known.extend(reference.map(|reference| (reference, event.clone())));
    new.push((event.clone(), customer_id));
    Ok(RecordedUsage { event, new: true })
}
