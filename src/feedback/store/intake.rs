//! The hot write: a new case with everything that hangs on it, in one statement.

use super::{Detail, Event, Feedback, NewNotice, NewNotification, StoredClock, clocks};
use crate::{
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    sla::Calendars,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Date, Jsonb, Text, Uuid as SqlUuid},
};
use serde_json::{Value, json};
use uuid::Uuid;

static_query! {
    /// Returns the epoch of the configuration.
    struct Epoch {} -> SqlUuid = "SELECT epoch FROM config_epoch"
}

/// Returns the epoch of the configuration: it changes whenever the configuration does.
pub fn epoch(tx: &mut Tx) -> Result<Uuid> {
    Ok(Epoch {}.get_result(tx)?)
}

static_query! {
    /// Stores new cases with all that hangs on them.
    struct Insert {
        day: NaiveDate => Date,
        cases: Value => Jsonb,
        details: Value => Jsonb,
        events: Value => Jsonb,
        clocks: Value => Jsonb,
        notices: Value => Jsonb,
        notifications: Value => Jsonb,
    } -> Text = "WITH \
        f AS (INSERT INTO feedback (id, number, customer_id, channel, type, priority, \
        received_at, registered_at, status, status_since, outcome, closed_at, department_id, \
        handler_id, unrouted, escalation_level, max_level, round, parent_id, merged_into_id, \
        waits_since, waits_until, timed_out, transfers, next_due_at, next_check_at, \
        owes_explanation_since, track_token_hash, last_seq, last_hash, version, updated_at) \
          SELECT id, next_feedback_number($day), customer_id, channel, type, priority, \
          received_at, registered_at, status, status_since, outcome, closed_at, department_id, \
          handler_id, unrouted, escalation_level, max_level, round, parent_id, merged_into_id, \
          waits_since, waits_until, timed_out, transfers, next_due_at, next_check_at, \
          owes_explanation_since, track_token_hash, last_seq, last_hash, version, updated_at \
          FROM jsonb_populate_recordset(NULL::feedback, $cases) RETURNING number), \
        d AS (INSERT INTO feedback_detail (feedback_id, contact_name, contact_phone, \
        contact_email, reply_channel, subtype, subject, description, demand, priority_reasons, \
        safety_risk, batch_problem, public_opinion_risk, product_ref, order_ref, custom, \
        registered_by, suggested_department_id, search) \
          SELECT feedback_id, contact_name, contact_phone, contact_email, reply_channel, \
          subtype, subject, description, demand, priority_reasons, safety_risk, batch_problem, \
          public_opinion_risk, product_ref, order_ref, custom, registered_by, \
          suggested_department_id, search FROM jsonb_populate_recordset(NULL::feedback_detail, \
          $details)), \
        e AS (INSERT INTO feedback_event (feedback_id, seq, kind, from_status, to_status, \
        actor_kind, actor_id, at, payload, prev_hash, hash) \
          SELECT feedback_id, seq, kind, from_status, to_status, actor_kind, actor_id, at, \
          payload, prev_hash, hash FROM jsonb_populate_recordset(NULL::feedback_event, \
          $events)), \
        c AS (INSERT INTO sla_clock (id, feedback_id, kind, round, seq, state, open, unit, \
        budget_ms, consumed_ms, started_at, due_at, paused_at, breached_at, breach_reason, \
        met_at, ended_at, fold, policy_version_id, warned_percent) \
          SELECT id, feedback_id, kind, round, seq, state, open, unit, budget_ms, consumed_ms, \
          started_at, due_at, paused_at, breached_at, breach_reason, met_at, ended_at, fold, \
          policy_version_id, warned_percent FROM jsonb_populate_recordset(NULL::sla_clock, \
          $clocks)), \
        n AS (INSERT INTO customer_notice (id, feedback_id, kind, channel, round, at, detail) \
          SELECT id, feedback_id, kind, channel, round, at, detail FROM \
          jsonb_populate_recordset(NULL::customer_notice, $notices)), \
        m AS (INSERT INTO notification (id, staff_id, kind, feedback_id, dedupe_key, detail, \
        at, read_at) \
          SELECT id, staff_id, kind, feedback_id, dedupe_key, detail, at, read_at FROM \
          jsonb_populate_recordset(NULL::notification, $notifications)) \
        SELECT number FROM f"
}

/// A new case, ready to be stored.
pub struct NewCase<'a> {
    /// Where it stands.
    pub row: &'a Feedback,
    /// What was said.
    pub detail: &'a Detail,
    /// The words by which it is found.
    pub tokens: &'a str,
    /// Its history so far.
    pub events: &'a [Event],
    /// Its clocks.
    pub clocks: &'a [StoredClock],
    /// What the customer is to be told.
    pub notices: &'a [NewNotice],
    /// What staff is to be told.
    pub notifications: &'a [NewNotification],
}

/// Stores a new case in one statement and returns its number, the next of `day`. Numbers have gaps and are never
/// used twice.
pub fn insert(
    tx: &mut Tx,
    new: &NewCase<'_>,
    day: NaiveDate,
    now: DateTime<Utc>,
    calendars: &dyn Calendars,
) -> Result<String> {
    let mut detail = serde_json::to_value(new.detail).map_err(Error::internal)?;
    if let Some(members) = detail.as_object_mut() {
        members.insert("search".into(), json!(new.tokens));
    }
    let value = |list: Result<Value, serde_json::Error>| list.map_err(Error::internal);
    let insert = Insert {
        day,
        cases: json!([value(serde_json::to_value(new.row))?]),
        details: json!([detail]),
        events: value(serde_json::to_value(new.events))?,
        clocks: clocks::rows(new.row.id, new.clocks, now, calendars)?,
        notices: value(serde_json::to_value(new.notices))?,
        notifications: value(serde_json::to_value(new.notifications))?,
    };
    Ok(insert.get_result(tx)?)
}

/// Writes bytes as PostgreSQL reads them.
pub fn bytea<S: serde::Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("\\x{}", crate::platform::chain::hex(bytes)))
}

/// Writes bytes that may be absent as PostgreSQL reads them.
pub fn bytea_if<S: serde::Serializer>(bytes: &Option<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
    match bytes {
        Some(bytes) => bytea(bytes, to),
        None => to.serialize_none(),
    }
}
