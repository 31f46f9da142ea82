use crate::{
    calendars::{
        CalendarId, actions, store, table,
        wire::{
            CalendarExceptionFilter, CalendarExceptionIn, CalendarExceptionOut, CalendarExceptionPage,
            CalendarExceptionsImported, CalendarOut, ExceptionsIn, ExceptionsOut,
        },
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{
            body,
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
    },
};
use actix_web::{
    FromRequest, HttpRequest, delete,
    dev::Payload,
    get,
    http::{StatusCode, header},
    post,
    web::{Data, Json},
};
use chrono::NaiveDate;
use std::{future::Future, pin::Pin};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of the exceptions.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(set_exceptions).service(list_exceptions).service(remove_exception);
}

/// One day as JSON, or a table as CSV.
struct Days(Command<ExceptionsIn>);

impl FromRequest for Days {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media = request.headers().get(header::CONTENT_TYPE);
            let media = media.and_then(|value| value.to_str().ok()).unwrap_or_default();
            let csv = media.trim().to_ascii_lowercase().starts_with("text/csv");
            let parse = |bytes: &[u8]| {
                if csv {
                    table::read(bytes).map(ExceptionsIn::Table)
                } else {
                    body::parse::<CalendarExceptionIn>(bytes).map(ExceptionsIn::One)
                }
            };
            let media = ["application/json", "text/csv"];
            Command::read(&request, &mut payload, &media, parse).await.map(Days)
        })
    }
}

/// Sets exceptions of a calendar
///
/// For admins. A day as JSON, or a table as CSV with the columns `date`, `kind` and, if wanted, `holiday` (the
/// name of the day); `makeup_workday` is read as `make_up_day`. Each day takes the place of what its date had. A
/// table is set whole or not at all: each row that is wrong is named by its place, counted from 0 below the
/// header (`/2/kind`).
#[utoipa::path(tag = "calendars",
    request_body(content((CalendarExceptionIn = "application/json"), (String = "text/csv"))),
    params(("id" = CalendarId, Path, description = "The calendar's id.")),
    responses(
        (status = 201, description = "The day that JSON named.", body = CalendarExceptionOut),
        (status = 200, description = "What became of the table.", body = CalendarExceptionsImported)),
    security(("bearer" = ["admin"])))]
#[post("/calendars/{id}/exceptions")]
async fn set_exceptions(
    caller: Caller,
    db: Data<Db>,
    id: Path<CalendarId>,
    days: Days,
) -> Result<Reply<ExceptionsOut>> {
    let status = match days.0.input {
        ExceptionsIn::One(_) => StatusCode::CREATED,
        ExceptionsIn::Table(_) => StatusCode::OK,
    };
    let work = move |tx: &mut _, actor: &_, command: &Command<ExceptionsIn>| {
        actions::set_exceptions(tx, actor, *id, command)
    };
    days.0.run(&db, &caller, status, work).await
}

/// Lists the exceptions of a calendar
///
/// For all staff; by date.
#[utoipa::path(tag = "calendars",
    params(("id" = CalendarId, Path, description = "The calendar's id."), PageParams, CalendarExceptionFilter),
    responses((status = 200, description = "A page of exceptions.", body = CalendarExceptionPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "calendars:read"])))]
#[get("/calendars/{id}/exceptions")]
async fn list_exceptions(
    _caller: Caller,
    db: Data<Db>,
    id: Path<CalendarId>,
    listing: Listing<CalendarExceptionFilter>,
) -> Result<Json<CalendarExceptionPage>> {
    let (after, rows) = (listing.after()?, listing.rows());
    let within = (listing.filter.from, listing.filter.to);
    let work = move |tx: &mut _| {
        store::find(tx, *id)?;
        store::exceptions_page(tx, *id, within, after, rows)
    };
    let page = listing.page(db.read_list(work).await?, |(date, _)| *date);
    Ok(Json(page.map(|(date, day)| CalendarExceptionOut::of(date, &day)).into()))
}

/// Takes an exception away
///
/// For admins. The date is an ordinary day of its week again.
#[utoipa::path(tag = "calendars",
    params(
        ("id" = CalendarId, Path, description = "The calendar's id."),
        ("date" = NaiveDate, Path, description = "The local date.")),
    responses((status = 200, description = "The calendar as it is now.", body = CalendarOut)),
    security(("bearer" = ["admin"])))]
#[delete("/calendars/{id}/exceptions/{date}")]
async fn remove_exception(
    caller: Caller,
    db: Data<Db>,
    path: Path<(CalendarId, NaiveDate)>,
) -> Result<Reply<CalendarOut>> {
    let (id, date) = *path;
    let work = move |tx: &mut _| actions::remove_exception(tx, &caller, id, date);
    Reply::ok(&CalendarOut::of(db.write(work).await?)?)
}
