//! Queries over all tables of the loop, and on the anchors.

use crate::{
    feedback::FeedbackId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{chain_anchor, feedback, feedback_event, staff_event},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, sql_types::Text};
use uuid::Uuid;

/// One place where a rule is broken.
#[derive(Clone, Debug, Queryable)]
pub struct Violation {
    /// The rule.
    pub rule: String,
    /// What breaks it.
    pub subject: String,
    /// How.
    pub detail: String,
}

static_query! {
    /// Looks for everything that breaks an invariant of the loop.
    struct ClosedLoop {} -> (Text, Text, Text) = include_str!("closed_loop.sql")
}

/// Returns what breaks an invariant of the loop.
pub fn closed_loop(tx: &mut Tx) -> Result<Vec<Violation>> {
    Ok(ClosedLoop {}.load(tx)?)
}

/// Counts all feedback.
pub fn count(tx: &mut Tx) -> Result<i64> {
    Ok(feedback::table.count().get_result(tx)?)
}

/// A feedback whose chain is to be verified.
pub type Chained = (FeedbackId, String, i32, Vec<u8>);

/// Returns the feedback after `after` by id, with number and head.
pub fn chained(tx: &mut Tx, after: Option<FeedbackId>, rows: i64) -> Result<Vec<Chained>> {
    let mut query = feedback::table.into_boxed();
    if let Some(after) = after {
        query = query.filter(feedback::id.gt(after));
    }
    Ok(query
        .order(feedback::id)
        .limit(rows)
        .select((feedback::id, feedback::number, feedback::last_seq, feedback::last_hash))
        .load(tx)?)
}

/// A signed row of chain heads.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = chain_anchor, check_for_backend(Pg))]
pub struct Anchor {
    /// The id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The heads, and the hash of the anchor before.
    pub heads: serde_json::Value,
    /// The signature of the heads.
    pub signature: Vec<u8>,
    /// The key that signed.
    pub key_id: Uuid,
}

/// Returns the newest anchor.
pub fn last_anchor(tx: &mut Tx) -> Result<Option<Anchor>> {
    let newest = chain_anchor::table.order((chain_anchor::at.desc(), chain_anchor::id.desc()));
    Ok(newest.select(Anchor::as_select()).first(tx).optional()?)
}

/// Returns all anchors, oldest first.
pub fn anchors(tx: &mut Tx) -> Result<Vec<Anchor>> {
    let all = chain_anchor::table.order((chain_anchor::at, chain_anchor::id));
    Ok(all.select(Anchor::as_select()).load(tx)?)
}

/// Stores an anchor.
pub fn insert_anchor(tx: &mut Tx, anchor: &Anchor) -> Result<()> {
    diesel::insert_into(chain_anchor::table).values(anchor).execute(tx)?;
    Ok(())
}

/// A head: subject, sequence, hash.
pub type Head = (Uuid, i32, Vec<u8>);

/// Returns the heads of the feedback that changed since `since`.
pub fn feedback_heads(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<Head>> {
    Ok(feedback::table
        .filter(feedback::updated_at.ge(since))
        .order(feedback::id)
        .select((feedback::id, feedback::last_seq, feedback::last_hash))
        .load(tx)?)
}

/// Returns the heads of the staff that changed since `since`.
pub fn staff_heads(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<Head>> {
    Ok(staff_event::table
        .filter(staff_event::at.ge(since))
        .distinct_on(staff_event::staff_id)
        .order((staff_event::staff_id, staff_event::seq.desc()))
        .select((staff_event::staff_id, staff_event::seq, staff_event::hash))
        .load(tx)?)
}

/// Returns the hash of one event of a feedback.
pub fn feedback_hash(tx: &mut Tx, id: Uuid, seq: i32) -> Result<Option<Vec<u8>>> {
    let event = feedback_event::table.find((FeedbackId(id), seq));
    Ok(event.select(feedback_event::hash).first(tx).optional()?)
}

/// Returns the hash of one event of a member of staff.
pub fn staff_hash(tx: &mut Tx, id: Uuid, seq: i32) -> Result<Option<Vec<u8>>> {
    let event = staff_event::table.find((id, seq));
    Ok(event.select(staff_event::hash).first(tx).optional()?)
}
