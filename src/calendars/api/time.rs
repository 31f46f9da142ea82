use crate::{
    calendars::{
        CalendarId, store,
        wire::{
            AnyVersion, CalendarVersionOut, CalendarVersionPage, CalendarVersionSummary, WorkingTimeOut,
            WorkingTimePiece, WorkingTimeQuery,
        },
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{
            listing::{Listing, PageParams, Params},
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
    },
};
use actix_web::{
    get,
    web::{Data, Json},
};
use chrono::TimeDelta;
use utoipa_actix_web::service_config::ServiceConfig;

/// How many days of working time are shown at most.
const MOST_DAYS: i64 = 400;

/// Mounts the routes of versions and of working time.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_versions).service(get_version).service(working_time);
}

/// Lists the versions of a calendar
///
/// For all staff; newest first. A version never changes.
#[utoipa::path(tag = "calendars",
    params(("id" = CalendarId, Path, description = "The calendar's id."), PageParams),
    responses((status = 200, description = "A page of versions.", body = CalendarVersionPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "calendars:read"])))]
#[get("/calendars/{id}/versions")]
async fn list_versions(
    _caller: Caller,
    db: Data<Db>,
    id: Path<CalendarId>,
    listing: Listing<AnyVersion>,
) -> Result<Json<CalendarVersionPage>> {
    let (before, rows) = (listing.after()?, listing.rows());
    let found = db.read_list(move |tx| store::versions(tx, *id, before, rows)).await?;
    let page = listing.page(found, |(_, number, _)| *number);
    let summary = |(id, number, at)| {
        let created_at = at;
        CalendarVersionSummary { id, number, created_at: chrono::DateTime::into(created_at) }
    };
    Ok(Json(page.map(summary).into()))
}

/// Shows one version of a calendar
///
/// For all staff. It holds all that clocks count by, exceptions included.
#[utoipa::path(tag = "calendars",
    params(
        ("id" = CalendarId, Path, description = "The calendar's id."),
        ("number" = i32, Path, description = "The version's number.")),
    responses((status = 200, description = "The version.", body = CalendarVersionOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "calendars:read"])))]
#[get("/calendars/{id}/versions/{number}")]
async fn get_version(
    _caller: Caller,
    db: Data<Db>,
    path: Path<(CalendarId, i32)>,
) -> Result<Reply<CalendarVersionOut>> {
    let (id, number) = *path;
    let found = db.read(move |tx| store::find_version(tx, id, number)).await?;
    Reply::ok(&CalendarVersionOut::of(found)?)
}

/// Shows working time
///
/// For all staff: how much working time `[from, to)` holds under the calendar's newest version, and how it
/// divides. At most 400 days (400 `range_too_long`).
#[utoipa::path(tag = "calendars",
    params(("id" = CalendarId, Path, description = "The calendar's id."), WorkingTimeQuery),
    responses((status = 200, description = "The working time.", body = WorkingTimeOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "calendars:read"])))]
#[get("/calendars/{id}/working-time")]
async fn working_time(
    _caller: Caller,
    db: Data<Db>,
    id: Path<CalendarId>,
    query: Params<WorkingTimeQuery>,
) -> Result<Reply<WorkingTimeOut>> {
    let WorkingTimeQuery { from, to } = query.0;
    if from >= to {
        let en = "from must lie before to.";
        return Err(Error::malformed("invalid_range", en, "from 必须早于 to。"));
    }
    if to.0 - from.0 > TimeDelta::days(MOST_DAYS) {
        let en = "from and to lie at most 400 days apart.";
        return Err(Error::malformed("range_too_long", en, "from 与 to 最多相隔 400 天。"));
    }
    let version = db.read(move |tx| store::newest(tx, *id)).await?;
    let calendar_version_id = version.id;
    let calendar = version.calendar()?;
    let pieces = calendar.pieces(from.0, to.0).into_iter();
    Reply::ok(&WorkingTimeOut {
        from,
        to,
        calendar_version_id,
        seconds: calendar.seconds_between(from.0, to.0),
        pieces: pieces.map(WorkingTimePiece::from).collect(),
    })
}
