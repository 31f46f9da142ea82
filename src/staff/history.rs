//! The history of staff: one hash chain a person, written under the lock of the person's row.

use super::{
    domain::{StaffEventKind, StaffId},
    store::{self, StaffEvent},
};
use crate::platform::{auth::Actor, chain, db::Tx, http::problem::Result, time::Timestamp};
use serde_json::{Value, json};

/// How many entries are verified at a time.
const STEP: i64 = 500;

/// Adds an entry to the history of a person whose row is locked or new.
pub fn append(tx: &mut Tx, actor: &Actor, id: StaffId, kind: StaffEventKind, payload: Value) -> Result<()> {
    let last = store::last_event(tx, id)?;
    let (seq, prev_hash) = match last {
        Some(last) => (last.seq.saturating_add(1), last.hash),
        None => (1, chain::genesis(&subject(id))),
    };
    let mut event = StaffEvent {
        staff_id: id,
        seq,
        kind,
        actor_kind: actor.who.kind().to_owned(),
        actor_id: actor.who.id(),
        at: actor.at,
        payload,
        prev_hash,
        hash: Vec::new(),
    };
    event.hash = chain::link(&event.prev_hash, &content(&event))?;
    store::insert_event(tx, &event)
}

/// Returns the place of the first entry of a person's history that is not what was written.
pub fn verify(tx: &mut Tx, id: StaffId) -> Result<Option<usize>> {
    let mut entries = Vec::new();
    loop {
        let after = i32::try_from(entries.len()).unwrap_or(i32::MAX);
        let page = store::events(tx, id, after, STEP)?;
        let ends = page.is_empty();
        entries.extend(page.into_iter().map(|event| chain::Entry {
            content: content(&event),
            prev_hash: event.prev_hash,
            hash: event.hash,
        }));
        if ends {
            return chain::verify(&subject(id), &entries);
        }
    }
}

fn subject(id: StaffId) -> String {
    format!("staff:{id}")
}

fn content(event: &StaffEvent) -> Value {
    json!({
        "staff_id": event.staff_id,
        "seq": event.seq,
        "kind": event.kind,
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "at": Timestamp(event.at),
        "payload": event.payload,
    })
}
