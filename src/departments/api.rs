use super::{
    Department, DepartmentId, actions, store,
    wire::{DepartmentFilter, DepartmentIn, DepartmentOut, DepartmentPage, DepartmentPatch},
};
use crate::platform::{
    auth::Caller,
    db::Db,
    http::{
        body::Nothing,
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
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_department)
        .service(list_departments)
        .service(get_department)
        .service(update_department)
        .service(deactivate_department)
        .service(activate_department);
}

/// Creates a department
///
/// For admins. Head and deputy are active members of staff (422 `unknown_staff`), the calendar is active, the
/// parent is active (409 `department_inactive`) and at most six levels lie between it and the top (409
/// `department_too_deep`). An active department needs a head (422 `head_required`); codes are unique (409
/// `code_taken`).
#[utoipa::path(tag = "departments", request_body = DepartmentIn,
    responses((status = 201, description = "The department.", body = DepartmentOut)),
    security(("bearer" = ["admin"])))]
#[post("/departments")]
async fn create_department(
    caller: Caller,
    db: Data<Db>,
    command: Command<DepartmentIn>,
) -> Result<Reply<DepartmentOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<DepartmentIn>| {
        actions::create(tx, actor, &command.input).map(DepartmentOut::from)
    };
    command.run(&db, &caller, StatusCode::CREATED, work).await
}

/// Lists departments
///
/// For all staff; oldest first.
#[utoipa::path(tag = "departments", params(PageParams, DepartmentFilter),
    responses((status = 200, description = "A page of departments.", body = DepartmentPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "departments:read"])))]
#[get("/departments")]
async fn list_departments(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<DepartmentFilter>,
) -> Result<Json<DepartmentPage>> {
    let (after, rows, filter) = (listing.after()?, listing.rows(), listing.filter.clone());
    let found = db.read_list(move |tx| store::page(tx, &filter, after, rows)).await?;
    let page = listing.page(found, |row: &Department| row.id);
    Ok(Json(page.map(DepartmentOut::from).into()))
}

/// Shows a department
///
/// For all staff, with the `ETag` that a change names in `If-Match`.
#[utoipa::path(tag = "departments",
    params(("id" = DepartmentId, Path, description = "The department's id.")),
    responses((status = 200, description = "The department.", body = DepartmentOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "departments:read"])))]
#[get("/departments/{id}")]
async fn get_department(
    _caller: Caller,
    db: Data<Db>,
    id: Path<DepartmentId>,
) -> Result<Reply<DepartmentOut>> {
    let found = db.read(move |tx| store::find(tx, *id)).await?;
    Reply::ok(&found.ok_or(Error::NotFound("department"))?.into())
}

/// Changes a department
///
/// For admins. Refuses what creating refuses, and 409 `department_cycle` where a department would come to lie
/// below itself. `active: false` is the same as deactivating it.
#[utoipa::path(tag = "departments", request_body = DepartmentPatch,
    params(("id" = DepartmentId, Path, description = "The department's id.")),
    responses((status = 200, description = "The department as it is now.", body = DepartmentOut)),
    security(("bearer" = ["admin"])))]
#[patch("/departments/{id}")]
async fn update_department(
    caller: Caller,
    db: Data<Db>,
    id: Path<DepartmentId>,
    command: Command<DepartmentPatch>,
) -> Result<Reply<DepartmentOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<DepartmentPatch>| {
        actions::update(tx, actor, *id, command).map(DepartmentOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Deactivates a department
///
/// For admins. Refuses while it owns open feedback (409 `department_has_open_feedback`, with the `count`), while
/// departments below it are active (409 `department_has_active_children`), and always for the department
/// `service` (409 `service_department_required`). Routing rules that name it stay and are skipped.
#[utoipa::path(tag = "departments", request_body(content = Option<Nothing>),
    params(("id" = DepartmentId, Path, description = "The department's id.")),
    responses((status = 200, description = "The department as it is now.", body = DepartmentOut)),
    security(("bearer" = ["admin"])))]
#[post("/departments/{id}/deactivate")]
async fn deactivate_department(
    caller: Caller,
    db: Data<Db>,
    id: Path<DepartmentId>,
    command: Command<Nothing>,
) -> Result<Reply<DepartmentOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, false).map(DepartmentOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Activates a department
///
/// For admins. It needs a head who is active (422 `head_required`, `unknown_staff`) and, if there is one, an
/// active parent (409 `department_inactive`).
#[utoipa::path(tag = "departments", request_body(content = Option<Nothing>),
    params(("id" = DepartmentId, Path, description = "The department's id.")),
    responses((status = 200, description = "The department as it is now.", body = DepartmentOut)),
    security(("bearer" = ["admin"])))]
#[post("/departments/{id}/activate")]
async fn activate_department(
    caller: Caller,
    db: Data<Db>,
    id: Path<DepartmentId>,
    command: Command<Nothing>,
) -> Result<Reply<DepartmentOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, true).map(DepartmentOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}
