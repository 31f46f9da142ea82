//! One function per command on calendars.

mod days;

pub use days::{remove_exception, set_exceptions};

use super::{
    Calendar, CalendarId, Interval, Week, WorkCalendar,
    domain::Refusal,
    store,
    wire::{CalendarIn, CalendarPatch, WeekIn, WorkInterval},
};
use crate::platform::{
    auth::Actor,
    db::Tx,
    http::{
        command::Command,
        precondition::Expected,
        problem::{Error, Result},
    },
    ids,
};
use chrono::{DateTime, Utc};

/// Returns an active calendar and keeps it active until the transaction is over.
///
/// Refuses: 422 `unknown_calendar` at `/calendar_id`, 409 `calendar_inactive`.
pub fn require_active(tx: &mut Tx, id: CalendarId) -> Result<Calendar> {
    let unknown = || Error::field("/calendar_id", "unknown_calendar", "is no calendar", "日历不存在");
    let found = store::share(tx, id)?.ok_or_else(unknown)?;
    if found.active {
        Ok(found)
    } else {
        let en = "The calendar is not active.";
        Err(Error::conflict("calendar_inactive", en, "该日历已停用。"))
    }
}

/// Makes a calendar without exceptions, and its first version.
pub fn make(
    tx: &mut Tx,
    name: &str,
    time_zone: &str,
    weekly: Week,
    standard_day_minutes: u32,
    at: DateTime<Utc>,
) -> Result<Calendar> {
    let content = content(time_zone, weekly, standard_day_minutes)?;
    let row = Calendar {
        id: ids::next().into(),
        name: name.into(),
        time_zone: content.zone().name().into(),
        weekly: serde_json::to_value(content.weekly()).map_err(Error::internal)?,
        standard_day_minutes: i32::try_from(standard_day_minutes).map_err(Error::internal)?,
        active: true,
        version: 1,
        created_at: at,
        updated_at: at,
    };
    store::insert(tx, &row)?;
    store::insert_version(tx, row.id, &content, at)?;
    Ok(row)
}

/// Creates a calendar.
pub fn create(tx: &mut Tx, actor: &Actor, input: &CalendarIn) -> Result<Calendar> {
    let week = week(&input.weekly, Week::default())?;
    make(tx, &input.name, &input.time_zone, week, input.standard_day_minutes, actor.at)
}

/// Changes a calendar.
pub fn update(
    tx: &mut Tx,
    actor: &Actor,
    id: CalendarId,
    command: &Command<CalendarPatch>,
) -> Result<Calendar> {
    let old = lock(tx, id, &command.expected)?;
    let patch = &command.input;
    let minutes = patch.standard_day_minutes.map_or(Ok(old.standard_day_minutes), i32::try_from);
    let weekly = match &patch.weekly {
        Some(patch) => week(patch, old.week()?)?,
        None => old.week()?,
    };
    let new = Calendar {
        name: patch.name.as_ref().map_or_else(|| old.name.clone(), |name| name.to_string()),
        time_zone: patch.time_zone.as_ref().map_or_else(|| old.time_zone.clone(), |zone| zone.to_string()),
        weekly: serde_json::to_value(&weekly).map_err(Error::internal)?,
        standard_day_minutes: minutes.map_err(Error::internal)?,
        ..old
    };
    publish(tx, actor, new)
}

/// Activates or deactivates a calendar; one that is in use stays active.
pub fn set_active(
    tx: &mut Tx,
    actor: &Actor,
    id: CalendarId,
    expected: &Expected,
    active: bool,
) -> Result<Calendar> {
    let old = lock(tx, id, expected)?;
    if old.active == active {
        return Ok(old);
    }
    if !active && store::is_used(tx, id)? {
        let en = "The organisation or an active department works by this calendar.";
        return Err(Error::conflict("calendar_in_use", en, "该日历正被机构或启用的部门使用。"));
    }
    let new = Calendar { active, version: old.version.saturating_add(1), updated_at: actor.at, ..old };
    store::save(tx, &new)?;
    Ok(new)
}

/// Writes the calendar and, if anything that counts has changed, its next version. The calendar is locked.
fn publish(tx: &mut Tx, actor: &Actor, row: Calendar) -> Result<Calendar> {
    let minutes = u32::try_from(row.standard_day_minutes).map_err(Error::internal)?;
    let content = content(&row.time_zone, row.week()?, minutes)?
        .with_exceptions(store::exceptions(tx, row.id)?)
        .map_err(|refusal| refused("", &refusal))?;
    let row = Calendar { version: row.version.saturating_add(1), updated_at: actor.at, ..row };
    store::save(tx, &row)?;
    if store::newest(tx, row.id)?.calendar()? != content {
        store::insert_version(tx, row.id, &content, actor.at)?;
    }
    Ok(row)
}

fn lock(tx: &mut Tx, id: CalendarId, expected: &Expected) -> Result<Calendar> {
    let found = store::lock(tx, id)?.ok_or(Error::NotFound("calendar"))?;
    expected.check(found.version)?;
    Ok(found)
}

fn content(time_zone: &str, weekly: Week, standard_day_minutes: u32) -> Result<WorkCalendar> {
    WorkCalendar::new(time_zone, weekly, standard_day_minutes).map_err(|refusal| {
        let pointer = match refusal {
            Refusal::UnknownTimeZone(_) => "/time_zone",
            Refusal::InvalidStandardDay => "/standard_day_minutes",
            _ => "/weekly",
        };
        refused(pointer, &refusal)
    })
}

/// Returns `base` with the days that come in, each checked by itself so that a fault names its day.
fn week(input: &WeekIn, base: Week) -> Result<Week> {
    let mut week = base;
    let days = [
        ("mon", &input.mon, &mut week.mon),
        ("tue", &input.tue, &mut week.tue),
        ("wed", &input.wed, &mut week.wed),
        ("thu", &input.thu, &mut week.thu),
        ("fri", &input.fri, &mut week.fri),
        ("sat", &input.sat, &mut week.sat),
        ("sun", &input.sun, &mut week.sun),
    ];
    for (name, given, day) in days {
        if let Some(given) = given {
            *day = hours(given, &format!("/weekly/{name}"))?;
        }
    }
    Ok(week)
}

/// Reads the hours of one day, which begin at `pointer`.
fn hours(given: &[WorkInterval], pointer: &str) -> Result<Vec<Interval>> {
    let parse = |(index, WorkInterval((start, end))): (usize, &WorkInterval)| {
        Interval::parse(start, end).map_err(|refusal| refused(&format!("{pointer}/{index}"), &refusal))
    };
    let hours: Vec<Interval> = given.iter().enumerate().map(parse).collect::<Result<_>>()?;
    let probe = Week { mon: hours.clone(), ..Week::default() };
    match WorkCalendar::new("UTC", probe, 480) {
        Err(Refusal::NoWorkingTime) | Ok(_) => Ok(hours),
        Err(refusal) => Err(refused(pointer, &refusal)),
    }
}

fn refused(pointer: &str, refusal: &Refusal) -> Error {
    Error::field(pointer, refusal.code(), refusal.to_string(), refusal.chinese())
}
