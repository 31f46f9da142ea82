//! The operations on absences.

use super::{
    AbsenceId, actions, store,
    wire::{AbsenceIn, AbsenceOut, AbsencePage, NoAbsenceFilter},
};
use crate::{
    platform::{
        auth::Caller,
        db::Db,
        http::{
            command::Command,
            listing::{Listing, PageParams},
            path::Path,
            problem::{Error, Result},
            reply::Reply,
        },
    },
    staff::{self, StaffId},
};
use actix_web::{
    HttpResponse, delete, get,
    http::StatusCode,
    post,
    web::{Data, Json},
};

/// Adds an absence
///
/// While it lasts the person counts as away, and who stands in acts for them. Refuses with `unknown_staff`
/// who is no other active member of staff.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path, description = "The member of staff.")),
    request_body = AbsenceIn, responses((status = 201, body = AbsenceOut)),
    security(("bearer" = ["admin"])))]
#[post("/staff/{id}/absences")]
pub async fn create_absence(
    caller: Caller,
    db: Data<Db>,
    id: Path<StaffId>,
    command: Command<AbsenceIn>,
) -> Result<Reply<AbsenceOut>> {
    let id = *id;
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            actions::create(tx, actor, id, &command.input).map(AbsenceOut::from)
        })
        .await
}

/// Lists somebody's absences
///
/// The latest first, past ones too. All staff may read.
#[utoipa::path(tag = "staff",
    params(("id" = StaffId, Path, description = "The member of staff."), PageParams, NoAbsenceFilter),
    responses((status = 200, body = AbsencePage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "staff:read"])))]
#[get("/staff/{id}/absences")]
pub async fn list_absences(
    _caller: Caller,
    db: Data<Db>,
    id: Path<StaffId>,
    listing: Listing<NoAbsenceFilter>,
) -> Result<Json<AbsencePage>> {
    let (id, after, rows) = (*id, listing.after()?, listing.rows());
    let found = db
        .snapshot(move |tx| {
            staff::find(tx, id)?.ok_or(Error::NotFound("member of staff"))?;
            store::page(tx, id, after, rows)
        })
        .await?;
    let page = listing.page(found, |absence| (absence.from_at, absence.id));
    Ok(Json(page.map(AbsenceOut::from).into()))
}

/// Removes an absence
///
/// The person counts as there again; the history keeps that the absence was there.
#[utoipa::path(tag = "staff",
    params(
        ("id" = StaffId, Path, description = "The member of staff."),
        ("absence_id" = AbsenceId, Path, description = "The absence."),
    ),
    responses((status = 204, description = "The absence is gone.")), security(("bearer" = ["admin"])))]
#[delete("/staff/{id}/absences/{absence_id}")]
pub async fn delete_absence(
    caller: Caller,
    db: Data<Db>,
    path: Path<(StaffId, AbsenceId)>,
) -> Result<HttpResponse> {
    let (id, absence) = *path;
    db.write(move |tx| actions::remove(tx, &caller, id, absence)).await?;
    Ok(HttpResponse::NoContent().finish())
}
