//! The hot write: a new case with everything that hangs on it, in one statement.

use super::{Detail, Event, Feedback, NewNotice, NewNotification, StoredClock, clocks};
use crate::{
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    sla::Calendars,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Jsonb, Text, Timestamptz, Uuid as SqlUuid},
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
    /// Takes the next number of the organisation's day, and looks at the epoch.
    struct Opening { at: DateTime<Utc> => Timestamptz } -> (SqlUuid, Text) =
        "SELECT c.epoch, next_feedback_number(($at AT TIME ZONE s.time_zone)::date) FROM config_epoch c, settings s"
}

/// Returns the epoch of the configuration and the number of a new case. Numbers have gaps and are never used twice.
pub fn opening(tx: &mut Tx, at: DateTime<Utc>) -> Result<(Uuid, String)> {
    Ok(Opening { at }.get_result(tx)?)
}

static_query! {
    /// Stores new cases with all that hangs on them.
    struct Insert {
        cases: Value => Jsonb,
        details: Value => Jsonb,
        events: Value => Jsonb,
        clocks: Value => Jsonb,
        notices: Value => Jsonb,
        notifications: Value => Jsonb,
    } -> () = "WITH \
        f AS (INSERT INTO feedback SELECT * FROM jsonb_populate_recordset(NULL::feedback, $cases)), \
        d AS (INSERT INTO feedback_detail SELECT * FROM jsonb_populate_recordset(NULL::feedback_detail, $details)), \
        e AS (INSERT INTO feedback_event SELECT * FROM jsonb_populate_recordset(NULL::feedback_event, $events)), \
        c AS (INSERT INTO sla_clock SELECT * FROM jsonb_populate_recordset(NULL::sla_clock, $clocks)), \
        n AS (INSERT INTO customer_notice SELECT * FROM jsonb_populate_recordset(NULL::customer_notice, $notices)) \
        INSERT INTO notification SELECT * FROM jsonb_populate_recordset(NULL::notification, $notifications)"
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

/// Stores a new case in one statement.
pub fn insert(tx: &mut Tx, new: &NewCase<'_>, now: DateTime<Utc>, calendars: &dyn Calendars) -> Result<()> {
    let mut detail = serde_json::to_value(new.detail).map_err(Error::internal)?;
    if let Some(members) = detail.as_object_mut() {
        members.insert("search".into(), json!(new.tokens));
    }
    let value = |list: Result<Value, serde_json::Error>| list.map_err(Error::internal);
    let insert = Insert {
        cases: json!([value(serde_json::to_value(new.row))?]),
        details: json!([detail]),
        events: value(serde_json::to_value(new.events))?,
        clocks: clocks::rows(new.row.id, new.clocks, now, calendars)?,
        notices: value(serde_json::to_value(new.notices))?,
        notifications: value(serde_json::to_value(new.notifications))?,
    };
    insert.execute(tx)?;
    Ok(())
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
