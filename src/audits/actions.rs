//! Recomputes chains, and compares them with the anchors.

use super::store::{self, Anchor, Chained, Head};
use crate::{
    feedback::{self, Event, FeedbackId},
    platform::{
        audit::{Findings, Violation},
        auth::keys::AnchorKeys,
        chain,
        db::Tx,
        http::problem::{Error, Result},
        time::Timestamp,
    },
    staff,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many chains are looked at in one statement.
const PORTION: i64 = 500;
/// How many anchored heads are.
const HEADS: usize = 1000;

/// Returns what an anchor says: the changed heads, and the hash of the anchor before.
pub fn heads(tx: &mut Tx, before: Option<&Anchor>, since: DateTime<Utc>) -> Result<Value> {
    let list = |rows: Vec<Head>| -> Vec<Value> {
        rows.into_iter().map(|(id, seq, hash)| json!([id, seq, chain::hex(&hash)])).collect()
    };
    let previous = before.map(fingerprint).transpose()?;
    Ok(json!({
        "previous": previous,
        "feedback": list(store::feedback_heads(tx, since)?),
        "staff": list(store::staff_heads(tx, since)?),
        "points": list(store::points_heads(tx, since)?),
    }))
}

/// Returns the bytes that the signature of an anchor covers.
pub fn signed_bytes(at: DateTime<Utc>, heads: &Value) -> Result<Vec<u8>> {
    let content = json!({ "at": Timestamp(at), "heads": heads });
    serde_json_canonicalizer::to_vec(&content).map_err(Error::internal)
}

fn fingerprint(anchor: &Anchor) -> Result<String> {
    Ok(chain::hex(&chain::link(&anchor.signature, &anchor.heads)?))
}

/// Looks for what breaks an invariant of the loop.
pub fn closed_loop(tx: &mut Tx) -> Result<Findings> {
    by_portions(tx, |tx, rows| store::closed_loop(tx, &ids_of(rows)))
}

/// Recomputes every chain, and compares it with the anchors.
pub fn history(tx: &mut Tx, keys: &AnchorKeys) -> Result<Findings> {
    let mut found = by_portions(tx, broken_feedback)?;
    broken_staff(tx, &mut found)?;
    broken_anchors(tx, keys, &mut found)?;
    Ok(found)
}

/// Looks at all feedback, so much at once that no statement is long.
fn by_portions(
    tx: &mut Tx,
    look: impl Fn(&mut Tx, &[Chained]) -> Result<Vec<Violation>>,
) -> Result<Findings> {
    let (mut found, mut after) = (Findings::default(), None);
    loop {
        let rows = store::chained(tx, after, PORTION)?;
        let Some((last, ..)) = rows.last() else {
            return Ok(found);
        };
        after = Some(*last);
        found.add(rows.len(), look(tx, &rows)?);
    }
}

fn ids_of(rows: &[Chained]) -> Vec<FeedbackId> {
    rows.iter().map(|(id, ..)| *id).collect()
}

fn broken_feedback(tx: &mut Tx, rows: &[Chained]) -> Result<Vec<Violation>> {
    let all = feedback::histories(tx, &ids_of(rows))?;
    let first = |events: &[Event]| events.first().map(|event| event.feedback_id);
    let chains: HashMap<_, _> = all
        .chunk_by(|a, b| a.feedback_id == b.feedback_id)
        .filter_map(|events| Some((first(events)?, events)))
        .collect();
    let mut found = Vec::new();
    for (id, number, last_seq, last_hash) in rows {
        let events = chains.get(id).copied().unwrap_or_default();
        if let Some(place) = feedback::first_broken(*id, events)? {
            let seq = events.get(place).map_or(0, |event| event.seq);
            let detail = format!("event {seq} is not what was written");
            found.push(Violation::new("broken_chain", number, detail));
        } else if events.last().map(|event| (event.seq, &event.hash)) != Some((*last_seq, last_hash)) {
            found.push(Violation::new("broken_chain", number, "the last event is missing"));
        }
    }
    Ok(found)
}

fn broken_staff(tx: &mut Tx, found: &mut Findings) -> Result<()> {
    let mut after = None;
    loop {
        let portion = staff::subjects(tx, after, PORTION)?;
        let Some(last) = portion.last().copied() else {
            return Ok(());
        };
        let mut broken = Vec::new();
        for id in &portion {
            if let Some(place) = staff::verify_history(tx, *id)? {
                let detail = format!("event {} is not what was written", place.saturating_add(1));
                broken.push(Violation::new("broken_chain", &format!("staff {id}"), detail));
            }
        }
        found.add(portion.len(), broken);
        after = Some(last);
    }
}

/// Verifies the anchors: signatures, their own chain, and that every anchored head is still there.
fn broken_anchors(tx: &mut Tx, keys: &AnchorKeys, found: &mut Findings) -> Result<()> {
    let mut before = None;
    while let Some(anchor) = store::anchor_after(tx, before.as_ref())? {
        let mut broken = Vec::new();
        let name = format!("anchor {}", anchor.id);
        if !keys.verify(anchor.key_id, &signed_bytes(anchor.at, &anchor.heads)?, &anchor.signature) {
            broken.push(Violation::new("anchor_forged", &name, "its signature does not fit"));
        }
        let previous = before.as_ref().map(fingerprint).transpose()?;
        if anchor.heads.get("previous").and_then(Value::as_str) != previous.as_deref() {
            let detail = "the anchor before it is not the one it names";
            broken.push(Violation::new("anchor_missing", &name, detail));
        }
        broken.extend(gone(tx, &anchor, "feedback", store::feedback_hashes)?);
        broken.extend(gone(tx, &anchor, "staff", store::staff_hashes)?);
        broken.extend(gone(tx, &anchor, "points", store::points_hashes)?);
        found.add(1, broken);
        before = Some(anchor);
    }
    Ok(())
}

/// Returns the anchored heads of this kind that are not there any more.
fn gone(
    tx: &mut Tx,
    anchor: &Anchor,
    kind: &str,
    hashes: impl Fn(&mut Tx, &[Uuid], &[i32]) -> Result<Vec<Head>>,
) -> Result<Vec<Violation>> {
    let rows = anchor.heads.get(kind).and_then(Value::as_array);
    let anchored: Vec<_> = rows.into_iter().flatten().filter_map(anchored).collect();
    let mut found = Vec::new();
    for portion in anchored.chunks(HEADS) {
        let (ids, seqs): (Vec<_>, Vec<_>) = portion.iter().map(|(id, seq, _)| (*id, *seq)).unzip();
        let now = hashes(tx, &ids, &seqs)?;
        let now: HashSet<_> = now.into_iter().map(|(id, seq, hash)| (id, seq, chain::hex(&hash))).collect();
        for (id, seq, _) in portion.iter().filter(|head| !now.contains(*head)) {
            let detail = format!("event {seq} is not what anchor {} saw", anchor.id);
            found.push(Violation::new("anchored_head_gone", &format!("{kind} {id}"), detail));
        }
    }
    Ok(found)
}

fn anchored(row: &Value) -> Option<(Uuid, i32, String)> {
    let id = row.get(0)?.as_str()?.parse().ok()?;
    let seq = i32::try_from(row.get(1)?.as_i64()?).ok()?;
    Some((id, seq, row.get(2)?.as_str()?.to_owned()))
}
