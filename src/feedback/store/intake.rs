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
    pg::Pg,
    prelude::*,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Date, Jsonb, Text, Uuid as SqlUuid},
};
use serde::Serialize;
use std::{collections::HashMap, io::Write};
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
        cases: Rows => Jsonb,
        details: Rows => Jsonb,
        events: Rows => Jsonb,
        clocks: Rows => Jsonb,
        notices: Rows => Jsonb,
        notifications: Rows => Jsonb,
    } -> (SqlUuid, Text) = "WITH \
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
          FROM jsonb_populate_recordset(NULL::feedback, $cases) RETURNING id, number), \
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
        SELECT id, number FROM f"
}

/// A new case, ready to be stored.
pub struct NewCase<'a> {
    /// Where it stands.
    pub row: &'a Feedback,
    /// What was said.
    pub detail: &'a Detail,
    /// The words by which it is found.
    pub tokens: String,
    /// Its history so far.
    pub events: &'a [Event],
    /// Its clocks.
    pub clocks: &'a [StoredClock],
    /// What the customer is to be told.
    pub notices: &'a [NewNotice],
    /// What staff is to be told.
    pub notifications: &'a [NewNotification],
    /// The day that its number names.
    pub day: NaiveDate,
    /// The instant as of which its clocks are stored.
    pub at: DateTime<Utc>,
    /// What its clocks count by.
    pub calendars: &'a dyn Calendars,
}

/// Stores new cases, those of a day in one statement, and returns their numbers in order, the next of the day.
/// Numbers have gaps and are never used twice.
pub fn insert(tx: &mut Tx, new: &[NewCase<'_>]) -> Result<Vec<String>> {
    let mut numbers = Vec::new();
    for of_a_day in new.chunk_by(|a, b| a.day == b.day) {
        let stored: Vec<(Uuid, String)> = rows_of(of_a_day)?.load(tx)?;
        let stored: HashMap<Uuid, String> = stored.into_iter().collect();
        for case in of_a_day {
            let number = stored.get(&case.row.id.0).cloned();
            numbers.push(number.ok_or_else(|| Error::internal("a new case has no number"))?);
        }
    }
    Ok(numbers)
}

/// Returns the rows of new cases of the same day.
fn rows_of(new: &[NewCase<'_>]) -> Result<Insert> {
    let mut clocks = Vec::new();
    for case in new {
        clocks.extend(clocks::rows(case.row.id, case.clocks, case.at, case.calendars)?);
    }
    Ok(Insert {
        day: new.first().map(|case| case.day).unwrap_or_default(),
        cases: Rows::of(new.iter().map(|case| case.row))?,
        details: Rows::of(new.iter().map(|case| Found { detail: case.detail, search: &case.tokens }))?,
        events: Rows::of(new.iter().flat_map(|case| case.events))?,
        clocks: Rows::of(clocks)?,
        notices: Rows::of(new.iter().flat_map(|case| case.notices))?,
        notifications: Rows::of(new.iter().flat_map(|case| case.notifications))?,
    })
}

/// What was said, with the words by which it is found.
#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    detail: &'a Detail,
    search: &'a str,
}

/// Rows as a JSON array, written once and not as a tree before.
#[derive(Debug)]
struct Rows(Vec<u8>);

impl Rows {
    fn of(rows: impl IntoIterator<Item = impl Serialize>) -> Result<Self> {
        let rows: Vec<_> = rows.into_iter().collect();
        serde_json::to_vec(&rows).map(Self).map_err(Error::internal)
    }
}

impl ToSql<Jsonb, Pg> for Rows {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[1])?; // the version of jsonb's binary form
        out.write_all(&self.0)?;
        Ok(IsNull::No)
    }
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
