//! Queries over all tables of the loop, and on the anchors.

use crate::{
    feedback::FeedbackId,
    platform::{
        audit::Violation,
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{chain_anchor, feedback, staff_event},
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Array, Bytea, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

static_query! {
    /// Looks for everything that breaks an invariant of the loop, among some feedback.
    struct ClosedLoop<'a> { ids: &'a [FeedbackId] => Array<SqlUuid> } -> (Text, Text, Text)
        = include_str!("closed_loop.sql")
}

/// Returns what breaks an invariant of the loop, among the feedback with these ids.
pub fn closed_loop(tx: &mut Tx, ids: &[FeedbackId]) -> Result<Vec<Violation>> {
    let rows: Vec<(String, String, String)> = ClosedLoop { ids }.load(tx)?;
    let violation = |(rule, subject, detail)| Violation { rule, subject, detail };
    Ok(rows.into_iter().map(violation).collect())
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

/// Returns the anchor after `before`, or the oldest: one alone may name every chain there is.
pub fn anchor_after(tx: &mut Tx, before: Option<&Anchor>) -> Result<Option<Anchor>> {
    let mut query = chain_anchor::table.into_boxed();
    if let Some(before) = before {
        let later = chain_anchor::at.eq(before.at).and(chain_anchor::id.gt(before.id));
        query = query.filter(chain_anchor::at.gt(before.at).or(later));
    }
    let next = query.order((chain_anchor::at, chain_anchor::id));
    Ok(next.select(Anchor::as_select()).first(tx).optional()?)
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

static_query! {
    /// Finds the events of feedback that stand at these places.
    struct FeedbackHashes<'a> { ids: &'a [Uuid] => Array<SqlUuid>, seqs: &'a [i32] => Array<Integer> }
        -> (SqlUuid, Integer, Bytea) =
        "SELECT e.feedback_id, e.seq, e.hash FROM unnest($ids::uuid[], $seqs::int[]) AS head (id, seq)
         JOIN feedback_event e ON e.feedback_id = head.id AND e.seq = head.seq"
}

static_query! {
    /// Finds the events of staff that stand at these places.
    struct StaffHashes<'a> { ids: &'a [Uuid] => Array<SqlUuid>, seqs: &'a [i32] => Array<Integer> }
        -> (SqlUuid, Integer, Bytea) =
        "SELECT e.staff_id, e.seq, e.hash FROM unnest($ids::uuid[], $seqs::int[]) AS head (id, seq)
         JOIN staff_event e ON e.staff_id = head.id AND e.seq = head.seq"
}

/// Returns the events of feedback that stand at these places.
pub fn feedback_hashes(tx: &mut Tx, ids: &[Uuid], seqs: &[i32]) -> Result<Vec<Head>> {
    Ok(FeedbackHashes { ids, seqs }.load(tx)?)
}

/// Returns the events of staff that stand at these places.
pub fn staff_hashes(tx: &mut Tx, ids: &[Uuid], seqs: &[i32]) -> Result<Vec<Head>> {
    Ok(StaffHashes { ids, seqs }.load(tx)?)
}

static_query! {
    /// Finds the heads of the points accounts with entries since an instant.
    struct PointsHeads { since: DateTime<Utc> => Timestamptz } -> (SqlUuid, Integer, Bytea) =
        "SELECT id, seq::int, head FROM points_account WHERE recorded_at >= $since AND seq > 0 ORDER BY id"
}

static_query! {
    /// Finds the entries of the ledger that stand at these places.
    struct PointsHashes<'a> { ids: &'a [Uuid] => Array<SqlUuid>, seqs: &'a [i32] => Array<Integer> }
        -> (SqlUuid, Integer, Bytea) =
        "SELECT e.account_id, e.seq::int, e.hash FROM unnest($ids::uuid[], $seqs::int[]) AS head (id, seq)
         JOIN ledger_entry e ON e.account_id = head.id AND e.seq = head.seq"
}

/// Returns the heads of the points accounts with entries since `since`.
pub fn points_heads(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<Head>> {
    Ok(PointsHeads { since }.load(tx)?)
}

/// Returns the entries of the ledger that stand at these places.
pub fn points_hashes(tx: &mut Tx, ids: &[Uuid], seqs: &[i32]) -> Result<Vec<Head>> {
    Ok(PointsHashes { ids, seqs }.load(tx)?)
}
