//! Which cases are to be looked at, by the worker or by whoever recalculates.

use crate::{
    calendars::CalendarId,
    departments::DepartmentId,
    feedback::domain::FeedbackId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
};
use chrono::{DateTime, Utc};
use diesel::{RunQueryDsl, sql_types::*};
use uuid::Uuid as Id;

static_query! {
    /// Lists cases at which something happens by itself, but none whose work was given up.
    struct DueIds { now: DateTime<Utc> => Timestamptz, kind: String => Text, rows: i64 => BigInt } -> Uuid =
        "SELECT f.id FROM feedback f WHERE f.next_check_at <= $now AND NOT EXISTS ( \
           SELECT FROM job j WHERE j.kind = $kind AND j.subject = f.id::text AND j.parked_at IS NOT NULL) \
         ORDER BY f.next_check_at LIMIT $rows"
}

/// Returns the ids of cases at which something happens by itself by `now`, earliest first; those of which the work
/// `kind` was given up wait for somebody to look at the error.
pub fn due_ids(tx: &mut Tx, now: DateTime<Utc>, kind: &str, rows: i64) -> Result<Vec<FeedbackId>> {
    Ok(DueIds { now, kind: kind.to_owned(), rows }.load(tx)?)
}

/// Which open feedback is wanted.
#[derive(Clone, Debug, Default)]
pub struct OpenOf {
    /// What this department has.
    pub department: Option<DepartmentId>,
    /// What is held by whoever works by this calendar.
    pub calendar: Option<CalendarId>,
    /// One of these.
    pub ids: Option<Vec<FeedbackId>>,
    /// What comes after this one.
    pub after: Option<FeedbackId>,
}

static_query! {
    /// Lists feedback with open clocks by id; the index of open clocks leaves out all that is closed.
    struct OpenIds {
        after: Id => Uuid,
        department: Option<Id> => Nullable<Uuid>,
        calendar: Option<Id> => Nullable<Uuid>,
        ids: Option<Vec<Id>> => Nullable<Array<Uuid>>,
        rows: i64 => BigInt,
    } -> Uuid =
        "SELECT DISTINCT c.feedback_id FROM sla_clock c JOIN feedback f ON f.id = c.feedback_id \
           LEFT JOIN department d ON d.id = f.department_id \
         WHERE c.open AND c.feedback_id > $after AND ($ids IS NULL OR c.feedback_id = ANY($ids)) \
           AND ($department IS NULL OR f.department_id = $department) \
           AND ($calendar IS NULL OR $calendar = coalesce(d.calendar_id, (SELECT s.calendar_id FROM settings s))) \
         ORDER BY c.feedback_id LIMIT $rows"
}

/// Returns the ids of wanted feedback that has open clocks, ascending.
pub fn open_ids(tx: &mut Tx, of: &OpenOf, rows: i64) -> Result<Vec<FeedbackId>> {
    let query = OpenIds {
        after: of.after.map_or(Id::nil(), |id| id.0),
        department: of.department.map(|id| id.0),
        calendar: of.calendar.map(|id| id.0),
        ids: of.ids.as_ref().map(|ids| ids.iter().map(|id| id.0).collect()),
        rows,
    };
    Ok(query.load(tx)?)
}
