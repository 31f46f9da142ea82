use crate::{
    feedback::{actions, domain::FeedbackId, wire::*},
    platform::{
        auth::Caller,
        db::Db,
        http::{command::Command, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Dispatch feedback
///
/// Gives it to a department and meets the dispatch clock; without a department the routing rules decide.
/// From
/// `registered` and `escalated`. Urgent feedback tells the head at once. Refuses: 409 `invalid_transition`,
/// `department_inactive`, 422 `unknown_department`, `handler_not_in_department`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = DispatchIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/dispatch")]
pub async fn dispatch_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<DispatchIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::dispatch(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Hand feedback over
///
/// To another department or handler; no clock restarts and the time ledger splits. Once a plan waits, only
/// the handler can change, within the department. The third hand-over warns the head above. Refuses: 409
/// `invalid_transition`, `transfer_within_department`, 422 `nothing_to_transfer`,
/// `handler_not_in_department`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = TransferIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/transfer")]
pub async fn transfer_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<TransferIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::transfer(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Return feedback to service
///
/// Department and handler are emptied and the dispatch clock runs again with what it had left. Refuses: 409
/// `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "handler", "department_head"])),
)]
#[post("/feedback/{id}/return")]
pub async fn return_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::return_to_service(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Accept feedback
///
/// The caller, staff of the department, becomes the handler. Refuses: 409 `invalid_transition`,
/// `handled_by_other`, 422 `handler_not_in_department`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = NothingIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "handler", "department_head"])),
)]
#[post("/feedback/{id}/accept")]
pub async fn accept_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<NothingIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::accept(tx, actor, *id, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}
