//! The operations on staff.

use super::{
    actions,
    domain::StaffId,
    store,
    wire::{
        NoStaffFilter, StaffEventOut, StaffEventPage, StaffFilter, StaffIn, StaffOut, StaffPage, StaffPatch,
        StaffStepIn,
    },
};
use crate::platform::{
    auth::{Caller, Changed, Gate},
    db::Db,
    http::{
        command::Command,
        listing::{Listing, PageParams},
        path::Path,
        problem::{Error, Result},
        reply::Reply,
    },
};
use actix_web::{
    get,
    http::StatusCode,
    patch, post,
    web::{Data, Json},
};

/// Adds a member of staff
///
/// The first password may be used as it is. Refuses with `email_taken` when somebody has the e-mail address,
/// with `unknown_department`, and with `password_too_common` or `password_is_email`.
#[utoipa::path(tag = "staff", request_body = StaffIn,
    responses((status = 201, body = StaffOut)), security(("bearer" = ["admin"])))]
#[post("/staff")]
pub async fn create_staff(
    caller: Caller,
    db: Data<Db>,
    gate: Data<Gate>,
    command: Command<StaffIn>,
) -> Result<Reply<StaffOut>> {
    let hash = gate.passwords().hash(&command.password.0).await?;
    command
        .run(&db, &caller, StatusCode::CREATED, move |tx, actor, command| {
            actions::create(tx, actor, &command.input, &hash).map(StaffOut::from)
        })
        .await
}

/// Lists staff
///
/// In the order of their making. All staff may read.
#[utoipa::path(tag = "staff", params(PageParams, StaffFilter), responses((status = 200, body = StaffPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "staff:read"])))]
#[get("/staff")]
pub async fn list_staff(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<StaffFilter>,
) -> Result<Json<StaffPage>> {
    let (filter, after, rows) = (listing.filter.clone(), listing.after()?, listing.rows());
    let found = db.read_list(move |tx| store::page(tx, &filter, after, rows)).await?;
    let page = listing.page(found, |staff| staff.id);
    Ok(Json(page.map(StaffOut::from).into()))
}

/// Returns a member of staff
///
/// All staff may read everybody. Passwords are shown to nobody.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path, description = "The member of staff.")),
    responses((status = 200, body = StaffOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "staff:read"])))]
#[get("/staff/{id}")]
pub async fn get_staff(_caller: Caller, db: Data<Db>, id: Path<StaffId>) -> Result<Reply<StaffOut>> {
    let found = db.read(move |tx| store::find(tx, *id)).await?;
    let staff = found.ok_or(Error::NotFound("member of staff"))?;
    Reply::ok(&staff.into())
}

/// Changes a member of staff
///
/// Tokens of before are refused from the next request on when role, department or password change; a new
/// password also ends all sessions. Refuses with `last_admin` when the last active administrator would lose
/// the role, with `email_taken` and with `unknown_department`.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path, description = "The member of staff.")),
    request_body(content = StaffPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = StaffOut)), security(("bearer" = ["admin"])))]
#[patch("/staff/{id}")]
pub async fn change_staff(
    caller: Caller,
    db: Data<Db>,
    gate: Data<Gate>,
    id: Path<StaffId>,
    command: Command<StaffPatch>,
) -> Result<Reply<StaffOut>> {
    let hash = match &command.password {
        Some(password) => Some(gate.passwords().hash(&password.0).await?),
        None => None,
    };
    let id = *id;
    let reply = command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let expected = &command.expected;
            actions::change(tx, actor, id, &command.input, expected, hash.as_deref()).map(StaffOut::from)
        })
        .await?;
    gate.settle(Changed::Staff(id.0)).await;
    Ok(reply)
}

/// Lets a member of staff sign in again
///
/// Does nothing when they already may.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path, description = "The member of staff.")),
    request_body = StaffStepIn, responses((status = 200, body = StaffOut)),
    security(("bearer" = ["admin"])))]
#[post("/staff/{id}/activate")]
pub async fn activate_staff(
    caller: Caller,
    db: Data<Db>,
    gate: Data<Gate>,
    id: Path<StaffId>,
    command: Command<StaffStepIn>,
) -> Result<Reply<StaffOut>> {
    let id = *id;
    let reply = command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            actions::activate(tx, actor, id, &command.expected).map(StaffOut::from)
        })
        .await?;
    gate.settle(Changed::Staff(id.0)).await;
    Ok(reply)
}

/// Ends all access of a member of staff
///
/// All their tokens are refused from the next request on. Refuses with `last_admin`, and with
/// `staff_has_open_feedback` (and its `count`) while they handle open feedback or alone lead an active
/// department.
#[utoipa::path(tag = "staff", params(("id" = StaffId, Path, description = "The member of staff.")),
    request_body = StaffStepIn, responses((status = 200, body = StaffOut)),
    security(("bearer" = ["admin"])))]
#[post("/staff/{id}/deactivate")]
pub async fn deactivate_staff(
    caller: Caller,
    db: Data<Db>,
    gate: Data<Gate>,
    id: Path<StaffId>,
    command: Command<StaffStepIn>,
) -> Result<Reply<StaffOut>> {
    let id = *id;
    let reply = command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            actions::deactivate(tx, actor, id, &command.expected).map(StaffOut::from)
        })
        .await?;
    gate.settle(Changed::Staff(id.0)).await;
    Ok(reply)
}

/// Lists the history of a member of staff
///
/// Oldest first; a hash chain that nobody can edit unseen.
#[utoipa::path(tag = "staff",
    params(("id" = StaffId, Path, description = "The member of staff."), PageParams, NoStaffFilter),
    responses((status = 200, body = StaffEventPage)), security(("bearer" = ["admin"])))]
#[get("/staff/{id}/events")]
pub async fn list_staff_events(
    _caller: Caller,
    db: Data<Db>,
    id: Path<StaffId>,
    listing: Listing<NoStaffFilter>,
) -> Result<Json<StaffEventPage>> {
    let (id, after, rows) = (*id, listing.after()?.unwrap_or(0), listing.rows());
    let found = db
        .snapshot(move |tx| {
            store::find(tx, id)?.ok_or(Error::NotFound("member of staff"))?;
            store::events(tx, id, after, rows)
        })
        .await?;
    let page = listing.page(found, |event| event.seq);
    Ok(Json(page.map(StaffEventOut::from).into()))
}
