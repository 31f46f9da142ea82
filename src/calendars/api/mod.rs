//! The operations on calendars.

mod days;
mod time;

use super::{
    Calendar, CalendarId, actions, store,
    wire::{CalendarFilter, CalendarIn, CalendarOut, CalendarPage, CalendarPatch},
};
use crate::platform::{
    auth::Caller,
    db::Db,
    http::{
        body::Nothing,
        command::Command,
        listing::{Listing, PageParams},
        page::Page,
        path::Path,
        problem::Result,
        reply::Reply,
    },
};
use actix_web::{
    get,
    http::StatusCode,
    patch, post,
    web::{Data, Json},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_calendar)
        .service(list_calendars)
        .service(get_calendar)
        .service(update_calendar)
        .service(deactivate_calendar)
        .service(activate_calendar)
        .configure(days::routes)
        .configure(time::routes);
}

/// Creates a calendar
///
/// For admins. The zone is a name of the IANA zone database (422 `unknown_time_zone`); intervals of one day end
/// after their start and do not overlap (422 `interval_not_positive`, `intervals_overlap`); the week has some
/// working time (422 `no_working_time`); names are unique (409 `name_taken`).
#[utoipa::path(tag = "calendars", request_body = CalendarIn,
    responses((status = 201, description = "The calendar.", body = CalendarOut)),
    security(("bearer" = ["admin"])))]
#[post("/calendars")]
async fn create_calendar(
    caller: Caller,
    db: Data<Db>,
    command: Command<CalendarIn>,
) -> Result<Reply<CalendarOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<CalendarIn>| {
        actions::create(tx, actor, &command.input).and_then(CalendarOut::of)
    };
    command.run(&db, &caller, StatusCode::CREATED, work).await
}

/// Lists calendars
///
/// For all staff; oldest first.
#[utoipa::path(tag = "calendars", params(PageParams, CalendarFilter),
    responses((status = 200, description = "A page of calendars.", body = CalendarPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "calendars:read"])))]
#[get("/calendars")]
async fn list_calendars(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<CalendarFilter>,
) -> Result<Json<CalendarPage>> {
    let (after, rows, active) = (listing.after()?, listing.rows(), listing.filter.active);
    let found = db.read_list(move |tx| store::page(tx, active, after, rows)).await?;
    let page = listing.page(found, |row: &Calendar| row.id);
    let items = page.items.into_iter().map(CalendarOut::of).collect::<Result<_>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }.into()))
}

/// Shows a calendar
///
/// For all staff. Its exceptions and versions are lists of their own.
#[utoipa::path(tag = "calendars",
    params(("id" = CalendarId, Path, description = "The calendar's id.")),
    responses((status = 200, description = "The calendar.", body = CalendarOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "calendars:read"])))]
#[get("/calendars/{id}")]
async fn get_calendar(_caller: Caller, db: Data<Db>, id: Path<CalendarId>) -> Result<Reply<CalendarOut>> {
    let found = db.read(move |tx| store::find(tx, *id)).await?;
    Reply::ok(&CalendarOut::of(found)?)
}

/// Changes a calendar
///
/// For admins. Refuses what creating refuses. Weekdays that are not named keep their hours. Clocks that run keep
/// the version that they started with; new ones take the new version.
#[utoipa::path(tag = "calendars", request_body = CalendarPatch,
    params(("id" = CalendarId, Path, description = "The calendar's id.")),
    responses((status = 200, description = "The calendar as it is now.", body = CalendarOut)),
    security(("bearer" = ["admin"])))]
#[patch("/calendars/{id}")]
async fn update_calendar(
    caller: Caller,
    db: Data<Db>,
    id: Path<CalendarId>,
    command: Command<CalendarPatch>,
) -> Result<Reply<CalendarOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<CalendarPatch>| {
        actions::update(tx, actor, *id, command).and_then(CalendarOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Deactivates a calendar
///
/// For admins. Refuses while the organisation or an active department works by it (409 `calendar_in_use`).
#[utoipa::path(tag = "calendars", request_body(content = Option<Nothing>),
    params(("id" = CalendarId, Path, description = "The calendar's id.")),
    responses((status = 200, description = "The calendar as it is now.", body = CalendarOut)),
    security(("bearer" = ["admin"])))]
#[post("/calendars/{id}/deactivate")]
async fn deactivate_calendar(
    caller: Caller,
    db: Data<Db>,
    id: Path<CalendarId>,
    command: Command<Nothing>,
) -> Result<Reply<CalendarOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, false).and_then(CalendarOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Activates a calendar
///
/// For admins. From now on departments and settings may name it.
#[utoipa::path(tag = "calendars", request_body(content = Option<Nothing>),
    params(("id" = CalendarId, Path, description = "The calendar's id.")),
    responses((status = 200, description = "The calendar as it is now.", body = CalendarOut)),
    security(("bearer" = ["admin"])))]
#[post("/calendars/{id}/activate")]
async fn activate_calendar(
    caller: Caller,
    db: Data<Db>,
    id: Path<CalendarId>,
    command: Command<Nothing>,
) -> Result<Reply<CalendarOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, true).and_then(CalendarOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}
