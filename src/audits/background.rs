//! Hourly: the heads of all chains that changed, in one signed row that also names the anchor before it.

use super::{actions, store};
use crate::platform::{auth::keys::Keyring, ids, jobs::Registry};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// Changes that were committed a little after their own instant are anchored by the next hour's look back.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);

/// Adds the anchoring.
pub fn background(registry: Registry, keys: Arc<Keyring>) -> Registry {
    registry.every("audits.anchor", TimeDelta::hours(1), move |tx, at| {
        let before = store::last_anchor(tx)?;
        let since = before.as_ref().and_then(|anchor| anchor.at.checked_sub_signed(OVERLAP));
        let since = since.unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
        let heads = actions::heads(tx, before.as_ref(), since)?;
        let (key_id, signature) = keys.sign_anchor(&actions::signed_bytes(at, &heads)?);
        store::insert_anchor(tx, &store::Anchor { id: ids::next(), at, heads, signature, key_id })
    })
}
