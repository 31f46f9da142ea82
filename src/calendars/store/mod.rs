//! Every query on calendars.

mod exceptions;

pub use exceptions::*;

use crate::calendars::{CalendarId, CalendarVersionId, Week, WorkCalendar};
use crate::{
    platform::{
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
        ids,
    },
    schema::{calendar_version, work_calendar},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use serde_json::Value;
use std::collections::BTreeMap;

/// A calendar as it is now, without its exceptions.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = work_calendar, check_for_backend(diesel::pg::Pg))]
pub struct Calendar {
    /// Which one.
    pub id: CalendarId,
    /// What people call it.
    pub name: String,
    /// Whose midnight begins a day.
    pub time_zone: String,
    /// The hours of each weekday, as [`Week`].
    pub weekly: Value,
    /// How many working minutes count as one working day.
    pub standard_day_minutes: i32,
    /// Whether departments and settings may name it.
    pub active: bool,
    /// Grows with every change, exceptions included.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// One immutable version.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_version, check_for_backend(diesel::pg::Pg))]
pub struct Version {
    /// Which one.
    pub id: CalendarVersionId,
    /// Of which calendar.
    pub calendar_id: CalendarId,
    /// Its place in the calendar's history, from 1.
    pub number: i32,
    /// The [`WorkCalendar`], whole.
    pub content: Value,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

impl Calendar {
    /// Returns the hours of each weekday.
    pub fn week(&self) -> Result<Week> {
        serde_json::from_value(self.weekly.clone()).map_err(Error::internal)
    }
}

impl Version {
    /// Returns the calendar that it holds.
    pub fn calendar(self) -> Result<WorkCalendar> {
        serde_json::from_value(self.content).map_err(Error::internal)
    }
}

static_query! {
    /// Names the newest version of a department's calendar, or of the organisation's.
    pub struct VersionFor { department: Option<uuid::Uuid> => sql_types::Nullable<sql_types::Uuid> } -> sql_types::Uuid =
        "SELECT v.id FROM calendar_version v WHERE v.calendar_id = coalesce( \
         (SELECT d.calendar_id FROM department d WHERE d.id = $department), (SELECT s.calendar_id FROM settings s)) \
         ORDER BY v.number DESC LIMIT 1"
}

/// Returns the newest version of the calendar that a department names, else of the organisation's.
pub fn version_for(tx: &mut Tx, department: Option<uuid::Uuid>) -> Result<CalendarVersionId> {
    let found: Option<CalendarVersionId> = VersionFor { department }.get_result(tx).optional()?;
    found.ok_or_else(|| Error::internal("the organisation has no calendar"))
}

/// Returns what one version holds.
pub fn load_version(tx: &mut Tx, id: CalendarVersionId) -> Result<WorkCalendar> {
    let query = calendar_version::table.find(id).select(Version::as_select());
    query.first(tx)?.calendar()
}

/// Returns what several versions hold.
pub fn load_versions(
    tx: &mut Tx,
    ids: &[CalendarVersionId],
) -> Result<BTreeMap<CalendarVersionId, WorkCalendar>> {
    let query = calendar_version::table.filter(calendar_version::id.eq_any(ids)).select(Version::as_select());
    let rows = query.load(tx)?.into_iter();
    rows.map(|row| Ok((row.id, row.calendar()?))).collect()
}

/// Writes a new calendar.
pub fn insert(tx: &mut Tx, row: &Calendar) -> Result<()> {
    let done = diesel::insert_into(work_calendar::table).values(row).execute(tx);
    on_constraint(done, "work_calendar_name_key", name_taken()).map(|_| ())
}

/// Writes a calendar as it is now.
pub fn save(tx: &mut Tx, row: &Calendar) -> Result<()> {
    let done = diesel::update(work_calendar::table.find(row.id)).set(row).execute(tx);
    on_constraint(done, "work_calendar_name_key", name_taken()).map(|_| ())
}

fn name_taken() -> Error {
    Error::conflict("name_taken", "Another calendar has this name.", "该名称已被其他日历使用。")
}

/// Writes a version; nobody writes another one of the same calendar meanwhile, for its row is locked.
pub fn insert_version(
    tx: &mut Tx,
    id: CalendarId,
    content: &WorkCalendar,
    at: DateTime<Utc>,
) -> Result<CalendarVersionId> {
    let last: Option<i32> = calendar_version::table
        .filter(calendar_version::calendar_id.eq(id))
        .select(diesel::dsl::max(calendar_version::number))
        .first(tx)?;
    let row = Version {
        id: ids::next().into(),
        calendar_id: id,
        number: last.unwrap_or(0).saturating_add(1),
        content: serde_json::to_value(content).map_err(Error::internal)?,
        created_at: at,
    };
    diesel::insert_into(calendar_version::table).values(&row).execute(tx)?;
    Ok(row.id)
}

/// Returns a calendar and keeps it from changing until the transaction is over; others may do so too.
pub fn share(tx: &mut Tx, id: CalendarId) -> Result<Option<Calendar>> {
    let query = work_calendar::table.find(id).select(Calendar::as_select()).for_share();
    Ok(query.first(tx).optional()?)
}

/// Returns a calendar and holds it until the transaction is over.
pub fn lock(tx: &mut Tx, id: CalendarId) -> Result<Option<Calendar>> {
    let query = work_calendar::table.find(id).select(Calendar::as_select()).for_update();
    Ok(query.first(tx).optional()?)
}

/// Returns a calendar.
pub fn find(tx: &mut Tx, id: CalendarId) -> Result<Calendar> {
    let query = work_calendar::table.find(id).select(Calendar::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("calendar"))
}

/// Returns the calendars that a filter wants, after the position.
pub fn page(
    tx: &mut Tx,
    active: Option<bool>,
    after: Option<CalendarId>,
    rows: i64,
) -> Result<Vec<Calendar>> {
    let mut query = work_calendar::table.select(Calendar::as_select()).into_boxed();
    if let Some(active) = active {
        query = query.filter(work_calendar::active.eq(active));
    }
    if let Some(after) = after {
        query = query.filter(work_calendar::id.gt(after));
    }
    Ok(query.order(work_calendar::id).limit(rows).load(tx)?)
}

static_query! {
    /// Tells whether the organisation or an active department works by a calendar.
    pub struct Used { id: uuid::Uuid => sql_types::Uuid } -> sql_types::Bool =
        "SELECT EXISTS (SELECT FROM settings WHERE calendar_id = $id) \
         OR EXISTS (SELECT FROM department WHERE calendar_id = $id AND active)"
}

/// Returns whether the organisation or an active department works by a calendar.
pub fn is_used(tx: &mut Tx, id: CalendarId) -> Result<bool> {
    Ok(Used { id: id.0 }.get_result(tx)?)
}

/// Returns the newest version of a calendar.
pub fn newest(tx: &mut Tx, id: CalendarId) -> Result<Version> {
    let query = calendar_version::table
        .filter(calendar_version::calendar_id.eq(id))
        .order(calendar_version::number.desc())
        .select(Version::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("calendar"))
}

/// Returns one version of a calendar by its number.
pub fn find_version(tx: &mut Tx, id: CalendarId, number: i32) -> Result<Version> {
    let query = calendar_version::table
        .filter(calendar_version::calendar_id.eq(id).and(calendar_version::number.eq(number)))
        .select(Version::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("calendar version"))
}

/// Returns the versions of a calendar before a number, newest first.
pub fn versions(
    tx: &mut Tx,
    id: CalendarId,
    before: Option<i32>,
    rows: i64,
) -> Result<Vec<(CalendarVersionId, i32, DateTime<Utc>)>> {
    find(tx, id)?;
    let query = calendar_version::table
        .filter(calendar_version::calendar_id.eq(id))
        .filter(calendar_version::number.lt(before.unwrap_or(i32::MAX)))
        .order(calendar_version::number.desc())
        .select((calendar_version::id, calendar_version::number, calendar_version::created_at));
    Ok(query.limit(rows).load(tx)?)
}
