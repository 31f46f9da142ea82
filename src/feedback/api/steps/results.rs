use crate::{
    feedback::{
        actions,
        domain::{FeedbackId, ReplyId},
        wire::*,
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{command::Command, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Reply to the customer
///
/// Records the result as sent, with its basis, over the channel that the customer chose or another one with
/// a
/// reason; meets the reply clock and asks for satisfaction. Refuses: 409 `invalid_transition`, 422
/// `channel_reason_required`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReplyIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/reply")]
pub async fn reply_to_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReplyIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::reply(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Report whether a reply arrived
///
/// A failure before any answer takes the reply back: its clock is open again with the old due time and
/// `reply`
/// is called again under the same approval. Refuses: 409 `not_last_reply`.
#[utoipa::path(
    tag = "feedback",
    params(
        ("id" = FeedbackId, Path, description = "The feedback."),
        ("reply_id" = ReplyId, Path, description = "The reply."),
    ),
    request_body = DeliveryIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "feedback:write"])),
)]
#[post("/feedback/{id}/replies/{reply_id}/delivery")]
pub async fn report_delivery(
    caller: Caller,
    db: Data<Db>,
    path: Path<(FeedbackId, ReplyId)>,
    command: Command<DeliveryIn>,
) -> Result<Reply<FeedbackOut>> {
    let (id, reply_id) = *path;
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::deliver(tx, actor, id, reply_id, command.state, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Record the customer's verdict
///
/// Satisfied closes; dissatisfied escalates, or reopens what is closed. Refuses: 409 `invalid_transition`,
/// `nothing_to_confirm`, `answer_locked`, `reopen_window_over`, 422 `score_contradicts_verdict`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ConfirmIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/confirm")]
pub async fn confirm_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ConfirmIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::confirm(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Offer an alternative
///
/// The same handler tries something else in the round that the dissatisfaction opened. Refuses: 409
/// `invalid_transition`, `handler_inactive`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/alternative")]
pub async fn offer_alternative(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::alternative(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Escalate feedback
///
/// A new round on a higher level, to be dispatched again. Refuses: 409 `invalid_transition`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head"])),
)]
#[post("/feedback/{id}/escalate")]
pub async fn escalate_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::escalate(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}

/// Reopen feedback
///
/// Within the reopen window: a new round from level 0. Refuses: 409 `invalid_transition`,
/// `reopen_window_over`.
#[utoipa::path(
    tag = "feedback",
    params(("id" = FeedbackId, Path, description = "The feedback.")),
    request_body = ReasonIn,
    responses((status = 200, description = "The feedback as it now is.", body = FeedbackOut)),
    security(("bearer" = ["admin", "service_agent"])),
)]
#[post("/feedback/{id}/reopen")]
pub async fn reopen_feedback(
    caller: Caller,
    db: Data<Db>,
    id: Path<FeedbackId>,
    command: Command<ReasonIn>,
) -> Result<Reply<FeedbackOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            let view = actions::reopen(tx, actor, *id, &command.input, &command.expected)?;
            Ok(FeedbackOut::of(view, actor.at))
        })
        .await
}
