use crate::{
    feedback::domain::{EventKind, FeedbackId},
    platform::{db::Tx, http::problem::Result},
    schema::{feedback_event as event, feedback_event_text as event_text},
    vocabulary::Status,
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use serde::Serialize;
use uuid::Uuid;

/// One step of a feedback's history.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = event, check_for_backend(Pg))]
pub struct Event {
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// Its place in the history, from 1.
    pub seq: i32,
    /// What happened.
    pub kind: EventKind,
    /// The status before; none for the first.
    pub from_status: Option<Status>,
    /// The status after.
    pub to_status: Status,
    /// What kind of actor did it.
    pub actor_kind: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Ids, codes, times, and hashes of salted words.
    pub payload: serde_json::Value,
    /// The hash of the event before.
    #[serde(serialize_with = "super::bytea")]
    pub prev_hash: Vec<u8>,
    /// The hash of this one.
    #[serde(serialize_with = "super::bytea")]
    pub hash: Vec<u8>,
}

/// The words of an event.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = event_text, check_for_backend(Pg))]
pub struct EventText {
    /// The feedback.
    pub feedback_id: FeedbackId,
    /// The event.
    pub seq: i32,
    /// The member of the payload that they belong to.
    pub name: String,
    /// What the hash in the payload was salted with.
    pub salt: String,
    /// The words; none once erased.
    pub text: Option<String>,
}

/// Stores events and their words.
pub fn insert_events(tx: &mut Tx, events: &[Event], texts: &[EventText]) -> Result<()> {
    for one in events {
        diesel::insert_into(event::table).values(one).execute(tx)?;
    }
    for one in texts {
        diesel::insert_into(event_text::table).values(one).execute(tx)?;
    }
    Ok(())
}

/// Returns the events after `after`, ascending.
pub fn events(tx: &mut Tx, id: FeedbackId, after: i32, limit: i64) -> Result<Vec<Event>> {
    Ok(event::table
        .filter(event::feedback_id.eq(id))
        .filter(event::seq.gt(after))
        .order(event::seq)
        .limit(limit)
        .select(Event::as_select())
        .load(tx)?)
}

/// Returns the whole histories of some feedback, each ascending.
pub fn histories(tx: &mut Tx, ids: &[FeedbackId]) -> Result<Vec<Event>> {
    Ok(event::table
        .filter(event::feedback_id.eq_any(ids))
        .order((event::feedback_id, event::seq))
        .select(Event::as_select())
        .load(tx)?)
}

/// Returns the words of the events in a range.
pub fn event_texts(tx: &mut Tx, id: FeedbackId, after: i32, up_to: i32) -> Result<Vec<EventText>> {
    Ok(event_text::table
        .filter(event_text::feedback_id.eq(id))
        .filter(event_text::seq.gt(after))
        .filter(event_text::seq.le(up_to))
        .order((event_text::seq, event_text::name))
        .select(EventText::as_select())
        .load(tx)?)
}

/// Returns the words `name` of the newest event of `kind`.
pub fn last_words(tx: &mut Tx, id: FeedbackId, kind: EventKind, name: &str) -> Result<Option<String>> {
    let words: Option<Option<String>> = event::table
        .inner_join(
            event_text::table
                .on(event_text::feedback_id.eq(event::feedback_id).and(event_text::seq.eq(event::seq))),
        )
        .filter(event::feedback_id.eq(id))
        .filter(event::kind.eq(kind))
        .filter(event_text::name.eq(name))
        .order(event::seq.desc())
        .select(event_text::text)
        .first(tx)
        .optional()?;
    Ok(words.flatten())
}
