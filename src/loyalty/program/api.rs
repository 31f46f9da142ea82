use super::{
    actions, store,
    wire::{ProgramOut, ProgramPatch},
};
use crate::platform::{
    auth::Caller,
    db::Db,
    http::{command::Command, problem::Result, reply::Reply},
};
use actix_web::{get, http::StatusCode, patch, web::Data};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of the program.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_program).service(update_program);
}

/// Shows the points program
///
/// The rules that points are earned, kept, spent and taken back by, with the `ETag` that a change names in
/// `If-Match`.
#[utoipa::path(tag = "loyalty",
    responses((status = 200, description = "The program.", body = ProgramOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "analyst", "points:read"])))]
#[get("/loyalty/program")]
async fn get_program(_caller: Caller, db: Data<Db>) -> Result<Reply<ProgramOut>> {
    Reply::ok(&db.read(store::current).await?.into())
}

/// Changes the points program
///
/// For what happens from now on: lots keep the ends that they have, and tiers theirs; what a change does to tiers
/// `POST /loyalty/tiers/rehearse` tells before. Refuses `unknown_time_zone`, `unknown_validity`, `unknown_activation`,
/// `unknown_window` and `not_supported_yet` (422).
#[utoipa::path(tag = "loyalty",
    request_body(content = ProgramPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The program as it is now.", body = ProgramOut)),
    security(("bearer" = ["admin"])))]
#[patch("/loyalty/program")]
async fn update_program(
    caller: Caller,
    db: Data<Db>,
    command: Command<ProgramPatch>,
) -> Result<Reply<ProgramOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<ProgramPatch>| {
        actions::update(tx, actor, command).map(ProgramOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}
