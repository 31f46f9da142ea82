//! Recomputes chains, and compares them with the anchors.

use super::store::{self, Anchor, Chained, Head, Violation};
use crate::{
    feedback,
    platform::{
        auth::keys::Keyring,
        chain,
        db::Tx,
        http::problem::{Error, Result},
        time::Timestamp,
    },
    staff,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

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

/// Verifies the chains of some feedback.
pub fn broken_feedback(tx: &mut Tx, rows: &[Chained]) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    for (id, number, last_seq, last_hash) in rows {
        let events = feedback::events(tx, *id, 0, i64::MAX)?;
        let head = events.last().map(|event| (event.seq, event.hash.clone()));
        if let Some(place) = feedback::first_broken(*id, &events)? {
            let seq = events.get(place).map_or(0, |event| event.seq);
            found.push(violation("broken_chain", number, format!("event {seq} is not what was written")));
        } else if head != Some((*last_seq, last_hash.clone())) {
            found.push(violation("broken_chain", number, "the last event is missing".to_owned()));
        }
    }
    Ok(found)
}

/// Verifies the chains of all staff.
pub fn broken_staff(tx: &mut Tx) -> Result<(i64, Vec<Violation>)> {
    let (mut checked, mut found, mut after) = (0, Vec::new(), None);
    loop {
        let portion = staff::subjects(tx, after, 500)?;
        let Some(last) = portion.last().copied() else {
            return Ok((checked, found));
        };
        for id in portion {
            checked += 1;
            if let Some(place) = staff::verify_history(tx, id)? {
                let detail = format!("event {} is not what was written", place.saturating_add(1));
                found.push(violation("broken_chain", &format!("staff {id}"), detail));
            }
        }
        after = Some(last);
    }
}

/// Verifies the anchors: signatures, their own chain, and that every anchored head is still there.
pub fn broken_anchors(tx: &mut Tx, keys: &Keyring) -> Result<(i64, Vec<Violation>)> {
    let (mut checked, mut found) = (0, Vec::new());
    let mut previous: Option<String> = None;
    for anchor in store::anchors(tx)? {
        checked += 1;
        let name = format!("anchor {}", anchor.id);
        if !keys.verify_anchor(anchor.key_id, &signed_bytes(anchor.at, &anchor.heads)?, &anchor.signature) {
            found.push(violation("anchor_forged", &name, "its signature does not fit".into()));
        }
        if anchor.heads.get("previous").and_then(Value::as_str) != previous.as_deref() {
            found.push(violation(
                "anchor_missing",
                &name,
                "the anchor before it is not the one it names".into(),
            ));
        }
        for (kind, id, seq, hash) in anchored(&anchor.heads) {
            let now = if kind == "feedback" {
                store::feedback_hash(tx, id, seq)?
            } else {
                store::staff_hash(tx, id, seq)?
            };
            if now.map(|hash| chain::hex(&hash)) != Some(hash) {
                found.push(violation(
                    "anchored_head_gone",
                    &format!("{kind} {id}"),
                    format!("event {seq} is not what {name} saw"),
                ));
            }
        }
        previous = Some(fingerprint(&anchor)?);
    }
    Ok((checked, found))
}

fn anchored(heads: &Value) -> Vec<(&'static str, Uuid, i32, String)> {
    let of = |kind: &'static str| {
        let rows = heads.get(kind).and_then(Value::as_array).into_iter().flatten();
        rows.filter_map(move |row| {
            let id = row.get(0)?.as_str()?.parse().ok()?;
            let seq = i32::try_from(row.get(1)?.as_i64()?).ok()?;
            Some((kind, id, seq, row.get(2)?.as_str()?.to_owned()))
        })
    };
    of("feedback").chain(of("staff")).collect()
}

fn violation(rule: &str, subject: &str, detail: String) -> Violation {
    Violation { rule: rule.to_owned(), subject: subject.to_owned(), detail }
}
